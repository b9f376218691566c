"""Keeps `schedule.json` of an output folder: when runs are due, and how old the last good one may be."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flows.publish.durable import json_bytes, replace_file
from flows.redaction import redacted_values

SCHEDULE = "schedule.json"


@dataclass(frozen=True)
class Schedule:
    """What `materiel serve` was told. `stale_hours`: how old the last good run may be before somebody is told.

    `server` is the address of the Prefect API.
    """

    deployment: str
    cron: str
    timezone: str
    stale_hours: float
    corpora: list[str] = field(default_factory=list)
    workers: int = 1
    server: str | None = None

    def write(self, output: Path) -> Path:
        """Writes the record without credentials; returns its path."""
        content: dict[str, Any] = redacted_values(asdict(self))
        path = output / SCHEDULE
        replace_file(path, json_bytes(content))
        return path


def read_schedule(output: Path) -> Schedule | None:
    """The schedule of an output folder; None where none was kept or the file is of no use."""
    try:
        content = json.loads((output / SCHEDULE).read_text(encoding="utf-8"))
        return Schedule(**content)
    except (OSError, ValueError, TypeError):
        return None
