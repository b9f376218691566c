"""CSV and TSV tables with a header line: one record a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from flows.ingest.lines import LONGEST_LINE, lines
from flows.ingest.readers.columns import mapped
from flows.ingest.record import Failure, Reading, Record

csv.field_size_limit(LONGEST_LINE)
DELIMITERS = ",\t;|"


def read_csv(stream: BinaryIO, mapping: Mapping[str, str]) -> Reading:
    """The records of a table; the delimiter (comma, tab, semicolon or bar) is the commonest of them in the header."""
    source = _Source(stream)
    first = source.peek()
    rows = csv.reader(source, delimiter=max(DELIMITERS, key=first.count))
    try:
        header = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        yield Failure(None, None, "malformed_record", f"no header: {error}")
        return
    if mapping["text"] not in header:
        detail = f"no column {mapping['text']!r} in the header; give a column mapping"
        yield Failure(None, None, "missing_column", detail)
        return
    number = 0
    while True:
        start = source.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Failure(number, start, "malformed_record", str(error))
            number += 1
            continue
        if row or source.problem:
            yield _row_record(row, header, number, start, source.problem, mapping)
            number += 1


def _row_record(
    row: list[str], header: list[str], number: int, start: int, problem: ValueError | None, mapping: Mapping[str, str]
) -> Record | Failure:
    if problem is not None:
        reason = "undecodable_text" if isinstance(problem, UnicodeError) else "malformed_record"
        return Failure(number, start, reason, str(problem))
    if len(row) != len(header):
        detail = f"{len(row)} fields where the header has {len(header)}"
        return Failure(number, start, "malformed_record", detail)
    return mapped(dict(zip(header, row, strict=True)), number, start, mapping)


class _Source(Iterator[str]):
    """The lines as the csv module takes them; remembers the offset of the next line and what went wrong since asked."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = lines(stream)
        self._next = next(self._lines, None)
        self._end = 0
        self._n_characters = 0
        self.problem: ValueError | None = None

    def begin_row(self) -> int:
        """Byte offset of the line that comes next, with which a row begins."""
        self.problem, self._n_characters = None, 0
        return self._next[0] if self._next is not None else self._end

    def peek(self) -> str:
        """The line that comes next, without taking it."""
        return self._next[1] if self._next is not None and isinstance(self._next[1], str) else ""

    def __next__(self) -> str:
        if self._next is None:
            raise StopIteration
        (self._end, line), self._next = self._next, next(self._lines, None)
        if isinstance(line, ValueError):
            self.problem = line
            return "\n"
        self._n_characters += len(line)
        if self._n_characters > LONGEST_LINE:
            # Quotes that never close hold a whole file in one row; the csv module begins anew after an error.
            raise csv.Error(f"a row longer than {LONGEST_LINE} characters")
        return line
