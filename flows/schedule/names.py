"""Gives flow runs names that a person can tell apart in a list of runs."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flows.redaction import redacted

TAGS = ["materiel"]
"""Tags of every deployment, and so of the flow runs that it makes."""
MAX_NAME = 40
"""Longest part of a name that comes from a corpus, in characters."""


def run_name(parameters: Mapping[str, Any], now: datetime) -> str:
    """`news.jsonl.gz and 2 more, 2026-11-23 04:15`: what is read, and when the run began (UTC)."""
    corpora: Sequence[str] = parameters.get("corpora") or ()
    more = f" and {len(corpora) - 1} more" if len(corpora) > 1 else ""
    return f"{corpus_name(corpora[0]) if corpora else 'no corpus'}{more}, {now:%Y-%m-%d %H:%M}"


def corpus_name(corpus: str) -> str:
    """The last part of a path or address, without credentials or query."""
    path = redacted(corpus).partition("?")[0].rstrip("/") if "://" in corpus else corpus.rstrip("/")
    name = posixpath.basename(path) or path or "/"
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def dataset_run_name() -> str:
    """The name of the flow run under way; Prefect calls this when a run of `dataset` begins."""
    from prefect.runtime import flow_run

    return run_name(flow_run.parameters or {}, datetime.now(UTC))
