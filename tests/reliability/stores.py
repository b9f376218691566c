"""Publishing to an S3-compatible store that answers errors, cuts connections, or dies, at any of its requests.

`python -m tests.reliability.stores FOLDER STEP [KIND ...]`
"""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from unittest import mock
from urllib.parse import urlsplit

import pytest

from flows.publish.release import latest, move_pointer
from flows.publish.verify import findings
from flows.store import lease
from flows.store.copy import complete, copy_of
from flows.store.home import sweep
from flows.store.objects import Store, StoreError
from tests.reliability.arena import TIMED, without_time
from tests.store.publishing import ONE, TWO, pointed_to, publish_at, run_at
from tests.store.servers import BUCKET, s3_server, settings

Kind = Literal["busy", "cut", "lost", "error", "death"]
KINDS: tuple[Kind, ...] = ("busy", "cut", "lost", "error", "death")
"""One answer is 503; one connection is cut in the middle of what is sent; one request is done but its answer lost; all
answers are 500 from then on; a connection is cut, and nobody answers any more."""
TERM_SECONDS = 8.0
"""Of the lease in these trials, so that a run after a dead one does not wait for a minute."""
BUSY = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
BROKEN = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"


class Proxy(ThreadingHTTPServer):
    """Stands before a store, counts requests and strikes the one that it is told to."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = urlsplit(url).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.counting = threading.Lock()
        self.heal()

    def heal(self, kind: Kind = "busy", at: int = 0) -> None:
        """Counts from 0 again; the next fault is at request `at`, none at 0."""
        self.kind: Kind = kind
        self.at, self.seen, self.is_ill = at, 0, False

    def next(self) -> bool:
        """Whether the request at hand is to be struck."""
        with self.counting:
            self.seen += 1
            if self.seen == self.at:
                self.is_ill = True
            return self.is_ill and (self.seen == self.at or self.kind in ("error", "death"))

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that end early are what this server is for."""


