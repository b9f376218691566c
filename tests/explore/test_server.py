"""The server of `materiel explore`: this machine alone, byte ranges, and never a file outside the release."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.explore.server import ReleaseServer, byte_range, find_file
from tests.explore.conftest import serving

CONTENT = bytes(range(200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "release"
    (root / "explorer").mkdir(parents=True)
    (root / "explorer" / "index.html").write_text("<p>page</p>")
    (root / "explorer" / "main.js").write_text("export {};")
    (root / "claims.parquet").write_bytes(CONTENT)
    (root / ".hidden").write_text("hidden")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "way_out").symlink_to(tmp_path / "secret.txt")
    return root


@pytest.fixture
def server(folder: Path) -> Iterator[ReleaseServer]:
    started = ReleaseServer((folder,))
    with serving(started):
        yield started


def ask(server: ReleaseServer, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_listens_on_the_loopback_address_alone(server: ReleaseServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}/explorer/"


def test_the_root_leads_to_the_explorer(server: ReleaseServer) -> None:
    status, headers, _ = ask(server, "/")
    assert (status, headers["Location"]) == (302, "/explorer/")
    assert ask(server, "/explorer/#supplier=IRN")[2] == b"<p>page</p>"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/explorer/", "text/html; charset=utf-8"),
        ("/explorer/main.js", "text/javascript; charset=utf-8"),
        ("/claims.parquet", "application/vnd.apache.parquet"),
    ],
)
def test_files_have_their_type_and_no_other_is_guessed(server: ReleaseServer, path: str, kind: str) -> None:
    status, headers, _ = ask(server, path)
    assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (200, kind, "nosniff")


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=190-", 206, 190, 200),
        ("bytes=-10", 206, 190, 200),
        ("bytes=195-400", 206, 195, 200),
        ("bytes=-400", 206, 0, 200),
        ("bytes=0-9,20-29", 200, 0, 200),
        ("lines=1-2", 200, 0, 200),
    ],
)
def test_byte_ranges(server: ReleaseServer, asked: str, status: int, start: int, end: int) -> None:
    got, headers, body = ask(server, "/claims.parquet", Range=asked)
    assert (got, body) == (status, CONTENT[start:end])
    assert headers["Content-Length"] == str(end - start)
    assert headers.get("Content-Range") == (f"bytes {start}-{end - 1}/200" if status == 206 else None)


@pytest.mark.parametrize("asked", ["bytes=200-", "bytes=500-600", "bytes=9-3", "bytes=-0", "bytes=-"])
def test_a_range_that_is_not_there_is_refused(server: ReleaseServer, asked: str) -> None:
    status, headers, body = ask(server, "/claims.parquet", Range=asked)
    assert (status, headers["Content-Range"], body) == (416, "bytes */200", b"")


def test_an_empty_file_has_no_range() -> None:
    assert byte_range("bytes=0-", 0) is None
    assert byte_range("bytes=-5", 0) is None


def test_head_tells_the_size_and_sends_nothing(server: ReleaseServer) -> None:
    status, headers, body = ask(server, "/claims.parquet", method="HEAD")
    assert (status, headers["Content-Length"], headers["Accept-Ranges"], body) == (200, "200", "bytes", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/explorer/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/way_out",
        "/.hidden",
        "/%00",
        "/nothing",
        "/explorer/main.js/more",
    ],
)
def test_nothing_outside_the_release_is_served(server: ReleaseServer, folder: Path, path: str) -> None:
    assert ask(server, path)[0] == 404
    assert find_file((folder.resolve(),), path) is None


def test_other_methods_are_refused(server: ReleaseServer) -> None:
    assert ask(server, "/claims.parquet", method="DELETE")[0] == 501
    assert ask(server, "/claims.parquet", method="POST")[0] == 501


def test_a_page_that_had_its_name_point_here_gets_nothing(server: ReleaseServer) -> None:
    status, _, body = ask(server, "/claims.parquet", Host="evil.example")
    assert (status, body) == (421, b"")


def test_folders_are_looked_up_in_turn(folder: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    (beside / "explorer").mkdir(parents=True)
    (beside / "explorer" / "other.js").write_text("")
    roots = (folder.resolve(), beside.resolve())
    assert find_file(roots, "/explorer/other.js") == beside / "explorer" / "other.js"
    assert find_file(roots, "/explorer/main.js") == folder / "explorer" / "main.js"


def test_a_connection_that_is_cut_is_no_error(server: ReleaseServer, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(b"GET /claims.parquet HTTP/1.1\r\n")
    assert ask(server, "/claims.parquet")[0] == 200
    assert capfd.readouterr().err == ""
