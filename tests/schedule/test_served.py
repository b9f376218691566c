"""`materiel serve` without any server: it starts one of its own, a run publishes, and Ctrl-C ends all of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.schedule.own_server import ServerNotStartedError, free_port, is_up, own_server
from flows.status import status_of
from tests.schedule.real_server import ROOT, until
from tests.test_dataset import ENGINE, Run

WAIT = 600.0
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Run, str, subprocess.Popen[bytes]]]:
    run, port = Run(tmp_path), free_port()
    command = [sys.executable, "-c", "from flows.cli import main; main()", "serve", str(run.corpus)]
    command += ["--output", str(run.output), "--model", str(run.log), "--engine", ENGINE, "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)
    try:
        yield run, f"http://127.0.0.1:{port}/api", process
    finally:
        process.kill()
        process.wait()


def ask(api: str, path: str, content: dict[str, Any] | None = None) -> Any:
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{api}{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def found(api: str, deployment: str) -> Any:
    try:
        return ask(api, f"/deployments/name/{deployment}")
    except OSError:
        return None


def test_without_a_server_one_is_started_and_stopped(served: tuple[Run, str, subprocess.Popen[bytes]]) -> None:
    run, api, process = served
    log = run.output.with_name("serve.log")
    until(lambda: found(api, "watch/scheduled-watch") or process.poll() is not None, WAIT, "nothing is served")
    assert process.poll() is None, log.read_text()
    deployment = found(api, "dataset/scheduled")
    assert deployment["schedules"][0]["schedule"]["cron"] == "15 4 * * *"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    made = ask(api, f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    until(lambda: (run.output / "latest.json").exists() or ended(api, made["id"]), WAIT, "nothing is published")
    assert (run.output / "latest.json").exists(), log.read_text()
    until(lambda: status_of(run.output).last_good_run, 60, "the run leaves no account")
    process.send_signal(signal.SIGINT)
    process.wait(120)
    assert not is_up(api)


def ended(api: str, run_id: str) -> bool:
    return str(ask(api, f"/flow_runs/{run_id}")["state_type"]) in ("FAILED", "CRASHED", "CANCELLED")


def test_a_server_that_does_not_come_up_is_said_with_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    log = tmp_path / ".prefect" / "server.log"
    server = own_server(tmp_path, f"http://127.0.0.1:{free_port()}/api")
    with pytest.raises(ServerNotStartedError, match=f"ended with 1; see {log}"), server:
        pass
