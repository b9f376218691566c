"""Watches with whom this process speaks, and waits on this machine for whoever asks for an address of the data."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "")
_watching: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching or not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host or "")
    if host not in LOCAL:
        for asked in _watching:
            asked.append(f"{event} {host}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Every other machine that this process looks up or connects to meanwhile. Sees Python's sockets only."""
    if not getattr(watched, "is_set", False):
        sys.addaudithook(_note)  # Python has no way to take it off again
        watched.is_set = True  # type: ignore[attr-defined]
    asked: list[str] = []
    _watching.append(asked)
    try:
        yield asked
    finally:
        # By identity: two empty lists are equal.
        _watching[:] = [one for one in _watching if one is not asked]


@contextmanager
def bait() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine to put into data, and the paths that were asked of it; sees every library."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html><body><p>Iran sent missiles to Russia.</p></body></html>")

        do_HEAD = do_POST = do_OPTIONS = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
