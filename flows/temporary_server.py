"""Keeps Prefect's temporary server to the run that started it: no other run shares it, and it ends with that run."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.publish.durable import locked

WATCH = 'read -r _; ps -o args= -p "$0" | grep -q prefect && kill -9 "$0"'
"""Waits for the other end of its standard input to close, as it does when a process dies; $0 is the server."""
_watched: list[tuple[int, subprocess.Popen[bytes]]] = []


@contextmanager
def own_temporary_server(output: Path, wait_seconds: float) -> Iterator[None]:
    """Lets one run at a time use the temporary server of an output folder, and ends it with the run.

    Two servers would lock each other out of its database. Does nothing where PREFECT_API_URL names a real server.
    OutputBusyError if another run still uses it after `wait_seconds`.
    """
    if "PREFECT_API_URL" in os.environ:
        yield
        return
    end_server_with_run()
    with locked(output / ".prefect", wait_seconds):
        yield


def end_server_with_run() -> None:
    """From now on a temporary server that Prefect starts in this process does not outlive it. POSIX only.

    Prefect stops its server when Python exits, which a killed process does not: the server would stay, with its
    memory and its database open, until somebody finds it.
    """
    from prefect.server.api.server import SubprocessASGIServer

    start = SubprocessASGIServer._run_uvicorn_command
    if os.name != "posix" or hasattr(start, "__wrapped__"):
        return

    @functools.wraps(start)
    def start_watched(self: SubprocessASGIServer) -> subprocess.Popen[bytes]:
        server = start(self)
        end_with_this_process(server.pid)
        return server

    SubprocessASGIServer._run_uvicorn_command = start_watched  # type: ignore[method-assign]


def end_with_this_process(pid: int) -> None:
    """Has a Prefect server killed when this process is gone, however it ends."""
    waiting, held = os.pipe()  # `held` is not inherited by any child, so that it closes with this process
    with open(waiting, "rb") as end:  # noqa: PTH123 - a handle, not a path
        watch = subprocess.Popen(
            ["/bin/sh", "-c", WATCH, str(pid)],
            stdin=end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    _watched.append((held, watch))
