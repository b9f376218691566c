"""A receiver of webhooks on this machine, which keeps what it is sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


class Receiver:
    """`address` takes notices; `answers` are the next status codes, 200 when they are used up."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/hook/S3CRET?token=T0KEN"
        self.received: list[Body] = []
        self.paths: list[str] = []
        self.answers: list[int] = []

    def events(self) -> list[str]:
        """The kind of every notice, in order."""
        return [str(body.get("event")) for body in self.received]

    def wait_for(self, wanted: Callable[[Body], bool], seconds: float) -> Body:
        """The first notice that is wanted; TimeoutError names what came instead."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [body for body in self.received if wanted(body)]
            if found:
                return found[0]
            time.sleep(0.1)
        raise TimeoutError(f"no such notice after {seconds} s, but {self.received}")


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver that listens on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.paths.append(self.path)
            code = kept.answers.pop(0) if kept.answers else 200
            if code == 200:
                kept.received.append(json.loads(body))
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
