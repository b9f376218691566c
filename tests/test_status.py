"""How an output folder stands: fresh or stale, failed or well, and what is told of it when nothing comes any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.publish.durable import json_bytes, locked, replace_file
from flows.schedule.record import Schedule
from flows.schedule.telling import TOLD, tell_if_stale
from flows.status import RUN_ID_FORMAT, status_of
from tests.schedule.receiver import Receiver, receiver

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSION = "2026.11.22-aaaaaaaa"


def run_ended(output: Path, hours_ago: float, status: str = "published", **values: Any) -> str:
    """Leaves the account of a run that lasted a minute."""
    began_at = NOW - timedelta(hours=hours_ago, seconds=60)
    run_id = f"{began_at:{RUN_ID_FORMAT}}"
    account = {"run_id": run_id, "status": status, "version": VERSION, "seconds_total": 60.0} | values
    replace_file(output / "runs" / f"{run_id}.json", json_bytes(account))
    return run_id


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A folder with a release of 20 hours ago."""
    folder = tmp_path / "output"
    pointer = {"version": VERSION, "content_digest": "a", "created_at": "2026-11-22T16:00:00+00:00"}
    replace_file(folder / "latest.json", json_bytes(pointer))
    replace_file(folder / "releases" / VERSION / "release.json", json_bytes({}))
    run_ended(folder, 20)
    return folder


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiver() as kept:
        monkeypatch.setenv("MATERIEL_WEBHOOK", kept.address)
        monkeypatch.delenv("MATERIEL_WEBHOOK_BLOCK", raising=False)
        yield kept


def test_a_folder_in_good_order_has_no_problems(output: Path) -> None:
    found = status_of(output, 24, NOW)
    assert (found.version, found.release_age_hours) == (VERSION, 20.0)
    assert (found.good_age_hours, found.is_stale, found.failures_since_good) == (20.0, False, 0)
    assert found.problems == []
    assert found.as_dict()["healthy"] is True


def test_a_run_that_found_nothing_new_counts_as_good(output: Path) -> None:
    run_ended(output, 1, "unchanged")
    found = status_of(output, 12, NOW)
    assert (found.good_age_hours, found.release_age_hours, found.is_stale) == (1.0, 20.0, False)


def test_without_a_good_run_for_too_long_a_folder_is_stale(output: Path) -> None:
    found = status_of(output, 19.5, NOW)
    assert found.is_stale
    assert found.problems == ["stale: the last good run ended 20.0 hours ago, and 19.5 are allowed"]


def test_failed_runs_are_counted_since_the_last_good_one(output: Path) -> None:
    run_ended(output, 30, "failed", reason="an old one")
    run_ended(output, 3, "failed", reason="claims is empty")
    run_ended(output, 2, "failed", reason="the disk is full")
    found = status_of(output, 12, NOW)
    assert (found.failures_since_good, found.recent_runs, found.recent_failures) == (2, 4, 3)
    assert found.problems == [
        "the last run failed, 2 in a row: the disk is full",
        "stale: the last good run ended 20.0 hours ago, and 12 are allowed",
    ]


def test_old_runs_do_not_count_as_recent(output: Path) -> None:
    run_ended(output, 24 * 8, "failed")
    assert status_of(output, None, NOW).recent_failures == 0


def test_a_schedule_says_when_its_folder_is_stale(output: Path) -> None:
    plan = Schedule("dataset/daily", "15 4 * * *", "UTC", 12.0, ["s3://key:S3CRET@bucket/news"], 2)
    path = plan.write(output)
    assert "S3CRET" not in path.read_text()
    found = status_of(output, None, NOW)
    assert found.schedule is not None and found.schedule.deployment == "dataset/daily"
    assert (found.stale_after_hours, found.is_stale) == (12.0, True)


def test_a_schedule_whose_first_run_never_came_goes_stale_too(tmp_path: Path) -> None:
    Schedule("dataset/daily", "15 4 * * *", "UTC", 12.0).write(tmp_path)
    now = datetime.now(UTC)
    assert not status_of(tmp_path, None, now + timedelta(hours=11)).is_stale
    found = status_of(tmp_path, None, now + timedelta(hours=13))
    assert found.is_stale
    assert found.problems[0] == "nothing is published yet"
    assert found.problems[1].startswith("stale: no run has ended well yet 13.0 hours ago")


def test_a_run_under_way_is_seen_and_not_disturbed(output: Path) -> None:
    assert not status_of(output, None, NOW).is_running
    with locked(output):
        assert status_of(output, None, NOW).is_running
    with locked(output):
        pass


def test_the_cache_is_measured(output: Path) -> None:
    replace_file(output / "cache" / "reader" / "a.parquet", b"x" * 1000)
    found = status_of(output, None, NOW)
    assert (found.cache_files, found.cache_bytes) == (1, 1000)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"run_id": "yesterday"}', b"\xff"])
def test_an_account_that_cannot_be_read_is_a_problem_and_no_error(output: Path, content: bytes) -> None:
    (output / "runs" / "20261123T000000.000000Z.json").write_bytes(content)
    found = status_of(output, None, NOW)
    assert len(found.problems) == 1 and "it may be deleted" in found.problems[0]
    assert found.version == VERSION


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"version": "gone", "created_at": null}'])
def test_a_damaged_pointer_is_a_problem_and_no_error(output: Path, content: bytes) -> None:
    (output / "latest.json").write_bytes(content)
    assert any("latest.json" in problem for problem in status_of(output, None, NOW).problems)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="absent is not there; publish into it"):
        status_of(tmp_path / "absent")


def test_the_status_is_plain_json(output: Path) -> None:
    values = json.loads(json.dumps(status_of(output, 24, NOW).as_dict()))
    assert values["last_run"]["status"] == "published"
    assert values["checked_at"] == "2026-11-23T12:00:00+00:00"


def test_a_stale_schedule_is_told_once_until_its_hours_are_over(output: Path, told: Receiver) -> None:
    said: list[str] = []
    assert tell_if_stale(status_of(output, 12, NOW), said.append) == "stale, told now"
    assert tell_if_stale(status_of(output, 12, NOW + timedelta(hours=11)), said.append) == "stale, and told before"
    assert tell_if_stale(status_of(output, 12, NOW + timedelta(hours=12)), said.append) == "stale, told now"
    assert told.events() == ["materiel.schedule_stale"] * 2
    body = told.received[0]
    assert body["latest_version"] == VERSION
    assert "has ended well since 2026-11-22 16:00 UTC, and one is due every 12 hours" in body["text"]
    assert not [line for line in said if "S3CRET" in line or "T0KEN" in line]


def test_a_fresh_run_ends_the_matter(output: Path, told: Receiver) -> None:
    tell_if_stale(status_of(output, 12, NOW), lambda _: None)
    run_ended(output, 0)
    assert tell_if_stale(status_of(output, 12, NOW), lambda _: None) == "fresh"
    assert not (output / TOLD).exists()


def test_a_stale_schedule_stays_untold_while_nobody_can_be_reached(output: Path, told: Receiver) -> None:
    told.answers = [404, 200]
    assert tell_if_stale(status_of(output, 12, NOW), lambda _: None) == "stale, and nobody could be told"
    assert tell_if_stale(status_of(output, 12, NOW), lambda _: None) == "stale, told now"
