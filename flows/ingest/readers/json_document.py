"""JSON documents: an array of objects, an object, an object that holds one array of objects, or objects in a row.

Elements are read from the stream one at a time, so a large array needs no large memory.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from flows.ingest.encoding import byte_order_mark
from flows.ingest.readers.columns import mapped
from flows.ingest.record import Failure, Reading

FIRST_READ = 1 << 16
LARGEST_VALUE = 1 << 26
NOT_BLANK = re.compile(r"[^ \t\r\n]")
UNDECODED = re.compile("[\udc80-\udcff]")
"""What bytes that are not UTF-8 become while they are read; the text of JSON holds no such characters of its own."""
UNFINISHED = 16
"""A syntax error so many characters before the end of what was read is none of a value that merely goes on."""


def read_json(stream: BinaryIO, mapping: Mapping[str, str]) -> Reading:
    """The records of a JSON file; what follows a syntax error cannot be told apart and is one failure."""
    text = _Text(stream)
    number = 0
    try:
        for offset, value in _values(text):
            for row in _rows(value, mapping):
                if text.is_damaged and UNDECODED.search(json.dumps(row, ensure_ascii=False)):
                    yield Failure(number, offset, "undecodable_text", f"bytes that are not {text.encoding}")
                else:
                    yield mapped(row, number, offset, mapping)
                number += 1
        if text.is_blank:
            yield Failure(number, 0, "malformed_record", "the file is empty")
    except (ValueError, RecursionError) as error:
        reason = "truncated" if text.is_at_end else "malformed_record"
        said = error.msg if isinstance(error, json.JSONDecodeError) else error
        yield Failure(number, text.offset, reason, f"no JSON: {said}; the rest is not read")


class _Text:
    """A window on the decoded stream: what was read and not yet taken, and the byte offset where that begins."""

    def __init__(self, stream: BinaryIO) -> None:
        head: bytes = stream.peek(4)[:4]  # type: ignore[attr-defined]
        self.encoding, n_mark = byte_order_mark(head) or ("utf-8", 0)
        # One wrong byte must not cost the records around it: it is noted in the text, and its record rejected.
        self._errors = "surrogateescape" if self.encoding == "utf-8" else "replace"
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(self.encoding)(self._errors)
        self._next_read = FIRST_READ
        self._window, self._place = "", 0
        self.offset = len(stream.read(n_mark))
        self.is_at_end = False
        self.is_blank = True
        self.is_damaged = False

    def grow(self) -> bool:
        """Adds more text, twice as much each time in a row; False at the end of the stream."""
        if self.is_at_end:
            return False
        # What was taken is dropped here and not at once: a window of many small values would be copied for each.
        self._window, self._place = self._window[self._place :], 0
        room = LARGEST_VALUE + 1 - len(self._window)
        if room <= 0:
            raise ValueError(f"one value longer than {LARGEST_VALUE} characters")
        data = self._stream.read(min(self._next_read, room))
        self._next_read *= 2
        self.is_at_end = not data
        more = self._decoder.decode(data, final=not data)
        self.is_damaged = self.is_damaged or UNDECODED.search(more) is not None
        self._window += more
        return True

    def skip(self, n_characters: int) -> None:
        """Takes characters that were read."""
        taken = self._window[self._place : self._place + n_characters]
        errors = self._errors if self._errors == "surrogateescape" else "surrogatepass"
        self.offset += len(taken.encode(self.encoding, errors))
        self._place += n_characters
        self._next_read = FIRST_READ

    def first(self) -> str:
        """The next character that is not blank, without taking it; "" at the end of the text."""
        while True:
            found = NOT_BLANK.search(self._window, self._place)
            self.skip((found.start() if found else len(self._window)) - self._place)
            if found:
                self.is_blank = False
                return found[0]
            if not self.grow():
                return ""

    def value(self) -> Any:
        """Takes one JSON value."""
        while True:
            try:
                value, end = json.JSONDecoder().raw_decode(self._window, self._place)
            except json.JSONDecodeError as error:
                may_go_on = error.msg.startswith("Unterminated") or error.pos + UNFINISHED > len(self._window)
                if not may_go_on or not self.grow():
                    raise
                continue
            # A number at the very end of the window may go on; anything else is closed by its last character.
            if end < len(self._window) or not self.grow():
                self.skip(end - self._place)
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
