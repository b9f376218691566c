"""`materiel status` says how an output folder stands; its exit code is for monitoring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.publish.durable import json_bytes, replace_file
from flows.schedule.record import Schedule
from tests.commands.calling import materiel
from tests.schedule.receiver import receiver

GOOD = "20260101T041500.000000Z"
FAILED = "20260102T041500.000000Z"
VERSION = "2026.01.01-aaaaaaaa"


def account(output: Path, run_id: str, **values: object) -> None:
    content = {"run_id": run_id, "status": "published", "version": VERSION, "seconds_total": 75.4} | values
    replace_file(output / "runs" / f"{run_id}.json", json_bytes(content))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with one release of January 2026 and the run that made it."""
    replace_file(tmp_path / "releases" / VERSION / "release.json", b"{}")
    replace_file(tmp_path / "latest.json", json_bytes({"version": VERSION, "created_at": "2026-01-01T04:16:15+00:00"}))
    account(tmp_path, GOOD)
    Schedule("dataset/daily", "15 4 * * *", "UTC", 1e6, server="http://prefect:4200/api").write(tmp_path)
    return tmp_path


def test_a_folder_in_good_order_ends_with_0(kept: Path) -> None:
    answer = materiel("status", "--output", kept)
    assert (answer.code, answer.err) == (0, "")
    shown = {line[:13].strip(): line[14:] for line in answer.lines}
    assert shown["release"].startswith(f"{VERSION}, ") and shown["release"].endswith("days ago")
    assert shown["last run"] == f"published, began 2026-01-01 04:15 UTC, 75 s, {GOOD}"
    assert shown["schedule"] == "15 4 * * * (UTC), dataset/daily on http://prefect:4200/api"
    assert shown["stale"] == "no, after 1e+06 hours without a good run"
    assert shown["cache"] == "0.0 MiB in 0 files"


def test_a_failed_last_run_ends_with_1_and_its_reason(kept: Path) -> None:
    account(kept, FAILED, status="failed", reason="claims is\x1b[31m empty")
    answer = materiel("status", "--output", kept)
    assert answer.code == 1
    assert answer.err == "problem: the last run failed: claims is\N{REPLACEMENT CHARACTER}[31m empty\n"


def test_a_stale_schedule_ends_with_1(kept: Path) -> None:
    answer = materiel("status", "--output", kept, "--stale-hours", "30")
    assert answer.code == 1
    assert answer.err.startswith("problem: stale: the last good run ended ")


def test_json_holds_the_same_for_programs(kept: Path) -> None:
    answer = materiel("status", "--output", kept, "--stale-hours", "30", "--format", "json")
    values = json.loads(answer.out)
    assert (answer.code, values["healthy"], values["is_stale"]) == (1, False, True)
    assert values["last_good_run"]["run_id"] == GOOD
    assert values["schedule"]["cron"] == "15 4 * * *"


def test_an_empty_folder_has_nothing_published(tmp_path: Path) -> None:
    answer = materiel("status", "--output", tmp_path)
    assert answer.code == 1
    assert "problem: nothing is published yet" in answer.err


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    answer = materiel("status", "--output", tmp_path / "absent")
    assert (answer.code, answer.out) == (2, "")
    assert "absent is not there" in answer.err


def test_webhooks_are_told_when_asked(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiver() as told:
        monkeypatch.setenv("MATERIEL_WEBHOOK", told.address)
        monkeypatch.delenv("MATERIEL_WEBHOOK_BLOCK", raising=False)
        materiel("status", "--output", kept, "--stale-hours", "30")
        assert told.received == []
        answer = materiel("status", "--output", kept, "--stale-hours", "30", "--notify")
        assert told.events() == ["materiel.schedule_stale"]
    assert "notice schedule_stale sent to 127.0.0.1" in answer.err
    assert "S3CRET" not in answer.err
