"""Compares the rows of one table in two releases, by primary key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.tables import Table

CHANGED_COLUMNS = "changed_columns"


class ReleaseUnreadableError(ValueError):
    """A table of a release cannot be read; the message names the file and what to do."""


@dataclass(frozen=True)
class TableChanges:
    """One table in two releases. `before` has no rows and no columns where the earlier release has not the table.

    `added` holds rows of `after`, `removed` rows of `before`; `changed` holds the keys of rows in both whose values
    differ, with the names of the differing columns (of those in both releases) in `changed_columns`. Where `before`
    has another primary key, `is_comparable` is false and every row counts as added.
    """

    table: Table
    before: pl.DataFrame
    after: pl.DataFrame
    added: pl.DataFrame
    removed: pl.DataFrame
    changed: pl.DataFrame
    is_comparable: bool = True

    @property
    def keys(self) -> list[str]:
        """The primary key."""
        return list(self.table.primary_key)

    @property
    def columns_added(self) -> list[str]:
        """Columns that only the later release has."""
        return [name for name in self.after.columns if name not in self.before.columns]

    @property
    def columns_removed(self) -> list[str]:
        """Columns that only the earlier release has."""
        return [name for name in self.before.columns if name not in self.after.columns]

    def n_changed_by_column(self) -> dict[str, int]:
        """How many rows differ in each column, without columns that nowhere differ."""
        counted = dict(self.changed[CHANGED_COLUMNS].explode().value_counts().iter_rows())
        return {name: counted[name] for name in self.after.columns if name in counted}


def compare_rows(table: Table, before: Path | None, after: Path) -> TableChanges:
    """Compares `table` in two release folders; `before` is None for the first release.

    ReleaseUnreadableError if a file is damaged, or `after` has not the table.
    """
    now = _read(after / f"{table.name}.parquet")
    path = before / f"{table.name}.parquet" if before is not None else None
    then = _read(path) if path is not None and path.exists() else pl.DataFrame()
    keys = list(table.primary_key)
    nothing = now.clear().select(keys).with_columns(pl.lit(None, pl.List(pl.String)).alias(CHANGED_COLUMNS))
    if then.width == 0:
        return TableChanges(table, then, now, now, then, nothing)
    if any(then.schema.get(key) != now.schema.get(key) for key in keys):
        return TableChanges(table, then, now, now, then.clear(), nothing, is_comparable=False)
    return TableChanges(
        table,
        then,
        now,
        added=now.join(then, on=keys, how="anti"),
        removed=then.join(now, on=keys, how="anti"),
        changed=_changed(keys, then, now),
    )


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except FileNotFoundError as error:
        raise ReleaseUnreadableError(
            f"{path} is missing: its folder is no complete release; publish it again"
        ) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReleaseUnreadableError(
            f"{path} cannot be read as Parquet ({error}); move its release away and run again"
        ) from error


def _changed(keys: list[str], before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    compared = [name for name in now.columns if name in before.columns and name not in keys]
    both = now.lazy().join(before.lazy().select(*keys, *compared), on=keys, how="inner", suffix=" before")
    differs = [_differs(name, now.schema, before.schema) for name in compared]
    named = pl.concat_list(
        [pl.when(pl.col(name)).then(pl.lit(name)) for name in compared] or [pl.lit(None, pl.String)]
    ).list.drop_nulls()
    return (
        both.select(*keys, *differs)
        .filter(pl.any_horizontal(compared or [pl.lit(False)]))
        .select(*keys, named.alias(CHANGED_COLUMNS))
        .sort(keys)
        .collect()
    )


def _differs(name: str, now: pl.Schema, before: pl.Schema) -> pl.Expr:
    if now[name] != before[name]:
        return pl.lit(True).alias(name)
    return pl.col(name).ne_missing(pl.col(f"{name} before")).alias(name)
