"""Tells of a stale schedule once, and not at every look: what was told is kept in the output folder."""

from __future__ import annotations

from pathlib import Path

from flows.narration import Say
from flows.publish.durable import replace_file
from flows.schedule.notice import Notice
from flows.schedule.sending import send
from flows.status import Status, hours_since, moment

TOLD = ".stale-told"
"""File of the output folder with the time when a stale schedule was last told of; gone when it is fresh again."""


def tell_if_stale(status: Status, say: Say) -> str:
    """Sends a notice if a schedule is stale and nobody was told of it lately; returns what was found in words."""
    told = Path(status.output) / TOLD
    if not status.is_stale:
        told.unlink(missing_ok=True)
        age = "none yet" if status.good_age_hours is None else f"{status.good_age_hours:.1f} hours ago"
        say(f"fresh: the last good run ended {age}")
        return "fresh"
    notice = stale_notice(status)
    say(notice.text)
    if is_told(told, status):
        return "stale, and told before"
    if send(notice, say):
        replace_file(told, status.checked_at.isoformat().encode())
        return "stale, told now"
    return "stale, and nobody could be told"


def is_told(told: Path, status: Status) -> bool:
    """Was somebody told less than `stale_after_hours` ago?"""
    try:
        since = hours_since(moment(told.read_text(encoding="utf-8")), status.checked_at)
    except (OSError, ValueError):
        return False
    return since is not None and since < (status.stale_after_hours or 0)


def stale_notice(status: Status) -> Notice:
    """What to tell of a folder in which no run has ended well for too long."""
    last = status.last_good_run
    since = f"since {last.ended_at:%Y-%m-%d %H:%M} UTC" if last else "yet"
    failed = status.last_run is not None and not status.last_run.is_good
    why = f" The last run failed: {status.last_run.reason}" if failed and status.last_run else ""
    text = (
        f"Materiel: no run of {status.output} has ended well {since}, and one is due every "
        f"{status.stale_after_hours:g} hours.{why} See that the server and the worker are up."
    )
    return Notice(
        "schedule_stale",
        text,
        output=status.output,
        run_id=status.last_run.run_id if status.last_run else None,
        reasons=status.problems,
        latest_version=status.version,
    )
