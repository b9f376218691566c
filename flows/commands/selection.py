"""Chooses the rows of a release table that a person asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.commands.messages import CommandError, complain
from flows.commands.release_folder import read_table
from schemas.tables import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

Row = dict[str, Any]


def actor_codes(values: Iterable[str], release: Path) -> list[str]:
    """Codes for names or codes of actors, given one by one or separated by commas."""
    from flows.commands.actors import resolve_actors

    asked = split(values)
    if not asked:
        return []
    table = read_table(release, "actors")
    return resolve_actors(asked, dict(table.select("actor_id", "name").iter_rows()))


def known_values(values: Iterable[str], name: str) -> list[str]:
    """Values of a vocabulary, given one by one or separated by commas; CommandError lists the right ones."""
    asked = split(values)
    for value in asked:
        if value not in vocabulary(name):
            raise CommandError(f"{value!r} is no {name.replace('_', ' ')}; use one of {', '.join(vocabulary(name))}")
    return asked


def split(values: Iterable[str]) -> list[str]:
    """`["IRN,PRK", "RUS"]` as three values."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def time_range(since: dt.datetime | None, until: dt.datetime | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From the first moment of one day up to, not including, the first moment after the other (UTC)."""
    if since and until and since > until:
        raise CommandError(f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}; swap them")
    start = since.replace(tzinfo=dt.UTC) if since else None
    end = until.replace(tzinfo=dt.UTC) + dt.timedelta(days=1) if until else None
    return start, end


def select(table: pl.DataFrame, wanted: Mapping[str, Iterable[str]]) -> pl.DataFrame:
    """The rows that have one of the wanted values in each column; a column with no wanted value is not asked."""
    import polars as pl

    for column, values in wanted.items():
        listed = list(values)
        if listed:
            table = table.filter(pl.col(column).is_in(listed))
    return table


def within(
    table: pl.DataFrame, first: str, last: str, since: dt.datetime | None, until: dt.datetime | None, idea: str
) -> pl.DataFrame:
    """The rows whose time from column `first` to column `last` meets the days asked for; undated ones are counted."""
    import polars as pl

    start, end = time_range(since, until)
    if start is None and end is None:
        return table
    dated = table.filter(pl.col(first).is_not_null())
    if dated.height < table.height:
        complain(f"{table.height - dated.height} {idea} without a date are left out")
    if start is not None:
        dated = dated.filter(pl.col(last) >= start)
    if end is not None:
        dated = dated.filter(pl.col(first) < end)
    return dated


def newest_first(table: pl.DataFrame, column: str, keys: Sequence[str]) -> pl.DataFrame:
    """Rows by time, newest first and undated ones last; rows of one time in the order of the keys."""
    return table.sort([column, *keys], descending=[True, *(False for _ in keys)], nulls_last=True)


def limited(table: pl.DataFrame, limit: int | None, default: int | None, idea: str) -> pl.DataFrame:
    """The first rows: `limit` (0 is all), else `default`; what is not shown is counted on standard error."""
    most = default if limit is None else (limit or None)
    if most is None or table.height <= most:
        return table
    complain(f"{most} of {table.height} {idea}; --limit 0 shows all")
    return table.head(most)


def rows_of(table: pl.DataFrame) -> list[Row]:
    """Rows as plain values; the 32-bit confidence without the digits that it does not have."""
    rows: list[Row] = table.to_dicts()
    for row in rows:
        if row.get("confidence") is not None:
            row["confidence"] = round(row["confidence"], 6)
    return rows
