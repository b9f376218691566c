"""What was measured of the reader, read from `schemas/quality.toml`: the figures of the card of a release."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("quality.toml")


@dataclass(frozen=True)
class Score:
    """One row of a table of scores; `row` is its name in `docs/evaluation.md`, `means` its name on the card."""

    row: str
    means: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class ScoreTable:
    """Scores under a heading of `docs/evaluation.md`. Whole numbers are counts, the others shares from 0 to 1."""

    heading: str
    columns: tuple[str, ...]
    decimals: int
    rows: tuple[Score, ...]

    def shown(self, value: float) -> str:
        """A value as it is printed."""
        return str(value) if isinstance(value, int) else f"{value:.{self.decimals}f}"


@dataclass(frozen=True)
class Measurement:
    """Scores of the reader of a commit on one sample, taken on a day (ISO date)."""

    name: str
    title: str
    sample: str
    commit: str
    date: str
    extractor_version: str
    tables: tuple[ScoreTable, ...]


@cache
def measurements() -> tuple[Measurement, ...]:
    """All measurements; ValueError names a row with too many or too few values, TypeError an unknown or missing key."""
    raw: dict[str, Any] = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return tuple(_measurement(entry) for entry in raw["measurement"])


def _measurement(entry: dict[str, Any]) -> Measurement:
    tables = tuple(_table(table) for table in entry.pop("table"))
    return Measurement(**entry, tables=tables)


def _table(entry: dict[str, Any]) -> ScoreTable:
    columns = tuple(entry.pop("columns"))
    rows = tuple(Score(row["row"], row["means"], tuple(row["values"])) for row in entry.pop("rows"))
    for row in rows:
        if len(row.values) != len(columns):
            raise ValueError(
                f"{PATH.name}: row {row.row!r} under {entry['heading']!r} has {len(row.values)} values for "
                f"{len(columns)} columns; give one a column"
            )
    return ScoreTable(columns=columns, rows=rows, **entry)
