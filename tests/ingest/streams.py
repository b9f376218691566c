"""Large input that is never stored, and the memory that reading it takes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.ingest.readers import reader_of
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Failure, Record

MEBIBYTE = 1 << 20


class Repeated(io.RawIOBase):
    """A stream of a beginning, then one piece over and over for about `n_bytes`, then an end."""

    def __init__(self, begin: bytes, piece: bytes, n_bytes: int, end: bytes = b"") -> None:
        self._parts = self._pieces(begin, piece, n_bytes, end)
        self._left = memoryview(b"")

    @staticmethod
    def _pieces(begin: bytes, piece: bytes, n_bytes: int, end: bytes) -> Iterator[bytes]:
        yield begin
        block = piece * max(1, MEBIBYTE // len(piece))
        for _ in range(n_bytes // len(block)):
            yield block
        yield end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = memoryview(part)
        taken, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def streamed(format_name: str, stream: io.RawIOBase) -> list[Record | Failure]:
    """What the reader of a format makes of a stream."""
    return list(reader_of(format_name, column_mapping(None))(io.BufferedReader(stream)))


def peak_megabytes(call: Callable[[], Any]) -> float:
    """How far a call raises the resident memory of this process at its peak; skips the test where that is not told."""
    status, refs = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not os.access(refs, os.W_OK):
        pytest.skip("this system does not let a process begin its peak of memory anew")

    def resident(name: str) -> float:
        return int(status.read_text().split(name + ":")[1].split()[0]) / 1024

    refs.write_text("5")
    before = resident("VmRSS")
    call()
    return resident("VmHWM") - before
