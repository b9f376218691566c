"""The flow `watch`: looks whether runs have stayed away, and tells of it."""

from __future__ import annotations

from pathlib import Path

from prefect import flow

from flows.narration import flow_voice
from flows.schedule.telling import tell_if_stale
from flows.status import status_of


@flow(name="watch", flow_run_name="watch {output}", timeout_seconds=600, persist_result=False)
def watch(output: Path, stale_hours: float | None = None) -> str:
    """Holds the last good run of an output folder against `stale_hours`, by default those of its schedule.

    A stale schedule is told of when it is found, and again after as many hours; returns what was found in words.
    """
    return tell_if_stale(status_of(output, stale_hours), flow_voice())
