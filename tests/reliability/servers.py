"""Runs whose Prefect server goes away in the middle, and what they leave behind.

`python -m tests.reliability.servers FOLDER [STAGE ...]`
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flows.publish.release import latest
from tests.reliability.arena import Arena
from tests.reliability.runs import STAGES, Started, prefect_server

PATIENCE = 1200.0
"""Seconds; the client of Prefect goes on asking for minutes before it gives up."""


class Gate:
    """Stands before a server on a port of its own; when it is shut, connections break and new ones are refused."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.target = (str(address.hostname), int(address.port or 80))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}{address.path}"
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self.target)
                self.ends += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=_carry, args=(source, sink), daemon=True).start()

    def shut(self) -> None:
        """The server is gone."""
        for end in (self.listener, *self.ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends.clear()

    def open(self) -> None:
        """The server is back, at the same address."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def run_without_server(arena: Arena, gate: Gate, stage: str) -> tuple[str, list[str]]:
    """Shuts the gate when a stage begins, opens it when the run has ended, and runs again."""
    output = arena.fresh()
    started = Started(arena.order(output, url=gate.url))
    started.wait_for(stage)
    gate.shut()
    outcome = started.wait(PATIENCE)
    wrong = arena.is_old_readable(output)
    has_new = (latest(output) or {})["version"] == arena.new
    gate.open()
    _, found = arena.recover(output)
    came_to = f"{outcome.get('status')}, {'new' if has_new else 'old'} release, {outcome.get('reason')}"
    # A failed run leaves its record, which the undisturbed folder has not.
    return came_to, wrong + [one for one in found if not one.startswith("failures")]


def main(folder: Path, stages: Sequence[str]) -> None:
    """The server goes away at the beginning of each of the stages."""
    with prefect_server(folder / "prefect") as (url, _):
        arena, gate, n_wrong = Arena(folder / "arena", url), Gate(url), 0
        for stage in stages:
            came_to, wrong = run_without_server(arena, gate, stage)
            n_wrong += bool(wrong)
            print(f"gone in {stage}: {came_to} {wrong or ''}", flush=True)
    print(f"{len(stages)} runs without their server, {n_wrong} with a fault")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or STAGES)
