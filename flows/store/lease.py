"""One run at a time on an object store: numbered lease objects, created only where there is none, renewed while held.

The highest number holds. A waiting run takes the next number once the holder has released it, or has not renewed it for
its whole term by the waiting run's own clock, so that clocks need not agree. The highest object is never deleted; a run
that was suspended beyond its term therefore finds a higher number than its own and stops before it publishes.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flows.publish.durable import OutputBusyError
from flows.store.objects import Store, StoreError

FOLDER = "locks"
TERM_SECONDS = 60.0
"""How long a dead run keeps others waiting; it is renewed four times in that time."""


class LeaseLostError(RuntimeError):
    """The run no longer holds the store; another one may, so it must not publish."""


@dataclass
class Lease:
    """A lease that is held. `number` is its place in the order of all runs of the store."""

    store: Store
    number: int
    term_seconds: float
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    renewals: int = 0
    renewed_at: float = field(default_factory=time.monotonic)

    def content(self, state: str = "held") -> bytes:
        """The lease object: who holds it, and what waiting runs must know."""
        facts = {"state": state, "owner": self.owner, "host": socket.gethostname(), "process": os.getpid()}
        return json.dumps({**facts, "term_seconds": self.term_seconds, "renewals": self.renewals}).encode()

    def renew(self) -> None:
        """Tells waiting runs that this one lives. StoreError if the store does not answer."""
        started = time.monotonic()
        self.renewals += 1
        self.store.write(_name(self.number), self.content())
        self.renewed_at = started

    def check(self) -> None:
        """LeaseLostError if another run may hold the store by now. Call it before what cannot be taken back."""
        silent = time.monotonic() - self.renewed_at
        if silent > self.term_seconds:
            raise LeaseLostError(f"{self.store.url}: the lease was not renewed for {silent:.0f} s; run again")
        if (highest := max(numbers(self.store), default=0)) != self.number:
            raise LeaseLostError(f"{self.store.url}: run {highest} has taken over from run {self.number}; run again")

    def release(self) -> None:
        """Lets the next run begin at once."""
        self.store.write(_name(self.number), self.content("released"))


@contextmanager
def leased(store: Store, wait_seconds: float, term_seconds: float = TERM_SECONDS) -> Iterator[Lease]:
    """Holds the store against other runs, waiting for it; OutputBusyError if it is still held after `wait_seconds`."""
    try:
        lease = _acquire(store, wait_seconds, term_seconds)
    except FileNotFoundError as error:
        raise StoreError(f"{store.url}: {error}; create the bucket, or check its name") from error
    stop = threading.Event()
    renewing = threading.Thread(target=_keep, args=(lease, stop), daemon=True)
    renewing.start()
    try:
        yield lease
    finally:
        stop.set()
        renewing.join()
        # A store that does not answer now lets the next run wait for a term: no reason to fail this one.
        with _unless_store_fails():
            lease.release()


def numbers(store: Store) -> list[int]:
    """Numbers of the lease objects that are there."""
    names = (name.removeprefix(f"{FOLDER}/").removesuffix(".json") for name in store.names(FOLDER))
    return sorted(int(name) for name in names if name.isdigit())


def _acquire(store: Store, wait_seconds: float, term_seconds: float) -> Lease:
    deadline = time.monotonic() + wait_seconds
    seen, since = b"", time.monotonic()
    while True:
        top = max(numbers(store), default=0)
        found = store.read(_name(top)) if top else None
        content = found.data if found else b""
        if content != seen:
            seen, since = content, time.monotonic()
        facts = _facts(content)
        if not content or facts["state"] == "released" or time.monotonic() - since > float(facts["term_seconds"]):
            lease = _try(store, top, term_seconds)
            if lease is not None:
                return lease
        elif time.monotonic() >= deadline:
            raise OutputBusyError(
                f"{store.url}: a run on {facts['host']} (process {facts['process']}) writes there; wait for it to end "
                "or choose another --output"
            )
        time.sleep(min(1.0, float(facts["term_seconds"]) / 10))


def _try(store: Store, top: int, term_seconds: float) -> Lease | None:
    """Takes the number after `top`, if no other run does; then removes the lower ones."""
    lease = Lease(store, top + 1, term_seconds)
    if not store.create(_name(lease.number), lease.content()):
        return None
    held = numbers(store)
    if max(held) != lease.number:
        # A run that waited very long may take a number that has come and gone.
        store.remove([_name(lease.number)])
        return None
    store.remove([_name(number) for number in held if number < lease.number])
    return lease


def _facts(content: bytes) -> dict[str, Any]:
    """What a lease object says; one that cannot be read counts as held for a usual term."""
    usual = {"state": "held", "term_seconds": TERM_SECONDS, "host": "an unknown machine", "process": "?"}
    try:
        said = json.loads(content)
        return usual | said if isinstance(said, dict) else usual
    except ValueError:
        return usual


def _keep(lease: Lease, stop: threading.Event) -> None:
    while not stop.wait(lease.term_seconds / 4):
        # `check` tells when renewing has failed for too long.
        with _unless_store_fails():
            lease.renew()


@contextmanager
def _unless_store_fails() -> Iterator[None]:
    try:
        yield
    except StoreError:
        return


def _name(number: int) -> str:
    return f"{FOLDER}/{number:08d}.json"
