"""JSON documents: an array of objects, an object, an object that holds one array of objects, or objects in a row.

Elements are read from the stream one at a time, so a large array needs no large memory.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from flows.ingest.encoding import byte_order_mark
from flows.ingest.readers.columns import mapped
from flows.ingest.record import Failure, Reading

FIRST_READ = 1 << 16
LARGEST_VALUE = 1 << 26
BLANK = " \t\r\n"


def read_json(stream: BinaryIO, mapping: Mapping[str, str]) -> Reading:
    """The records of a JSON file; what follows a syntax error cannot be told apart and is one failure."""
    text = _Text(stream)
    number = 0
    try:
        for offset, value in _values(text):
            for row in _rows(value, mapping):
                yield mapped(row, number, offset, mapping)
                number += 1
        if text.is_blank:
            yield Failure(number, 0, "malformed_record", "the file is empty")
    except UnicodeDecodeError as error:
        yield Failure(number, text.offset, "undecodable_text", f"{error}; the rest is not read")
    except (ValueError, RecursionError) as error:
        reason = "truncated" if text.is_at_end else "malformed_record"
        yield Failure(number, text.offset, reason, f"no JSON: {error}; the rest is not read")


class _Text:
    """A growing window on the decoded stream that knows the byte offset of its start."""

    def __init__(self, stream: BinaryIO) -> None:
        head: bytes = stream.peek(4)[:4]  # type: ignore[attr-defined]
        self.encoding, n_mark = byte_order_mark(head) or ("utf-8", 0)
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(self.encoding)()
        self._next_read = FIRST_READ
        self.offset = len(stream.read(n_mark))
        self.window = ""
        self.is_at_end = False
        self.is_blank = True

    def grow(self) -> bool:
        """Adds more text, twice as much each time in a row; False at the end of the stream."""
        if self.is_at_end:
            return False
        if len(self.window) > LARGEST_VALUE:
            raise ValueError(f"one value longer than {LARGEST_VALUE} characters")
        data = self._stream.read(self._next_read)
        self._next_read *= 2
        self.is_at_end = not data
        self.window += self._decoder.decode(data, final=not data)
        return True

    def skip(self, n_characters: int) -> None:
        """Drops what is read from the front of the window."""
        self.offset += len(self.window[:n_characters].encode(self.encoding, "surrogatepass"))
        self.window = self.window[n_characters:]
        self._next_read = FIRST_READ

    def first(self) -> str:
        """The next character that is not blank, without taking it; "" at the end of the text."""
        while True:
            self.skip(len(self.window) - len(self.window.lstrip(BLANK)))
            if self.window:
                self.is_blank = False
                return self.window[0]
            if not self.grow():
                return ""

    def value(self) -> Any:
        """Takes one JSON value."""
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self.window)
            except ValueError:
                if not self.grow():
                    raise
                continue
            # A number at the very end of the window may go on; anything else is closed by its last character.
            if end < len(self.window) or not self.grow():
                self.skip(end)
                return value


def _values(text: _Text) -> Iterator[tuple[int, Any]]:
    while (character := text.first()) != "":
        if character == "[":
            text.skip(1)
            yield from _elements(text)
        else:
            yield text.offset, text.value()


def _elements(text: _Text) -> Iterator[tuple[int, Any]]:
    if text.first() == "]":
        text.skip(1)
        return
    while True:
        text.first()
        yield text.offset, text.value()
        mark = text.first()
        if mark not in (",", "]"):
            raise ValueError("the array breaks off" if mark == "" else f"{mark!r} where a comma or ] is wanted")
        text.skip(1)
        if mark == "]":
            return


def _rows(value: Any, mapping: Mapping[str, str]) -> list[Any]:
    """The value itself, or the objects of its only array where it is a wrapper such as {"articles": [...]}."""
    if isinstance(value, dict) and mapping["text"] not in value:
        arrays = [part for part in value.values() if isinstance(part, list) and part and isinstance(part[0], dict)]
        if len(arrays) == 1:
            return list(arrays[0])
    return [value]
