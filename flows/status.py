"""Tells how an output folder stands: last run, last release and its age, failures, schedule, size of the cache."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.schedule.record import Schedule, read_schedule

POINTER = "latest.json"
RUN_ID_FORMAT = "%Y%m%dT%H%M%S.%fZ"
GOOD = ("published", "unchanged")
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class PastRun:
    """One account under `runs/`. `seconds` is the time of all its stages; times are UTC."""

    run_id: str
    began_at: datetime
    status: str
    version: str | None = None
    seconds: float | None = None
    reason: str | None = None

    @property
    def ended_at(self) -> datetime:
        """When its last stage was over."""
        return self.began_at + timedelta(seconds=self.seconds or 0.0)

    @property
    def is_good(self) -> bool:
        """Published a release, or found that nothing has changed."""
        return self.status in GOOD


@dataclass(frozen=True)
class Status:
    """How an output folder stands at `checked_at`. Ages are in hours, sizes in bytes.

    `failures_since_good` counts failed runs after the last good one; `running_since` is None where no run holds the
    folder; `problems` say in words what is wrong, one line each, and are empty for a folder in good order.
    """

    output: str
    checked_at: datetime
    version: str | None
    released_at: datetime | None
    release_age_hours: float | None
    last_run: PastRun | None
    last_good_run: PastRun | None
    good_age_hours: float | None
    failures_since_good: int
    recent_runs: int
    recent_failures: int
    is_running: bool
    schedule: Schedule | None
    stale_after_hours: float | None
    is_stale: bool
    cache_bytes: int
    cache_files: int
    free_bytes: int
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The status as JSON values; times as ISO 8601."""
        values: dict[str, Any] = json.loads(json.dumps(asdict(self), default=datetime.isoformat))
        return values | {"healthy": not self.problems}


def status_of(output: Path, stale_hours: float | None = None, now: datetime | None = None) -> Status:
    """Reads how an output folder stands; `stale_hours` overrides what its schedule says of the last good run's age.

    FileNotFoundError if the folder is not there. Whatever in it cannot be read is a problem, not an error.
    """
    if not output.is_dir():
        raise FileNotFoundError(f"{output} is not there; publish into it with `materiel run CORPUS --output {output}`")
    checked_at = now or datetime.now(UTC)
    schedule = read_schedule(output)
    limit = stale_hours if stale_hours is not None else schedule.stale_hours if schedule else None
    version, released_at, problems = pointed_to(output)
    runs, unread = past_runs(output)
    last_good = next((run for run in reversed(runs) if run.is_good), None)
    good_age = hours_since(last_good.ended_at if last_good else None, checked_at)
    # Before the first good run the folder itself tells how long one has been awaited.
    awaited = good_age if good_age is not None else hours_since(began(output, runs), checked_at)
    recent = [run for run in runs if checked_at - run.began_at <= RECENT]
    is_stale = limit is not None and awaited is not None and awaited > limit
    cache_files, cache_bytes = size_of(output / "cache")
    found = Status(
        output=str(output),
        checked_at=checked_at,
        version=version,
        released_at=released_at,
        release_age_hours=hours_since(released_at, checked_at),
        last_run=runs[-1] if runs else None,
        last_good_run=last_good,
        good_age_hours=good_age,
        failures_since_good=len([run for run in runs if last_good is None or run.run_id > last_good.run_id]),
        recent_runs=len(recent),
        recent_failures=len([run for run in recent if not run.is_good]),
        is_running=is_held(output),
        schedule=schedule,
        stale_after_hours=limit,
        is_stale=is_stale,
        cache_bytes=cache_bytes,
        cache_files=cache_files,
        free_bytes=shutil.disk_usage(output).free,
    )
    found.problems.extend([*problems, *unread, *complaints(found, awaited)])
    return found


def complaints(status: Status, awaited_hours: float | None) -> list[str]:
    """What is wrong, in words: no release, a failed last run, a schedule that has gone stale."""
    said = []
    if status.version is None and not status.is_running:
        said.append("nothing is published yet")
    if status.last_run is not None and not status.last_run.is_good:
        times = f", {status.failures_since_good} in a row" if status.failures_since_good > 1 else ""
        said.append(f"the last run failed{times}: {status.last_run.reason or 'no reason is recorded'}")
    if status.is_stale:
        since = "no run has ended well yet" if status.last_good_run is None else "the last good run ended"
        said.append(f"stale: {since} {awaited_hours:.1f} hours ago, and {status.stale_after_hours:g} are allowed")
    return said


def pointed_to(output: Path) -> tuple[str | None, datetime | None, list[str]]:
    """Version and time of the release that `latest.json` names, and what is wrong with the pointer."""
    path = output / POINTER
    try:
        pointer = json.loads(path.read_text(encoding="utf-8"))
        version, at = str(pointer["version"]), moment(pointer.get("created_at"))
    except FileNotFoundError:
        return None, None, []
    except (OSError, ValueError, KeyError, TypeError) as error:
        return None, None, [f"{path} cannot be read ({type(error).__name__}); restore it from releases/*/release.json"]
    gone = not (output / "releases" / version / "release.json").is_file()
    return version, at, [f"{path} names release {version}, which is not there"] if gone else []


def past_runs(output: Path) -> tuple[list[PastRun], list[str]]:
    """The runs that left an account, oldest first, and a line for every account that cannot be read."""
    runs, unread = [], []
    for path in sorted((output / "runs").glob("[!.]*.json")):
        try:
            account = json.loads(path.read_text(encoding="utf-8"))
            began_at = datetime.strptime(account["run_id"], RUN_ID_FORMAT).replace(tzinfo=UTC)
            run = PastRun(
                account["run_id"],
                began_at,
                str(account.get("status", "failed")),
                account.get("version"),
                account.get("seconds_total"),
                account.get("reason"),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            unread.append(f"{path} cannot be read ({type(error).__name__}); it may be deleted")
        else:
            runs.append(run)
    return runs, unread


def began(output: Path, runs: list[PastRun]) -> datetime | None:
    """Since when a good run has been awaited in a folder that has none: its first run, or its schedule."""
    if runs:
        return runs[0].began_at
    path = output / "schedule.json"
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else None


def is_held(output: Path) -> bool:
    """Does a run hold the folder now? Asks the lock without waiting, and gives it back at once."""
    try:
        with (output / ".lock").open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            fcntl.flock(lock, fcntl.LOCK_UN)
    except OSError:
        pass
    return False


def size_of(folder: Path) -> tuple[int, int]:
    """Number and bytes of the files under a folder; those that go away meanwhile are not counted."""
    n_files = n_bytes = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                n_bytes += (Path(parent) / name).stat().st_size
            except OSError:
                continue
            n_files += 1
    return n_files, n_bytes


def moment(text: Any) -> datetime | None:
    """A time in ISO 8601; None for none."""
    return datetime.fromisoformat(text) if text else None


def hours_since(at: datetime | None, now: datetime) -> float | None:
    """Hours between a time and now, to the hundredth."""
    return None if at is None else round((now - at).total_seconds() / 3600, 2)
