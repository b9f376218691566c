"""Prints rows as a table for people, or as CSV, JSON or JSON Lines for programs."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flows.commands.messages import output_console

if TYPE_CHECKING:
    from rich.table import Table

Row = dict[str, Any]


class RowFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal or turn the direction of writing; tabs and line breaks do neither."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a cell for a formula."""


def safe(text: str) -> str:
    """The text with control characters and marks of direction as `\ufffd`, one for one, so that offsets stay right."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def safe_row(row: Row) -> Row:
    """A row whose texts can be shown on a terminal."""
    return {
        key: [safe(one) for one in value] if isinstance(value, list) else _shown(value) for key, value in row.items()
    }


def _shown(value: Any) -> Any:
    return safe(value) if isinstance(value, str) else value


def print_rows(rows: Sequence[Row], columns: Sequence[str], row_format: RowFormat) -> None:
    """Print whole rows in one of the formats for programs: lists are joined by `|` in CSV, times are ISO 8601.

    A cell of CSV that a spreadsheet would run as a formula begins with an apostrophe.
    """
    if row_format is RowFormat.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(_flat(row[column])) for column in columns] for row in rows)
    elif row_format is RowFormat.JSON:
        print_json([{column: row[column] for column in columns} for row in rows])
    else:
        for row in rows:
            print(_escaped(json.dumps({column: row[column] for column in columns}, ensure_ascii=False, default=_plain)))


def print_json(value: Any) -> None:
    """Print one indented JSON document."""
    print(_escaped(json.dumps(value, ensure_ascii=False, indent=2, default=_plain)))


def print_table(table: Table) -> None:
    """Print a Rich table fitted to the terminal."""
    output_console().print(table)


def print_plain(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns, one line a row however long, with nothing but text: for pipes and files."""
    listed = [[safe(" ".join(cell.split())) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(columns, *listed, strict=True)]
    for row in [list(columns), *listed]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def grid(title: str | None = None) -> Table:
    """An empty Rich table in the style of all tables of the command line."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", padding=(0, 1, 0, 0))


def is_terminal() -> bool:
    """Is standard output read by a person?"""
    return output_console().is_terminal


def day(value: dt.date | dt.datetime | None) -> str:
    """The day of a time, or a dash."""
    return "-" if value is None else f"{value:%Y-%m-%d}"


def amount(low: float | None, high: float | None, unit: str | None) -> str:
    """`6 units`, `over 400 units`, `up to 50 rounds`, `24-36 units`, or nothing."""
    if low is None and high is None:
        return ""
    if low == high:
        number = f"{low:,.12g}"
    elif high is None:
        number = f"over {low:,.12g}"
    elif low is None:
        number = f"up to {high:,.12g}"
    else:
        number = f"{low:,.12g}-{high:,.12g}"
    return f"{number} {unit}" if unit else number


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return "|".join(value)
    return _plain(value) if isinstance(value, dt.date) else value


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = safe(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _escaped(document: str) -> str:
    """JSON with the characters that steer a terminal as escapes of JSON: the same values to a program that reads it."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no plain form")
