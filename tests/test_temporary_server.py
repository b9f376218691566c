"""Prefect's temporary server ends with the run that started it, also when that run is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.publish.durable import OutputBusyError
from flows.temporary_server import own_temporary_server

RUN = """
import subprocess, sys, time
from flows.temporary_server import end_with_this_process
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)", "prefect.server"])
end_with_this_process(server.pid)
print(server.pid, flush=True)
time.sleep(3600)
"""


def is_running(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_two_runs_do_not_share_a_temporary_server(tmp_path: Path) -> None:
    with own_temporary_server(tmp_path, 0), pytest.raises(OutputBusyError), own_temporary_server(tmp_path, 0.1):
        pass


def test_a_real_server_is_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.org/api")
    with own_temporary_server(tmp_path, 0), own_temporary_server(tmp_path, 0):
        assert list(tmp_path.iterdir()) == []


def test_a_killed_run_takes_its_server_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        assert is_running(server)
        run.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 120
    while is_running(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(server)
