"""Prefect's temporary server ends with the run that started it, also when that run is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

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
