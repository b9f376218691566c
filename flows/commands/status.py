"""`materiel status`: how an output folder stands, for people and for monitoring."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.messages import FAILED, CommandError, complain, examples
from flows.commands.printing import print_json, safe
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption

if TYPE_CHECKING:
    from flows.status import Status

EPILOG = examples(
    "materiel status --output /data/materiel",
    "materiel status --stale-hours 30 --notify",
    "materiel status --format json | jq .healthy",
    "In order: 0; the last run failed, a stale schedule, or no release: 1.",
)


class StatusFormat(StrEnum):
    """How the status is printed."""

    TEXT = "text"
    JSON = "json"


def status(
    output: OutputOption = DEFAULT_OUTPUT,
    stale_hours: Annotated[
        float | None,
        typer.Option("--stale-hours", min=0, help="How old the last good run may be (default: as `serve` was told)."),
    ] = None,
    status_format: Annotated[
        StatusFormat, typer.Option("--format", help="How the status is printed.")
    ] = StatusFormat.TEXT,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell the webhooks of the environment if the schedule is stale.")
    ] = False,
) -> None:
    """Show last run, last release, schedule, failures and cache of an output folder.

    The exit code is 1 where the last run failed, no run has ended well for
    too long, or nothing is published yet; standard error says which.
    """
    from flows.status import status_of

    try:
        found = status_of(output, stale_hours)
    except FileNotFoundError as error:
        raise CommandError(str(error)) from error
    if status_format is StatusFormat.JSON:
        print_json(found.as_dict())
    else:
        for label, value in lines(found):
            print(safe(f"{label:<13} {value}"))
    for problem in found.problems:
        complain(safe(f"problem: {problem}"))
    if notify:
        from flows.schedule.telling import tell_if_stale

        tell_if_stale(found, complain)
    if found.problems:
        raise typer.Exit(FAILED)


def lines(found: Status) -> list[tuple[str, str]]:
    """What is shown to people: label and value."""
    last, good, plan = found.last_run, found.last_good_run, found.schedule
    release = (
        f"{found.version}, {ago(found.release_age_hours)}" if found.version else "none; `materiel run CORPUS` makes one"
    )
    shown = [("output", found.output), ("release", release)]
    if last is None:
        shown.append(("last run", "none"))
    else:
        seconds = f", {last.seconds:,.0f} s" if last.seconds is not None else ""
        shown.append(("last run", f"{last.status}, began {last.began_at:%Y-%m-%d %H:%M} UTC{seconds}, {last.run_id}"))
    shown.append(("last good run", ago(found.good_age_hours) if good else "none"))
    shown.append(("under way", "a run holds the folder" if found.is_running else "nothing"))
    shown.append(("last 7 days", f"{found.recent_runs} runs, {found.recent_failures} failed"))
    if plan is not None:
        shown.append(("schedule", f"{plan.cron} ({plan.timezone}), {plan.deployment} on {plan.server}"))
    limit = "" if found.stale_after_hours is None else f"after {found.stale_after_hours:g} hours without a good run"
    shown.append(("stale", f"{'yes' if found.is_stale else 'no'}, {limit}" if limit else "no limit is set"))
    shown.append(("cache", f"{found.cache_bytes / 2**20:,.1f} MiB in {found.cache_files:,} files"))
    shown.append(("disk", f"{found.free_bytes / 2**30:,.1f} GiB free"))
    return shown


def ago(hours: float | None) -> str:
    """An age in words."""
    if hours is None:
        return "at an unknown time"
    if hours < 1:
        return f"{hours * 60:.0f} minutes ago"
    return f"{hours:.1f} hours ago" if hours < 48 else f"{hours / 24:.1f} days ago"
