"""Runs the dataset flow in processes of their own, which may be killed, and tells how far each has come."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest import mock

from flows.temporary_server import end_with_this_process
from tests.reliability.faults import Fault

ENGINE = "tests.extract.plain_engine"
STAGES = ("ingest", "extract", "link", "stage", "validate", "publish")
PATIENCE = 300.0
"""Seconds within which a run of seconds must have ended, however busy the machine is."""


@dataclass(frozen=True)
class Order:
    """What a run is to do. `trace` is a file outside the output folder to which it tells stages and outcome."""

    corpus: Path
    output: Path
    trace: Path
    log: Path
    api_url: str
    workers: int = 1
    fault: Fault | None = None
    is_validated: bool = False


def obey(order: Order) -> None:
    """The child process: a session of its own, so that its workers are killed with it."""
    os.setsid()
    with order.trace.with_suffix(".log").open("a") as noise:
        os.dup2(noise.fileno(), 1)
        os.dup2(noise.fileno(), 2)
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.dataset import run_dataset
    from flows.progress import Step, listening
    from tests.reliability.faults import Writes, injected

    writes = Writes(order.output, order.fault or Fault("kill", "never", 0))
    trace = os.open(order.trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def heard(step: Step) -> None:
        if step.stage == "run":
            os.write(trace, f"{time.time()} {step.detail}\n".encode())
            writes.begin(step.detail)

    def tell(outcome: dict[str, Any]) -> None:
        os.write(trace, (json.dumps(outcome | {"writes": writes.seen}) + "\n").encode())

    with ExitStack() as stack:
        stack.enter_context(temporary_settings({PREFECT_API_URL: order.api_url}))
        stack.enter_context(listening(heard))
        stack.enter_context(injected(writes))
        if not order.is_validated:
            stack.enter_context(mock.patch("flows.dataset.validate", passed))
        try:
            result = run_dataset(
                [str(order.corpus)], order.output, workers=order.workers, model=str(order.log), engine=ENGINE
            )
        except BaseException as error:
            tell({"status": "raised", "reason": f"{type(error).__name__}: {error}"})
            raise
        tell(
            {
                "status": result.status,
                "reason": result.reason,
                "stage": result.failed_stage,
                "record": str(result.failure_dir or ""),
            }
        )


def passed(release_dir: Path, *_: Any) -> Any:
    """Stands for validation, which takes most of a small run's time: writes the same files, and lets all pass."""
    from expectations.gate import ValidationReport
    from flows.validate.flow import write_report

    verdict = ValidationReport(True, [], defaultdict(int), [])
    time.sleep(0.1)
    write_report(verdict, release_dir)
    return verdict


class Started:
    """A run under way."""

    def __init__(self, order: Order) -> None:
        self.order = order
        order.trace.unlink(missing_ok=True)
        self.process: BaseProcess = _context().Process(target=obey, args=(order,))
        self.process.start()

    @property
    def stages(self) -> list[str]:
        """Stages that have begun, in order."""
        return list(dict.fromkeys(line.split()[1] for line in self._lines() if not line.startswith("{")))

    @property
    def moments(self) -> dict[str, float]:
        """When each stage began (seconds since the epoch)."""
        told = [line.split() for line in self._lines() if not line.startswith("{")]
        return {name: float(when) for when, name in reversed(told)}

    @property
    def outcome(self) -> dict[str, Any]:
        """What the run said at its end; nothing if it was killed before."""
        told = [json.loads(line) for line in self._lines() if line.startswith("{")]
        return told[0] if told else {}

    def _lines(self) -> list[str]:
        return self.order.trace.read_text().splitlines() if self.order.trace.exists() else []

    def wait_for(self, stage: str) -> None:
        """Waits until the run has come to a stage, or has ended."""
        deadline = time.monotonic() + PATIENCE
        while stage not in self.stages and self.process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.005)

    def wait(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Waits for the end; returns the outcome. AssertionError if it hangs."""
        self.process.join(seconds)
        is_hanging = self.process.is_alive()
        self.kill()
        assert not is_hanging, f"a run hung in {self.stages}"
        return self.outcome

    def kill(self, whole_group: bool = True) -> None:
        """kill -9 of the run with its workers, or of its main process alone."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole_group else os.kill)(self.process.pid or 0, signal.SIGKILL)
        self.process.join()


def _context() -> multiprocessing.context.ForkServerContext:
    """Children are forked from a process that has imported everything, as that takes longer than a run."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.preload"])
    return context


def undisturbed(order: Order) -> dict[str, Any]:
    """A run that nobody disturbs; returns its outcome."""
    return Started(order).wait()


def processes_of(group: int) -> list[int]:
    """Processes of a session that are still there."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == group and fields[0] != "Z":
                found.append(int(folder.name))
    return found


@contextmanager
def prefect_server(folder: Path, port: int | None = None) -> Iterator[tuple[str, Any]]:
    """A real Prefect server with a database of its own; gives its address and its process."""
    import socket
    import subprocess
    from urllib.error import URLError
    from urllib.request import urlopen

    if port is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder}/prefect.db",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    }
    environment.pop("PREFECT_API_URL", None)
    where = ["--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "prefect", "server", "start", *where, "--no-ui"]
    url = f"http://127.0.0.1:{port}/api"
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        end_with_this_process(server.pid)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    with urlopen(f"{url}/health", timeout=5):
                        break
                except (URLError, OSError):
                    if time.monotonic() > deadline or server.poll() is not None:
                        raise RuntimeError(f"no Prefect server; see {folder / 'server.log'}") from None
                    time.sleep(0.2)
            yield url, server
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
