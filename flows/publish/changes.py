"""Tells what a release changes against the one before: rows added, removed and changed, by primary key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import Table, tables

MAX_KEYS = 10_000
"""Longest list of keys; counts are always complete."""


def changes(folder: Path, version: str, previous: Path | None) -> dict[str, Any]:
    """What `changes.json` says. `previous` is the folder of the release before, None for the first one."""
    return {
        "version": version,
        "previous_version": previous.name if previous else None,
        "tables": {table.name: _table_changes(table, folder, previous) for table in tables()},
    }


def _table_changes(table: Table, folder: Path, previous: Path | None) -> dict[str, Any]:
    now = pl.read_parquet(folder / f"{table.name}.parquet")
    path = previous / f"{table.name}.parquet" if previous else None
    if path is None or not path.exists():
        return {"n_before": 0, "n_after": now.height, "n_added": now.height, "n_removed": 0, "n_changed": 0}
    before = pl.read_parquet(path)
    keys = list(table.primary_key)
    if not set(keys) <= set(before.columns):
        return {
            "n_before": before.height,
            "n_after": now.height,
            "note": "the primary key is another one: not compared",
        }
    added = now.join(before, on=keys, how="anti")
    removed = before.join(now, on=keys, how="anti")
    changed, by_column = _changed(table, before, now)
    return {
        "n_before": before.height,
        "n_after": now.height,
        "n_added": added.height,
        "n_removed": removed.height,
        "n_changed": changed.height,
        "columns_added": [name for name in now.columns if name not in before.columns],
        "columns_removed": [name for name in before.columns if name not in now.columns],
        "n_changed_by_column": by_column,
        "added_keys": _keys(added, keys),
        "removed_keys": _keys(removed, keys),
        "changed_keys": _keys(changed, keys),
    }


def _changed(table: Table, before: pl.DataFrame, now: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Rows of both releases whose values differ, and how many differ in each column."""
    keys = list(table.primary_key)
    compared = [name for name in now.columns if name in before.columns and name not in keys]
    both = now.join(before, on=keys, how="inner", suffix=" before")
    differs = both.select(
        *keys,
        *(
            (
                pl.lit(True)
                if now.schema[name] != before.schema[name]
                else pl.col(name).ne_missing(pl.col(f"{name} before"))
            ).alias(f"{name} differs")
            for name in compared
        ),
    )
    if not compared:
        return differs.clear(), {}
    counts = {name: int(differs[f"{name} differs"].sum()) for name in compared}
    rows = differs.filter(pl.any_horizontal([f"{name} differs" for name in compared]))
    return rows, {name: count for name, count in counts.items() if count}


def _keys(rows: pl.DataFrame, keys: list[str]) -> list[Any]:
    ordered = rows.select(keys).sort(keys).head(MAX_KEYS).select(pl.all().cast(pl.String))
    return ordered.to_series().to_list() if len(keys) == 1 else [list(row) for row in ordered.iter_rows()]
