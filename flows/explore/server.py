"""Serves the folder of one release on this machine alone, with byte ranges, so that its explorer can read it.

Made for `materiel explore`; a release is hosted for others by any web server that knows byte ranges.
"""

from __future__ import annotations

import re
import socket
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

LOOPBACK = "127.0.0.1"
HOME = "/explorer/"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    "": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".parquet": "application/vnd.apache.parquet",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_PIECE = 1 << 18


class ReleaseServer(ThreadingHTTPServer):
    """A server of `roots` on 127.0.0.1: a path is looked up in each folder in turn. `port` 0 takes any free one.

    OSError if the port is taken.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, roots: tuple[Path, ...], port: int = 0) -> None:
        self.roots = tuple(root.resolve() for root in roots)
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def url(self) -> str:
        """Address of the explorer."""
        return f"http://{LOOPBACK}:{self.server_port}{HOME}"

    @property
    def hosts(self) -> set[str]:
        """Values of the header Host that mean this server: others are pages that had their name point here."""
        return {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection early is no error; all else is reported as usual."""
        import sys

        if not isinstance(sys.exception(), (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: ReleaseServer
    protocol_version = "HTTP/1.1"
    server_version = "materiel"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged: the terminal shows the address and nothing else."""

    def _answer(self, with_body: bool) -> None:
        if self.headers.get("Host", "") not in self.server.hosts:
            return self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
        path = urlsplit(self.path).path
        if path == "/" or path == HOME.rstrip("/"):
            return self._send_there(HOME)
        file = find_file(self.server.roots, path)
        if file is None:
            return self._refuse(HTTPStatus.NOT_FOUND)
        return self._send_file(file, with_body)

    def _send_file(self, file: Path, with_body: bool) -> None:
        with file.open("rb") as content:
            size = file.stat().st_size
            asked = self.headers.get("Range")
            span = byte_range(asked, size) if asked else (0, size)
            if span is None:
                return self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"})
            start, end = span
            is_part = asked is not None and _RANGE.fullmatch(asked.strip()) is not None
            self.send_response(HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK)
            if is_part:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
            self._headers({"Content-Type": TYPES.get(file.suffix, "application/octet-stream")}, end - start)
            if with_body:
                self._copy(content, start, end)
        return None

    def _copy(self, content: BinaryIO, start: int, end: int) -> None:
        content.seek(start)
        while start < end and (piece := content.read(min(_PIECE, end - start))):
            self.wfile.write(piece)
            start += len(piece)

    def _send_there(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self._headers({"Location": path}, 0)

    def _refuse(self, status: HTTPStatus, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self._headers(headers or {}, 0)

    def _headers(self, headers: dict[str, str], length: int) -> None:
        always = {
            "Content-Length": str(length),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
        }
        for name, value in {**always, **headers}.items():
            self.send_header(name, value)
        self.end_headers()


def find_file(roots: tuple[Path, ...], path: str) -> Path | None:
    """The file that a URL path names in the first of `roots` (resolved folders) that has it; None if there is none.

    A folder means its `index.html`. Nothing outside the roots is ever named, be it by `..` or by a symbolic link, and
    no hidden file.
    """
    parts = [part for part in unquote(path).split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    for root in roots:
        found = root.joinpath(*parts)
        if found.is_dir():
            found = found / "index.html"
        real = found.resolve()
        if real.is_file() and real.is_relative_to(root):
            return real
    return None


def byte_range(asked: str, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the one range that a Range header asks for; None if the file has no such bytes.

    A header that asks for several ranges, or for other units, is taken for none: the whole file.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return 0, size
    first, last = found.groups()
    if not first:
        n_last = int(last) if last else 0
        return (max(0, size - n_last), size) if n_last and size else None
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None
