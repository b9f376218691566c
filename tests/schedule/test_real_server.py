"""A deployment of `prefect.yaml` on a real Prefect server with PostgreSQL: its schedule fires, a worker publishes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.schedule.real_server import Prefect, real_server, until, why_not
from tests.schedule.receiver import Receiver, receiver
from tests.test_dataset import ENGINE, QUIET, STORIES, Run

pytestmark = [
    pytest.mark.skipif(why_not() is not None, reason=why_not() or ""),
    # Half a minute on an idle machine; the first test waits for all that is started.
    pytest.mark.timeout(1800),
]
WAIT = 600.0
INTERVAL = 6
"""Seconds between runs: fewer than a run takes, so that runs are due while another is under way."""
STALE_HOURS = 10 / 3600


@dataclass
class Site:
    """A server with the deployment of prefect.yaml, a worker, a corpus and a receiver of notices."""

    server: Prefect
    run: Run
    told: Receiver
    deployment_id: str

    def flow_runs(self) -> list[dict[str, Any]]:
        """The runs of the deployment, those that began first in front."""
        asked = {"deployments": {"id": {"any_": [self.deployment_id]}}, "sort": "START_TIME_ASC"}
        return list(self.server.post("/flow_runs/filter", asked))

    def in_state(self, *names: str) -> list[dict[str, Any]]:
        """Those in one of some states."""
        return [run for run in self.flow_runs() if run["state_name"] in names]

    def stop_schedule(self) -> None:
        """Stops the schedule and waits for the runs that are due already."""
        self.server.patch(f"/deployments/{self.deployment_id}", {"paused": True})
        until(lambda: not self.in_state("Late", "Pending", "Running"), WAIT, "runs do not end")

    def start_one(self) -> str:
        """A run outside of the schedule; gives its id.

        The server's scheduler may have added runs while the schedule was being stopped; one of them may be under way.
        """
        started: list[str] = []

        def has_begun() -> bool:
            asked = {"state": {"type": "SCHEDULED"}}
            run_id = str(self.server.post(f"/deployments/{self.deployment_id}/create_flow_run", asked)["id"])
            until(lambda: self.state_of(run_id) not in ("Scheduled", "Late", "Pending"), WAIT, "a run does not begin")
            started.append(run_id)
            return self.state_of(run_id) != "Cancelled"

        until(has_begun, WAIT, "no run may begin")
        return started[-1]

    def state_of(self, run_id: str) -> str:
        """The name of the state of a run."""
        return str(self.server.get(f"/flow_runs/{run_id}")["state_name"])

    def logged(self, run_id: str) -> str:
        """The log of a run as the server keeps it."""
        wanted = {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC"}
        return "\n".join(line["message"] for line in self.server.post("/logs/filter", wanted))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    run = Run(folder)
    with receiver() as told, real_server(folder / "prefect") as server:
        server.command("work-pool", "create", "materiel", "--type", "process")
        given = {"corpora": [str(run.corpus)], "output": str(run.output), "workers": 1}
        given |= {"model": str(run.log), "engine": ENGINE}
        server.command("deploy", "--name", "daily", "--interval", str(INTERVAL), "--params", json.dumps(given))
        deployment = server.get("/deployments/name/dataset/daily")
        secret = {"MATERIEL_WEBHOOK": told.address, "MATERIEL_WEBHOOK_BLOCK": "webhook/materiel"}
        make_block(server, told.address)
        with server.process("worker", "worker", "start", "--pool", "materiel", "--limit", "3", **secret):
            yield Site(server, run, told, str(deployment["id"]))


def make_block(server: Prefect, address: str) -> None:
    """A Webhook block named `materiel`, as a person makes it in the server's pages."""
    kind = server.get("/block_types/slug/webhook")
    wanted = {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
    schema = server.post("/block_schemas/filter", wanted)[0]
    content = {"name": "materiel", "block_type_id": kind["id"], "block_schema_id": schema["id"]}
    server.post("/block_documents/", content | {"data": {"url": address, "method": "POST"}})


@pytest.fixture(scope="module")
def published(site: Site) -> dict[str, Any]:
    """The first run that the schedule has brought to a good end, after others that were due meanwhile."""
    until(lambda: site.in_state("Completed", "Failed", "Crashed"), WAIT, "no scheduled run has ended")
    until(lambda: site.in_state("Cancelled"), WAIT, "no run that was due meanwhile was cancelled")
    site.stop_schedule()
    first = site.in_state("Completed", "Failed", "Crashed")[0]
    assert first["state_name"] == "Completed", site.logged(first["id"])
    return first


def test_a_schedule_fires_and_a_worker_publishes(site: Site, published: dict[str, Any]) -> None:
    assert published["auto_scheduled"] is True
    assert pq.read_table(site.run.output / "latest" / "claims.parquet").num_rows == 18


def test_runs_can_be_told_apart(published: dict[str, Any]) -> None:
    assert published["name"].startswith("news.jsonl, 20")
    assert "materiel" in published["tags"]


def test_one_run_at_a_time_and_what_is_due_meanwhile_is_cancelled(site: Site, published: dict[str, Any]) -> None:
    cancelled = site.in_state("Cancelled")[0]
    assert cancelled["state"]["message"] == "Deployment concurrency limit reached."
    ran = [(run["start_time"], run["end_time"]) for run in site.in_state("Completed", "Failed")]
    assert all(ended <= began for (_, ended), (began, _) in pairwise(ran))


def test_the_log_says_what_a_run_does(site: Site, published: dict[str, Any]) -> None:
    log = site.logged(published["id"])
    version = json.loads((site.run.output / "latest.json").read_text())["version"]
    assert "ingest: begins, stage 1 of 6" in log
    assert "ingest: 1 of 1 (100%), files" in log
    assert "extract: 9 of 9 (100%)" in log
    assert "validate: passed" in log
    assert f"published {version}: " in log and "18 claims" in log


def test_counts_quality_changes_and_links_are_artifacts(site: Site, published: dict[str, Any]) -> None:
    wanted = {"artifacts": {"flow_run_id": {"any_": [published["id"]]}}}
    kept = {artifact["key"]: artifact["data"] for artifact in site.server.post("/artifacts/filter", wanted)}
    assert {"materiel-run", "materiel-report", "materiel-quality", "materiel-release"} <= set(kept)
    assert "| claims | 18 |" in kept["materiel-run"]
    assert ": passed\n" in kept["materiel-quality"]
    assert (site.run.output / "latest").resolve().as_uri() in kept["materiel-release"]


def test_a_failed_validation_is_told_of(site: Site, published: dict[str, Any]) -> None:
    site.run.write([("Nothing", QUIET * 3)])
    run_id = site.start_one()
    until(lambda: "sent to block" in site.logged(run_id), WAIT, "no notice was sent")
    notice = site.told.wait_for(lambda body: body["event"] == "materiel.validation_failed", 10)
    assert notice["latest_version"] == json.loads((site.run.output / "latest.json").read_text())["version"]
    assert notice["stage"] == "validate"
    assert site.told.events().count("materiel.validation_failed") == 2, "by address, and by the block"
    log = site.logged(run_id)
    assert "sent to 127.0.0.1" in log and "sent to block webhook/materiel" in log
    assert "S3CRET" not in log and "T0KEN" not in log
    site.run.write(STORIES)


def test_a_server_tells_of_runs_that_stay_away(site: Site, published: dict[str, Any]) -> None:
    command = [sys.executable, "-m", "flows.schedule.automation", "dataset/daily", "--block", "webhook/materiel"]
    command += ["--stale-hours", str(STALE_HOURS)]
    done = subprocess.run(command, env=site.server.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site.start_one()
    site.told.received.clear()
    notice = site.told.wait_for(lambda body: body["event"] == "materiel.schedule_stale", WAIT)
    assert "no run of dataset/daily has completed" in notice["text"]
    assert "told by the Prefect server" in notice["reasons"]