class Handler(BaseHTTPRequestHandler):
    """Hands requests on to the store as they are."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def answer(self) -> None:
        """Hands on one request, or strikes it."""
        fault = self.server.kind if self.server.next() else None
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length // 2 if fault in ("cut", "death") else length)
        if fault in ("busy", "error"):
            self.reply(*((503, BUSY) if fault == "busy" else (500, BROKEN)), {})
            return
        if fault not in ("cut", "death"):
            store = http.client.HTTPConnection(self.server.target, timeout=60)
            store.request(self.command, self.path, body or None, dict(self.headers))
            told = store.getresponse()
            content = told.read()
            store.close()
            if fault is None:
                self.reply(told.status, content, dict(told.getheaders()))
                return
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

    def reply(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        """Sends an answer; that of HEAD keeps the length of what is not sent."""
        self.send_response_only(status)
        kept = {
            name: value for name, value in headers.items() if name.lower() not in ("transfer-encoding", "connection")
        }
        if self.command != "HEAD":
            kept = {name: value for name, value in kept.items() if name.lower() != "content-length"}
            kept["Content-Length"] = str(len(content))
        for name, value in kept.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def struck_store() -> Iterator[Proxy]:
    """An S3-compatible server behind a proxy, which clients take for the store."""
    with pytest.MonkeyPatch.context() as patch, s3_server(patch) as url:
        proxy = Proxy(url)
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        for name, value in (settings(proxy.url) | {"AWS_MAX_ATTEMPTS": "2"}).items():
            patch.setenv(name, value)
        patch.setattr("flows.store.home.leased", partial(lease.leased, term_seconds=TERM_SECONDS))
        try:
            yield proxy
        finally:
            proxy.shutdown()
            proxy.server_close()
            thread.join()


class Bench:
    """A store with an old release; what it is like when the new one is published, and by how many requests."""

    def __init__(self, folder: Path, proxy: Proxy) -> None:
        self.folder, self.proxy, self.n = folder, proxy, 0
        self.before, self.after = self.place("before"), self.place("after")
        with self.machine():
            publish_at(self.before, folder / "made", ONE)
        self.old = pointed_to(Store.at(self.before))
        self.copy(self.after)
        with self.machine():
            release, _ = publish_at(self.after, folder / "made", ONE, TWO)
            self.release = Path(shutil.copytree(release, folder / release.name))
        self.new = self.release.name
        self.copy(self.after)
        proxy.heal()
        self.publish(self.after)
        self.n_requests = proxy.seen

    def place(self, name: str) -> str:
        """The address of a place in the store."""
        return f"s3://{BUCKET}/{name}"

    @contextmanager
    def machine(self) -> Iterator[None]:
        """A machine of its own, on which nothing is left of runs before."""
        self.n += 1
        staging = self.folder / f"machine{self.n}"
        with mock.patch.dict("os.environ", {"MATERIEL_STAGING": str(staging)}):
            yield
        shutil.rmtree(staging, ignore_errors=True)

    def publish(self, address: str) -> None:
        """What a run does with the store, on a machine of its own; the release was made before."""
        with self.machine(), run_at(address) as home:
            if (latest(home.folder) or {})["version"] != self.new:
                move_pointer(home.folder, Path(shutil.copytree(self.release, home.folder / "releases" / self.new)))
                home.publish(home.folder / "releases" / self.new)

    def copy(self, address: str) -> None:
        """Puts the store with the old release in another place."""
        source, target = Store.at(self.before), Store.at(address)
        target.remove(list(target.names("")))
        for name in source.names(""):
            found = source.read(name)
            assert found is not None
            target.write(name, found.data)

    def strike(self, kind: Kind, at: int) -> tuple[str, list[str]]:
        """Publishes while the store is struck at a request; what that came to, and all that is wrong then or later."""
        address = self.place("struck")
        self.copy(address)
        self.proxy.heal(kind, at)
        came_to = "published"
        # What a run could not upload at its end is told as a warning.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            try:
                self.publish(address)
            except (StoreError, lease.LeaseLostError):
                came_to = "failed"
        self.proxy.heal()
        with self.machine():
            wrong = self.is_readable(address)
        is_new = pointed_to(Store.at(address)) == self.new
        came_to = f"{came_to}, {'new' if is_new else 'old'} release"
        self.publish(address)
        return came_to, wrong + self.differences(address)

    def is_readable(self, address: str) -> list[str]:
        """What is wrong for a reader right after the fault."""
        version = pointed_to(Store.at(address))
        if version not in (self.old, self.new):
            return [f"the pointer says {version}"]
        return [
            found for one in {self.old, version} for found in findings(complete(copy_of(address) / "releases" / one))
        ]

    def differences(self, address: str) -> list[str]:
        """Objects other than those of the undisturbed place, or with another content; leases are numbered on."""
        held, wanted = (self.objects(place) for place in (address, self.after))
        found = [f"{name} is missing or stray" for name in sorted(held.keys() ^ wanted.keys())]
        found += [f"{name} differs" for name in sorted(held.keys() & wanted.keys()) if held[name] != wanted[name]]
        return found + [f"{name} was left to sweep" for name in sweep(Store.at(address))]

    def objects(self, address: str) -> dict[str, Any]:
        """What each object holds, without the times of publishing."""
        store = Store.at(address)
        found: dict[str, Any] = {}
        for name in store.names(""):
            if not name.startswith("locks/"):
                content = store.read(name)
                data = b"" if content is None else content.data
                found[name] = without_time(json.loads(data)) if name.rpartition("/")[2] in TIMED else data
        return found


def main(folder: Path, step: int, kinds: Sequence[Kind]) -> None:
    """Strikes every `step`-th request of a run that publishes, beginning at another one for each kind."""
    with struck_store() as proxy:
        bench = Bench(folder, proxy)
        print(f"{bench.n_requests} requests of a run that publishes", flush=True)
        for first, kind in enumerate(kinds, 1):
            outcomes: Counter[str] = Counter()
            wrong: list[str] = []
            for at in range(first, bench.n_requests + 1, step):
                came_to, found = bench.strike(kind, at)
                outcomes[came_to] += 1
                wrong += [f"{kind} at request {at}: {one}" for one in found]
            print(f"{kind}: {dict(outcomes)}; {len(wrong)} faults found", *wrong, sep="\n", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asked = sys.argv[3:] or KINDS
        main(Path(sys.argv[1]), int(sys.argv[2]), [kind for kind in KINDS if kind in asked])
