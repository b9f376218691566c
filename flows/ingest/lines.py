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
    detected from the head of the file, and given as UndecodableTextError where there is none.
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
            fallback = fallback or detect(head if not head.isascii() else data) or "none"
            yield start, _decoded(data, fallback, error)


def _decoded(data: bytes, encoding: str, error: ValueError) -> str | ValueError:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return error


def _to_line_end(buffered: io.BufferedReader) -> int:
    n_skipped = 0
    while data := buffered.readline(LONGEST_LINE):
        n_skipped += len(data)
        if data.endswith(b"\n"):
            break
    return n_skipped


def _wide_lines(buffered: io.BufferedReader, encoding: str, n_mark: int) -> Iterator[Line]:
    offset = len(buffered.read(n_mark))
    # The stream readers of codecs would also break lines at U+2028, which JSON allows within a string.
    text = io.TextIOWrapper(buffered, encoding, errors="replace", newline="\n")
    try:
        for line in text:
            yield offset, line
            offset += len(line.encode(encoding, errors="surrogatepass"))
    finally:
        text.detach()  # who opened the stream closes it
