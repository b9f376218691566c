"""Lists the rows of one table that differ between two releases, with the values before and after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from flows.compare.page import Section
from flows.compare.releases import Comparison
from flows.compare.rows import CHANGED_COLUMNS, TableChanges
from schemas.tables import CHANGE_TABLES, table

CLAIM = ("supplier_id", "recipient_id", "support_type", "stage", "factuality", "claimant_id", "evidence_text")
TOLD = {
    "claims": CLAIM,
    "claims_nonstate": CLAIM,
    "events": ("supplier_id", "recipient_id", "support_type", "system_id", "status", "n_claims"),
    "articles": ("publisher", "published_at", "title", "outcome"),
    "actors": ("name", "kind"),
    "systems": ("name",),
    "dyads_monthly": ("n_claims", "n_articles"),
    "rejects": ("corpus", "record", "reason"),
    "corpus_files": (),
}
"""Columns that tell a person which row an added or removed one is."""
Detail = dict[str, Any]


def details(comparison: Comparison, name: str, limit: int = 0) -> list[Detail]:
    """The rows of table `name` that differ, ready for JSON; of each kind of change `limit` rows at most, 0 for all.

    A row has `change`, its `key`, the `values` that tell which row it is, and `columns` with what differs, `before` and
    `after`. For `delta` and `event_mapping` the rows of these tables, without events that are the same.
    """
    if name in CHANGE_TABLES:
        rows = comparison.delta if name == "delta" else comparison.event_mapping
        group = pl.col("change" if name == "delta" else "relation")
        rows = rows.filter(group != "same")
        return _most(rows.with_columns(pl.int_range(pl.len()).over(group).alias("nth")), limit)
    changes = comparison.tables[name]
    listed = [
        _whole(changes, kind, rows, limit) for kind, rows in (("added", changes.added), ("removed", changes.removed))
    ]
    return [*listed[0], *listed[1], *_changed(changes, limit)]


def _most(numbered: pl.DataFrame, limit: int) -> list[Detail]:
    return (numbered.filter(pl.col("nth") < limit) if limit else numbered).drop("nth").to_dicts()


def _whole(changes: TableChanges, kind: str, rows: pl.DataFrame, limit: int) -> list[Detail]:
    """Rows that only one release has."""
    if not rows.height:
        return []
    ordered = rows.sort(changes.keys)
    told = [name for name in TOLD[changes.table.name] if name in rows.columns and name not in changes.keys]
    return [
        {"change": kind, "key": _some(row, changes.keys), "values": _some(row, told), "columns": []}
        for row in (ordered.head(limit) if limit else ordered).iter_rows(named=True)
    ]


def _changed(changes: TableChanges, limit: int) -> list[Detail]:
    """Rows of both releases, with what they were and are in the columns that differ."""
    chosen = changes.changed.head(limit) if limit else changes.changed
    if not chosen.height:
        return []
    both = chosen.join(_exact(changes.before), on=changes.keys, how="left", maintain_order="left").to_dicts()
    now = chosen.join(_exact(changes.after), on=changes.keys, how="left", maintain_order="left").to_dicts()
    told = [name for name in TOLD[changes.table.name] if name in changes.after.columns and name not in changes.keys]
    return [
        {
            "change": "changed",
            "key": _some(new, changes.keys),
            "values": _some(new, told),
            "columns": [{"column": name, "before": old[name], "after": new[name]} for name in old[CHANGED_COLUMNS]],
        }
        for old, new in zip(both, now, strict=True)
    ]


def _exact(rows: pl.DataFrame) -> pl.DataFrame:
    """32-bit numbers without the digits that they do not have."""
    return rows.with_columns(pl.col(pl.Float32).cast(pl.Float64).round(6))


def _some(row: Detail, names: list[str]) -> Detail:
    return {name: row[name] for name in names}


def details_section(comparison: Comparison, name: str, limit: int) -> Section:
    """The same for people: a line a row."""
    found = details(comparison, name, limit)
    counted = _counts(comparison, name)
    total = sum(counted.values())
    lines = [", ".join(f"{n:,} {kind}" for kind, n in counted.items()) + "." if total else f"No row of {name} differs."]
    if len(found) < total:
        lines.append(f"The first {len(found):,} of {total:,} rows are shown.")
    if name in CHANGE_TABLES:
        columns = tuple(table(name).column_names)
        return Section(name, lines, columns, [tuple(said(row[column]) for column in columns) for row in found])
    rows = [(row["change"], ", ".join(map(said, row["key"].values())), _in_words(row)) for row in found]
    return Section(name, lines, ("change", ", ".join(comparison.tables[name].keys), "row"), rows)


def _counts(comparison: Comparison, name: str) -> dict[str, int]:
    """Rows by kind of change."""
    if name in CHANGE_TABLES:
        rows, group = (comparison.delta, "change") if name == "delta" else (comparison.event_mapping, "relation")
        return dict(rows.filter(pl.col(group) != "same").group_by(group).len().sort(group).iter_rows())
    changes = comparison.tables[name]
    kinds = (("added", changes.added), ("removed", changes.removed), ("changed", changes.changed))
    return {kind: rows.height for kind, rows in kinds if rows.height}


def _in_words(row: Detail) -> str:
    if row["columns"]:
        return "; ".join(f"{one['column']}: {said(one['before'])} → {said(one['after'])}" for one in row["columns"])
    return ", ".join(said(value) for value in row["values"].values() if value is not None)


def said(value: Any) -> str:
    """A value of a table as a word; a dash where there is none."""
    if value is None:
        return "-"
    if isinstance(value, list):
        return " ".join(value) or "-"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
