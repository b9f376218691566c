"""Runs a Prefect server of our own beside the served flows, for those who have none: its scheduler starts the runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

STARTUP_SECONDS = 300.0
"""A first start makes the tables of the database: 10 to 60 s, more on a busy machine."""
STOP_SECONDS = 20.0


class ServerNotStartedError(RuntimeError):
    """The Prefect server did not come up; the message names its log."""


@contextmanager
def own_server(output: Path, address: str) -> Iterator[None]:
    """Runs a server at `address` (`http://127.0.0.1:PORT/api`) while what is within lasts, for this machine alone.

    Its log lies in `.prefect/` of the output folder; its database is the one that the environment names.
    ServerNotStartedError if it does not answer in time, or the port is taken.
    """
    if is_up(address):
        raise ServerNotStartedError(f"a Prefect server answers at {address} already; set PREFECT_API_URL to use it")
    port = str(urlsplit(address).port)
    log = output / ".prefect" / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    # A group of its own: Ctrl-C goes to the served flows first, which still want to tell the server.
    with log.open("ab") as lines:
        process = subprocess.Popen(
            command,
            stdout=lines,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ,
            start_new_session=True,
        )
    try:
        wait_until_up(address, process, log)
        yield
    finally:
        stop(process)


def wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path, seconds: float = STARTUP_SECONDS) -> None:
    """Returns once the server answers; ServerNotStartedError if it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerNotStartedError(f"the Prefect server ended with {process.returncode}; see {log}")
        if is_up(address):
            return
        time.sleep(0.2)
    raise ServerNotStartedError(f"the Prefect server does not answer after {seconds:.0f} s; see {log}")


def is_up(address: str) -> bool:
    """Does a Prefect API answer here?"""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server, by force if it does not end by itself."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
