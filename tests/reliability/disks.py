"""Runs on a small disk of their own (a tmpfs, mounted by root) that is full or read-only, and what they leave behind.

`python -m tests.reliability.disks FOLDER`
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.publish.release import latest
from tests.reliability.arena import Arena
from tests.reliability.runs import Started, prefect_server

DISK = 32 << 20
"""Bytes of the disk: an old release, a new one and the files of a run take about a third."""


class NoDiskError(RuntimeError):
    """This machine lets us mount no disk; the message says why."""


@contextmanager
def small_disk(folder: Path, size: int = DISK) -> Iterator[Path]:
    """A tmpfs of `size` bytes; NoDiskError where none can be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    if mounted:
        raise NoDiskError(f"no tmpfs can be mounted here: {mounted}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> str:
    """Mounts; returns what mount complains of."""
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    except OSError as error:
        return str(error)
    return done.stderr.strip() if done.returncode else ""


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Takes the right to write from the disk for a while; root's rights on files would not stop root."""
    complaint = _mount("-o", "remount,ro", str(disk))
    if complaint:
        raise NoDiskError(complaint)
    try:
        yield
    finally:
        _mount("-o", "remount,rw", str(disk))


def fill(disk: Path, free: int) -> Path:
    """Writes a file that leaves `free` bytes of the disk."""
    filler = disk / "filler"
    facts = os.statvfs(disk)
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, facts.f_bavail * facts.f_frsize - free))
    return filler


def run_on_full_disk(arena: Arena, disk: Path, free: int) -> tuple[str, list[str]]:
    """Runs with `free` bytes left, then again with room; returns the outcome of the first and all that is wrong."""
    output = arena.fresh(disk)
    filler = fill(disk, free)
    outcome = Started(arena.order(output)).wait()
    wrong = arena.is_old_readable(output)
    status = str(outcome.get("status"))
    if status == "failed":
        status += f" in {arena_stage(outcome)}"
        left = [path.name for folder in ("staging", "work") for path in (output / folder).glob("*")]
        wrong += [f"{name} is left on the full disk" for name in left]
    elif status != "published":
        wrong.append(f"the run {status}: {outcome.get('reason')}")
    filler.unlink()
    _, found = arena.recover(output)
    return status, wrong + [one for one in found if not one.startswith("failures")]


def arena_stage(outcome: dict[str, object]) -> str:
    """The stage in which a run failed, and whether it left a record."""
    return f"{outcome.get('stage')}, {'a record' if outcome.get('record') else 'no record'}"


def run_on_read_only_disk(arena: Arena, disk: Path) -> tuple[str, list[str]]:
    """Runs on a disk that cannot be written, then again when it can."""
    output = arena.fresh(disk)
    with read_only(disk):
        outcome = Started(arena.order(output)).wait()
        wrong = arena.is_old_readable(output)
        if (latest(output) or {})["version"] != arena.old:
            wrong.append("the pointer moved")
    _, found = arena.recover(output)
    return f"{outcome.get('status')}: {outcome.get('reason')}", wrong + found


def main(folder: Path, steps: int = 24) -> None:
    """Leaves ever more room, from none to enough, and prints what came of each run."""
    with prefect_server(folder / "prefect") as (url, _), small_disk(folder / "disk") as disk:
        arena = Arena(folder / "arena", url)
        print("read-only:", *run_on_read_only_disk(arena, disk), flush=True)
        n_wrong = 0
        for k in range(steps):
            free = k * (6 << 20) // steps
            status, wrong = run_on_full_disk(arena, disk, free)
            n_wrong += bool(wrong)
            print(f"{free >> 10:6} KiB free: {status} {wrong or ''}", flush=True)
        print(f"{steps} full disks, {n_wrong} with a fault")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(value) for value in sys.argv[2:]))
