"""Notices of failures: what they say, to whom they go, and that no address or credential is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.dataset import DatasetResult, RunFailedError
from flows.publish.durable import json_bytes
from flows.schedule.hooks import crash_notice, failure_notice
from flows.schedule.notice import Notice, addresses, block_names, place, post
from flows.schedule.sending import send
from tests.schedule.receiver import Receiver, receiver

NOTICE = Notice("run_failed", "Materiel: a run failed.", reasons=["s3://user:pass@bucket/x?sig=abc answered 500"])
AT_ONCE = (0.0, 0.0, 0.0)


@pytest.fixture
def told() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


def failed(stage: str, output: Path, reason: str = "claims is empty") -> RunFailedError:
    result = DatasetResult(
        "failed",
        "v2",
        None,
        failure_dir=output / "failures" / "v2",
        failed_stage=stage,
        reason=reason,
        run_record=output / "runs" / "20261123T000000.000000Z.json",
    )
    return RunFailedError(result)


def test_a_failed_validation_is_told_with_its_reason_and_what_stays(tmp_path: Path) -> None:
    (tmp_path / "latest.json").write_bytes(json_bytes({"version": "v1", "content_digest": "0"}))
    notice = failure_notice("news, 04:15", {"output": str(tmp_path)}, failed("validate", tmp_path))
    assert notice.event == "validation_failed"
    assert (notice.stage, notice.latest_version, notice.run_id) == ("validate", "v1", "20261123T000000.000000Z")
    assert notice.failure_dir == str(tmp_path / "failures" / "v2")
    assert notice.text == (
        "Materiel: run 'news, 04:15' failed in stage validate: claims is empty. Release v1 stays the latest."
    )


def test_another_failure_is_told_apart_from_a_failed_validation(tmp_path: Path) -> None:
    assert failure_notice("r", {"output": str(tmp_path)}, failed("extract", tmp_path)).event == "run_failed"
    busy = failure_notice("r", {"output": str(tmp_path)}, RuntimeError("another run holds the folder"))
    assert (busy.event, busy.stage) == ("run_failed", None)
    assert "another run holds the folder. Nothing is published yet." in busy.text


def test_a_run_that_died_is_told_of(tmp_path: Path) -> None:
    notice = crash_notice("r", {"output": str(tmp_path)}, "Flow run process exited with non-zero status code -9.")
    assert notice.event == "run_crashed"
    assert "status code -9" in notice.text


def test_an_endless_reason_is_cut(tmp_path: Path) -> None:
    notice = failure_notice("r", {"output": str(tmp_path)}, failed("validate", tmp_path, "x" * 100_000))
    assert len(notice.text) < 1000


def test_a_receiver_gets_json_without_credentials(told: Receiver) -> None:
    assert post(NOTICE, told.address) is None
    body = told.received[0]
    assert body["event"] == "materiel.run_failed"
    assert body["reasons"] == ["s3://***@bucket/x?sig=*** answered 500"]
    assert set(body) >= {"text", "output", "run_id", "stage", "failure_dir", "latest_version", "created_at"}


@pytest.mark.parametrize(
    ("answers", "n_tries", "problem"),
    [
        ([503, 429], 3, None),
        ([500, 500, 500], 3, "127.0.0.1: answered 500"),
        ([404], 1, "127.0.0.1: answered 404"),
    ],
)
def test_a_busy_receiver_is_tried_again_and_one_that_refuses_is_not(
    told: Receiver, answers: list[int], n_tries: int, problem: str | None
) -> None:
    told.answers = list(answers)
    assert post(NOTICE, told.address, AT_ONCE) == problem
    assert len(told.paths) == n_tries


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/S3CRET", "ftp://example.org/S3CRET", "https:///S3CRET", "S3CRET", "http://[S3CRET"],
)
def test_an_address_that_leads_nowhere_is_said_without_its_secret(address: str) -> None:
    problem = post(NOTICE, address, AT_ONCE)
    assert problem is not None
    assert "S3CRET" not in problem


def test_a_host_is_all_that_is_told_of_an_address() -> None:
    assert place("https://user:word@chat.example.org/hook/S3CRET") == "chat.example.org"


def test_receivers_are_those_of_the_environment() -> None:
    environment = {"MATERIEL_WEBHOOK": " https://a.example https://b.example ", "MATERIEL_WEBHOOK_BLOCK": "webhook/a"}
    assert addresses(environment) == ["https://a.example", "https://b.example"]
    assert block_names(environment) == ["webhook/a"]
    assert addresses({}) == block_names({}) == []


def test_every_receiver_is_tried_and_how_it_went_is_said(told: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATERIEL_WEBHOOK", f"ftp://chat.example.org/S3CRET {told.address}")
    monkeypatch.delenv("MATERIEL_WEBHOOK_BLOCK", raising=False)
    said: list[str] = []
    assert send(NOTICE, said.append) == 1
    assert said == [
        "notice run_failed not sent: chat.example.org: not an http(s) address",
        "notice run_failed sent to 127.0.0.1",
    ]


def test_a_block_that_is_not_there_is_said_and_ends_nothing(
    prefect_harness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MATERIEL_WEBHOOK", raising=False)
    monkeypatch.setenv("MATERIEL_WEBHOOK_BLOCK", "webhook/absent")
    said: list[str] = []
    assert send(NOTICE, said.append) == 0
    assert said[0].startswith("notice run_failed not sent: block webhook/absent: ValueError")


def test_a_webhook_block_is_called(told: Receiver, prefect_harness: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.blocks.webhook import Webhook

    block: Any = Webhook(url=told.address)
    block.save("materiel-test", overwrite=True)
    monkeypatch.delenv("MATERIEL_WEBHOOK", raising=False)
    monkeypatch.setenv("MATERIEL_WEBHOOK_BLOCK", "webhook/materiel-test")
    assert send(NOTICE, lambda _: None) == 1
    assert told.events() == ["materiel.run_failed"]


def test_a_webhook_block_is_called_from_within_an_event_loop(
    told: Receiver, prefect_harness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.blocks.webhook import Webhook

    block: Any = Webhook(url=told.address)
    block.save("materiel-loop", overwrite=True)
    monkeypatch.delenv("MATERIEL_WEBHOOK", raising=False)
    monkeypatch.setenv("MATERIEL_WEBHOOK_BLOCK", "webhook/materiel-loop")

    async def hook() -> int:
        return send(NOTICE, lambda _: None)

    assert asyncio.run(hook()) == 1
    assert told.events() == ["materiel.run_failed"]


def test_a_state_without_an_error_still_gives_a_notice(tmp_path: Path) -> None:
    from flows.schedule.hooks import failure_of

    state = SimpleNamespace(result=lambda raise_on_failure: "no exception")
    assert failure_of(state) is None
    assert failure_notice("r", {}, failure_of(state)).event == "run_failed"
