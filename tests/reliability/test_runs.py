"""Whole runs that are killed, short of disk, or two at once: the old release stays, and the next run makes it good.

The hundreds of such trials behind docs/reliability.md are the modules beside this one.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.reliability.arena import Arena
from tests.reliability.disks import NoDiskError, run_on_full_disk, run_on_read_only_disk, small_disk
from tests.reliability.kills import trial
from tests.reliability.runs import STAGES, Started

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize(("number", "stage"), list(enumerate(STAGES)))
def test_a_killed_run_costs_nothing_but_its_time(arena: Arena, number: int, stage: str) -> None:
    came_to, wrong = trial(arena, stage, 0.05 * number, workers=2 if stage == "extract" else 1, whole_group=number != 1)
    assert not wrong, came_to


def test_a_full_disk_fails_the_run_and_nothing_else(arena: Arena, tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk") as disk:
            status, wrong = run_on_full_disk(arena, disk, 300_000)
    except NoDiskError as error:
        pytest.skip(str(error))
    assert status.startswith("failed in")
    assert not wrong


def test_a_read_only_disk_fails_the_run_and_nothing_else(arena: Arena, tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk") as disk:
            outcome, wrong = run_on_read_only_disk(arena, disk)
    except NoDiskError as error:
        pytest.skip(str(error))
    assert "Read-only file system" in outcome
    assert not wrong


def test_of_two_runs_at_once_one_publishes_and_the_other_finds_it_done(arena: Arena) -> None:
    output = arena.fresh()
    runs = [Started(arena.order(output)) for _ in range(2)]
    outcomes = sorted(str(run.wait()["status"]) for run in runs)
    assert outcomes == ["published", "unchanged"]
    assert arena.differences(output) == []


def test_a_run_that_waits_for_a_killed_one_goes_on_by_itself(arena: Arena) -> None:
    output = arena.fresh()
    first = Started(arena.order(output))
    first.wait_for("link")
    second = Started(arena.order(output))
    time.sleep(0.2)
    first.kill()
    assert second.wait()["status"] == "published"
    assert arena.differences(output) == []
