"""Tells of failed runs and stale schedules through webhooks. Addresses of webhooks are secrets and are never shown."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from flows.redaction import redacted_values

ADDRESSES = "MATERIEL_WEBHOOK"
"""Environment variable with addresses of webhooks, parted by blanks."""
BLOCKS = "MATERIEL_WEBHOOK_BLOCK"
"""Environment variable with names of Prefect blocks, parted by blanks: `webhook/materiel`, `slack-webhook/alerts`."""
TIMEOUT_SECONDS = 10.0
WAITS = (0.0, 1.0, 5.0)
"""Seconds before each try; a receiver that is away for longer is given up, as the run must come to its end."""

Kind = Literal["validation_failed", "run_failed", "run_crashed", "schedule_stale"]


@dataclass(frozen=True)
class Notice:
    """What happened, for people (`text`, which chat programs show) and for programs (the rest).

    `output` is the output folder; `latest_version` the release that stays the latest; `details` further facts as JSON
    values.
    """

    event: Kind
    text: str
    output: str | None = None
    run_id: str | None = None
    stage: str | None = None
    reasons: list[str] = field(default_factory=list)
    failure_dir: str | None = None
    latest_version: str | None = None
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def payload(self) -> dict[str, object]:
        """The notice as JSON values, without credentials."""
        content: dict[str, object] = redacted_values(asdict(self))
        return content | {"event": f"materiel.{self.event}"}


def addresses(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The webhooks that the environment names."""
    return environment.get(ADDRESSES, "").split()


def block_names(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The Prefect blocks that the environment names."""
    return environment.get(BLOCKS, "").split()


def place(address: str) -> str:
    """The host of an address: all that may be told of it, as its path or query often is the secret."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return host or "an address without a host"


def post(notice: Notice, address: str, waits: Sequence[float] = WAITS) -> str | None:
    """Sends a notice as JSON by POST; None if it was taken, else what went wrong, without the address.

    Never raises: a receiver that is away must not make a failed run worse.
    """
    problem = None
    for wait in waits:
        time.sleep(wait)
        problem, is_worth_more = _post_once(notice, address)
        if problem is None or not is_worth_more:
            break
    return problem


def _post_once(notice: Notice, address: str) -> tuple[str | None, bool]:
    """What went wrong, and whether another try is worth it."""
    body = json.dumps(notice.payload(), ensure_ascii=False).encode()
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            return f"{place(address)}: not an http(s) address", False
        request = urllib.request.Request(
            address, body, {"Content-Type": "application/json; charset=utf-8", "User-Agent": "materiel"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            return None, False
    except urllib.error.HTTPError as error:
        error.close()
        return f"{place(address)}: answered {error.code}", error.code >= 500 or error.code == 429
    except (OSError, ValueError) as error:
        return f"{place(address)}: {type(error).__name__}", isinstance(error, OSError)
