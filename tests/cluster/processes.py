"""Starts a Dask scheduler and workers as processes of their own, if wanted on a network of their own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALL = "import sys; from distributed.cli.{0} import main; sys.argv[0] = '{0}'; main()"


@dataclass
class Cluster:
    """A scheduler's address and its workers' processes, in the order of their start."""

    folder: Path
    address: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_scheduler(self, host: str = "127.0.0.1", within: Sequence[str] = ()) -> None:
        """Starts the scheduler on a free port and waits until it listens."""
        file = self.folder / "scheduler.json"
        arguments = ["--host", host, "--port", "0", "--scheduler-file", str(file), "--no-dashboard", "--no-jupyter"]
        self.processes.append(self._start("dask_scheduler", arguments, within))
        for _ in range(1200):
            with contextlib.suppress(FileNotFoundError, ValueError):
                self.address = json.loads(file.read_text())["address"]
                return
            assert self.processes[0].poll() is None, (self.folder / "dask_scheduler.log").read_text()
            time.sleep(0.1)
        raise TimeoutError("the scheduler did not start in 120 s")

    def start_worker(self, within: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """Starts a worker of one thread that nobody starts again when it dies."""
        arguments = [self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "120"]
        arguments += ["--local-directory", str(self.folder / "scratch"), "--memory-limit", "0"]
        worker = self._start("dask_worker", arguments, within)
        self.processes.append(worker)
        self.workers.append(worker)
        return worker

    def _start(self, name: str, arguments: list[str], within: Sequence[str]) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        log = (self.folder / f"{name}.log").open("ab")
        command = [*within, sys.executable, "-c", CALL.format(name), *arguments]
        with log:
            return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=log, stderr=log)

    def stop(self) -> None:
        """Ends every process."""
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def cluster_of(folder: Path, n_workers: int) -> Iterator[Cluster]:
    """A scheduler and workers on this machine's own network."""
    cluster = Cluster(folder)
    try:
        cluster.start_scheduler()
        for _ in range(n_workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.stop()
