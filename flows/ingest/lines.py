"""Lines of a text file with the byte offset of each, decoded one by one so that a bad line does not spoil the rest."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from flows.ingest.encoding import DETECTION_BYTES, byte_order_mark, detect

LONGEST_LINE = 1 << 26
"""64 MiB: a longer line is not a line of text, and would not fit into memory beside others."""


class LongLineError(ValueError):
    """A line is longer than `LONGEST_LINE`."""


Line = tuple[int, str | ValueError]
"""Byte offset of a line, and its text with the line break, or why it cannot be read."""


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Every line of a stream, in order.

    UTF-16 and UTF-32 are told by their byte order mark. Otherwise a line that is not UTF-8 is read in the encoding
    detected from such lines at the head of the file, and given as UndecodableTextError where there is none.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(io.BytesIO(stream.read()))
    head = buffered.peek(DETECTION_BYTES)[:DETECTION_BYTES]
    mark = byte_order_mark(head)
    if mark is not None and mark[0] != "utf-8":
        yield from _wide_lines(buffered, *mark)
        return
    fallback: str | None = None
    offset = len(buffered.read(mark[1])) if mark is not None else 0
    while data := buffered.readline(LONGEST_LINE):
        start, offset = offset, offset + len(data)
        if len(data) == LONGEST_LINE:
            offset += _to_line_end(buffered)
            yield start, LongLineError(f"a line longer than {LONGEST_LINE} bytes")
            continue
        try:
            yield start, data.decode("utf-8")
        except UnicodeDecodeError as error:
            fallback = fallback or detect(_not_utf8(head) or data) or "none"
            yield start, _decoded(data, fallback, error)


def _decoded(data: bytes, encoding: str, error: ValueError) -> str | ValueError:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return error


def _not_utf8(head: bytes) -> bytes:
    """The lines that are not UTF-8: in a file of mixed encodings the others would mislead."""
    return b"\n".join(line for line in head.split(b"\n")[:-1] if not _is_utf8(line))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _to_line_end(buffered: io.BufferedReader) -> int:
    n_skipped = 0
    while data := buffered.readline(LONGEST_LINE):
        n_skipped += len(data)
        if data.endswith(b"\n"):
            break
    return n_skipped


def _wide_lines(buffered: io.BufferedReader, encoding: str, n_mark: int) -> Iterator[Line]:
    """Lines of UTF-16 and UTF-32; the bytes of a line feed are looked for at whole characters only."""
    offset = len(buffered.read(n_mark))
    feed = "\n".encode(encoding)
    while data := _wide_line(buffered, feed):
        start, offset = offset, offset + len(data)
        if len(data) > LONGEST_LINE and not data.endswith(feed):
            while (rest := _wide_line(buffered, feed)) and not rest.endswith(feed):
                offset += len(rest)
            offset += len(rest)
            yield start, LongLineError(f"a line longer than {LONGEST_LINE} bytes")
        else:
            yield start, data.decode(encoding, errors="replace")


def _wide_line(buffered: io.BufferedReader, feed: bytes) -> bytes:
    """One line with its end, cut off soon after `LONGEST_LINE` bytes; b"" at the end of the stream."""
    parts: list[bytes] = []
    n_read = 0
    # A byte that looks like a line feed may be half of another character: what counts are whole ones.
    while n_read <= LONGEST_LINE and (part := buffered.readline(LONGEST_LINE + 1 - n_read)):
        part += buffered.read(-(n_read + len(part)) % len(feed))
        parts.append(part)
        n_read += len(part)
        if part.endswith(feed):
            break
    return b"".join(parts)
