"""Kills runs at random moments of every stage and prints what became of the old release and of the next run.

`python -m tests.reliability.kills FOLDER [NUMBER] [SEED] [MINUTES]`
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from pathlib import Path

from tests.reliability.arena import Arena
from tests.reliability.runs import STAGES, Started, prefect_server, processes_of

SHORTEST = 0.05


def lengths(arena: Arena) -> dict[str, float]:
    """Seconds of each stage in a run that nobody disturbs; also of what comes after the last."""
    started = Started(arena.order(arena.fresh()))
    started.wait()
    moments = started.moments
    names = [*STAGES, "published"]
    return {
        name: max(SHORTEST, moments[names[k + 1]] - moments[name] if k + 1 < len(names) else 0.5)
        for k, name in enumerate(names)
    }


def trial(arena: Arena, stage: str, delay: float, workers: int, whole_group: bool) -> tuple[str, list[str]]:
    """Kills one run `delay` seconds into a stage; returns what it had come to and all that is wrong."""
    output = arena.fresh()
    started = Started(arena.order(output, workers=workers))
    started.wait_for(stage)
    time.sleep(delay)
    was_alive = started.process.is_alive()
    group = started.process.pid or 0
    started.kill(whole_group)
    reached = started.stages[-1] if was_alive else "ended before"
    wrong = [f"old release: {found}" for found in arena.is_old_readable(output)]
    wrong += [f"process {pid} outlives its run" for pid in _survivors(group)]
    status, found = arena.recover(output, workers)
    return f"{reached}, next run {status}", wrong + found


def _survivors(group: int) -> list[int]:
    """Worker processes end by themselves when their run is gone; they are given time to notice."""
    deadline = time.monotonic() + 60
    while processes_of(group) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(group)


def main(folder: Path, number: int = 100, seed: int = 1, minutes: float = 7.0) -> None:
    """Spreads the kills evenly over the stages, at random within each; every fourth kills the main process alone."""
    chance, deadline = random.Random(seed), time.monotonic() + 60 * minutes
    with prefect_server(folder / "prefect") as (url, _):
        arena = Arena(folder / "arena", url)
        stages = lengths(arena)
        print("stages (s):", {name: round(seconds, 2) for name, seconds in stages.items()}, flush=True)
        seen: Counter[str] = Counter()
        n_wrong = 0
        for k in range(number):
            if time.monotonic() > deadline:
                break
            stage = list(stages)[k % len(stages)]
            delay, workers = chance.uniform(0, stages[stage]), chance.choice((1, 1, 2))
            came_to, wrong = trial(arena, stage, delay, workers, whole_group=bool(k % 4))
            seen[came_to] += 1
            n_wrong += bool(wrong)
            print(f"{k + 1} {stage}+{delay:.2f}s workers={workers}: {came_to} {wrong or ''}", flush=True)
    print(f"{sum(seen.values())} kills, {n_wrong} with a fault")
    for came_to, n in sorted(seen.items()):
        print(f"{n:4} killed in {came_to}")


if __name__ == "__main__":
    given = sys.argv[2:]
    main(Path(sys.argv[1]), *(int(value) for value in given[:2]), *(float(value) for value in given[2:]))
