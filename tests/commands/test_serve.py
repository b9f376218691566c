"""`materiel serve` makes a plan of its options and serves it; the server and the serving itself are stood in for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prefect.client.schemas.objects import ConcurrencyLimitStrategy

import flows.schedule.serving as serving
from flows.schedule.record import read_schedule
from flows.schedule.serving import Plan, deployments
from tests.commands.calling import Answer, materiel

SECRET = "https://chat.example.org/hook/S3CRET"


class Served:
    """Stands in for the serving."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.environment: dict[str, str] = {}

    def __call__(self, plan: Plan) -> None:
        self.plan, self.environment = plan, dict(os.environ)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    stand_in = Served()
    monkeypatch.setattr(serving, "serve", stand_in)
    monkeypatch.setenv("PREFECT_API_URL", "http://user:S3CRET@prefect.example.org/api")
    for name in ("MATERIEL_WEBHOOK", "MATERIEL_WEBHOOK_BLOCK"):
        # Set and taken away, so that what the command sets is put back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return stand_in


def call(tmp_path: Path, *options: str) -> Answer:
    corpus = tmp_path / "news.jsonl"
    corpus.write_text("{}\n", encoding="utf-8")
    return materiel("serve", corpus, "--output", tmp_path / "out", *options)


def test_options_make_a_plan(served: Served, tmp_path: Path) -> None:
    answer = call(
        tmp_path, "--cron", "*/30 * * * *", "--timezone", "Europe/Oslo", "--workers", "3", "--name", "half-hourly",
        "--mapping", "text=body", "--max-hours", "2", "--stale-hours", "3", "--when-busy", "queue",
        "--since", "2024-01-01",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    plan = served.plan
    assert plan is not None
    assert (plan.corpora, plan.output) == ([str(tmp_path / "news.jsonl")], tmp_path / "out")
    assert (plan.cron, plan.timezone, plan.deployment_name) == ("*/30 * * * *", "Europe/Oslo", "dataset/half-hourly")
    parameters = dict(plan.parameters)
    assert str(parameters.pop("since")) == "2024-01-01"
    assert parameters == {"workers": 3, "max_hours": 2.0, "mapping": {"text": "body"}}


def test_the_folder_keeps_the_schedule_for_the_status(served: Served, tmp_path: Path) -> None:
    answer = call(tmp_path, "--stale-hours", "3")
    kept = read_schedule(tmp_path / "out")
    assert kept is not None
    assert (kept.deployment, kept.stale_hours) == ("dataset/scheduled", 3.0)
    assert kept.server == "http://***@prefect.example.org/api"
    assert "S3CRET" not in answer.err + answer.out


def test_corpora_are_found_from_any_folder(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.jsonl").touch()
    assert materiel("serve", "news/*.jsonl", "s3://bucket/x", "--output", "out").code == 0
    assert served.plan is not None
    assert served.plan.corpora == [str(tmp_path / "news" / "*.jsonl"), "s3://bucket/x"]


def test_an_address_reaches_runs_by_the_environment_and_not_as_a_parameter(served: Served, tmp_path: Path) -> None:
    answer = call(tmp_path, "--webhook", SECRET, "--webhook-block", "webhook/materiel")
    assert served.environment["MATERIEL_WEBHOOK"] == SECRET
    assert served.environment["MATERIEL_WEBHOOK_BLOCK"] == "webhook/materiel"
    assert served.plan is not None and "S3CRET" not in str(served.plan)
    assert "S3CRET" not in answer.err + (tmp_path / "out" / "schedule.json").read_text()


def test_a_wrong_cron_is_wrong_usage(served: Served, tmp_path: Path) -> None:
    answer = call(tmp_path, "--cron", "daily")
    assert answer.code == 2
    assert "--cron 'daily' with --timezone 'UTC' is no schedule" in answer.err
    assert served.plan is None


@pytest.mark.parametrize(("collision", "strategy"), [("cancel", "CANCEL_NEW"), ("queue", "ENQUEUE")])
def test_one_run_at_a_time_with_a_stated_strategy(tmp_path: Path, collision: str, strategy: str) -> None:
    plan = Plan(["/news"], tmp_path, "daily", "15 4 * * *", "UTC", 36.0, collision, {"workers": 2})  # type: ignore[arg-type]
    daily, watch = deployments(plan)
    assert (daily.name, watch.name) == ("daily", "daily-watch")
    assert daily.concurrency_limit == 1
    assert daily.concurrency_options is not None
    assert daily.concurrency_options.collision_strategy == ConcurrencyLimitStrategy[strategy]
    assert daily.tags == ["materiel"]
    assert daily.parameters == {"workers": 2, "corpora": ["/news"], "output": str(tmp_path)}
    assert (daily.entrypoint, watch.entrypoint) == ("flows.dataset.dataset", "flows.schedule.watch.watch")
    assert watch.parameters == {"output": str(tmp_path), "stale_hours": 36.0}
