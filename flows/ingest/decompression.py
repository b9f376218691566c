"""Opens a file of a corpus for reading, through fsspec, with gzip, zstd or lz4 taken off."""

from __future__ import annotations

import io
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
import zstandard
from fastwarc.stream_io import Lz4Reader

from flows.redaction import MASK

MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}
SUFFIXES = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd", ".lz4": "lz4"}
BUFFER_BYTES = 1 << 18
LOCAL = "file://"
ADDED = re.compile(rf"(?:\?{re.escape(MASK)})?(?:#\d+)?$")
"""What a published name has beside the file's own: a masked query, and a number where several files share the name."""
INPUT_BYTES = {"gzip": 1 << 14, "zstd": 1 << 9}
"""Compressed bytes unpacked at a time. A piece can stand for 16 MiB: gzip packs a byte for about a thousand, zstd a
block of 128 KiB into four."""
LZ4_BYTES = 1 << 14
"""Unpacked bytes that are asked for at a time."""
DAMAGE = (zlib.error, zstandard.ZstdError, EOFError)
"""What a damaged compressed stream raises while it is read (lz4: OSError)."""


def is_damage(error: BaseException) -> bool:
    """Whether an error says that data are damaged. fastwarc's core panics on some, which is no Exception in Python."""
    return isinstance(error, (OSError, ValueError, *DAMAGE)) or type(error).__name__ == "PanicException"


class NotCompressedError(ValueError):
    """The name promises a compression that the bytes do not have."""


def own_name(name: str) -> str:
    """The name in lower case without what `discover` adds to it: `News.jsonl?***#2` is `news.jsonl`."""
    return ADDED.sub("", name.lower())


def bare_name(name: str) -> str:
    """The own name without the suffix of its compression: `News.jsonl.gz` is `news.jsonl`."""
    lowered = own_name(name)
    for suffix in SUFFIXES:
        if lowered.endswith(suffix):
            return lowered[: -len(suffix)]
    return lowered


@contextmanager
def opened(name: str, url: str) -> Iterator[BinaryIO]:
    """The decompressed bytes of a file as a buffered stream.

    What counts are the first bytes; a name that promises a compression the bytes lack raises NotCompressedError.
    A stream that is damaged further on raises one of `DAMAGE` or OSError where it is read.
    """
    with _source(url) as raw:
        buffered = io.BufferedReader(cast(Any, raw), BUFFER_BYTES)
        head = buffered.peek(4)[:4]
        kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
        promised = next((kind for suffix, kind in SUFFIXES.items() if own_name(name).endswith(suffix)), None)
        if promised is not None and kind is None:
            raise NotCompressedError(f"the name says {promised}, the bytes are not")
        yield cast(BinaryIO, _decompressed(buffered, kind))


def _source(url: str) -> Any:
    if not url.startswith(LOCAL):
        return fsspec.open(url, "rb").open()
    # Opened by its path: fsspec would take "::" in a file name for a chain of addresses, and wait at a pipe for ever.
    path = Path(url.removeprefix(LOCAL))
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(_no_file(path))
    return path.open("rb")


def _no_file(path: Path) -> str:
    if not path.is_dir():
        return "neither a file nor a folder, but a pipe, a socket or a device"
    if path.is_symlink():
        return "a link to a folder is not followed; give that folder as a corpus of its own"
    try:
        os.scandir(path).close()
    except OSError as error:
        return f"the folder cannot be listed: {error.strerror}"
    return "a folder"


def _decompressed(raw: io.BufferedReader, kind: str | None) -> io.BufferedReader:
    if kind == "gzip":
        return io.BufferedReader(_Frames(raw, kind, lambda: zlib.decompressobj(zlib.MAX_WBITS | 16)), BUFFER_BYTES)
    if kind == "zstd":
        return io.BufferedReader(_Frames(raw, kind, lambda: zstandard.ZstdDecompressor().decompressobj()), BUFFER_BYTES)
    if kind == "lz4":
        return io.BufferedReader(_Lz4(raw), BUFFER_BYTES)
    return raw


class _Frames(io.RawIOBase):
    """Frames (members) of gzip or zstd one after another.

    Unlike the libraries' own readers it gives all data before damage, and says when the last frame is cut off.
    """

    def __init__(self, raw: io.BufferedReader, kind: str, new_frame: Callable[[], Any]) -> None:
        self._raw = raw
        self._n_bytes = INPUT_BYTES[kind]
        self._new_frame = new_frame
        self._frame: Any = None
        self._pending = memoryview(b"")
        self._damage: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._pending:
            if self._damage is not None:
                raise self._damage
            data = self._raw.read1(self._n_bytes)
            if not data:
                if self._frame is not None:
                    raise EOFError("the compressed stream breaks off")
                return 0
            self._pending = memoryview(b"".join(self._unpacked(data)))
        taken, self._pending = self._pending[: len(buffer)], self._pending[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        # Between frames zero bytes may stand: tapes and some tools pad with them.
        while data and (self._frame is not None or (data := data.lstrip(b"\0"))):
            if self._frame is None:
                self._frame = self._new_frame()
            before = self._frame.copy() if hasattr(self._frame, "copy") else None
            try:
                yield self._frame.decompress(data)
            except DAMAGE as error:
                # Held back until all that came before the damage is given.
                self._damage = error
                yield from _to_damage(before, data)
                return
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None


def _to_damage(frame: Any, data: bytes) -> Iterator[bytes]:
    """What a frame of gzip unpacks before it finds damage; zstd's cannot be set back, and loses the piece."""
    for place in range(len(data) if frame is not None else 0):
        try:
            yield frame.decompress(data[place : place + 1])
        except DAMAGE:
            return


class _Lz4(io.RawIOBase):
    """fastwarc's lz4 decompressor as a raw stream of the standard library."""

    def __init__(self, raw: io.BufferedReader) -> None:
        self._reader = Lz4Reader(raw)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._reader.read(min(len(buffer), LZ4_BYTES))
        except BaseException as error:
            if not is_damage(error):
                raise
            raise EOFError(f"the lz4 stream breaks off or is damaged: {error}") from error
        buffer[: len(data)] = data
        return len(data)
