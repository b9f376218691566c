"""Sums up what differs between two releases, as plain values: the content of `changes.json`.

Everything is counted in full; of lists, no more than `limit` rows are given, the weightiest first.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.compare.releases import CLAIM_TABLES, Comparison
from flows.compare.rows import CHANGED_COLUMNS, TableChanges
from schemas.history import changes_between
from schemas.tables import vocabulary

MAX_KEYS = 10_000
"""Longest list of keys; counts are always complete."""
TOP = 20
"""Rows of a list in the documents of a release."""
ORIGIN = ("extractor_version", "event_id")
"""Columns of a claim that say how it was read and linked: where they alone differ, the claim says what it said."""
DYAD = ["supplier_id", "recipient_id", "support_type"]
Summary = dict[str, Any]


def summary(comparison: Comparison, limit: int = TOP) -> Summary:
    """What differs, ready for JSON. The first release has no `claims`, `events` and `rejects`."""
    before, after = comparison.before, comparison.after
    told: Summary = {
        "version": after.release,
        "previous_version": before.release if before else None,
        "schema_version": after.schema,
        "previous_schema_version": before.schema if before else None,
        "extractor_version": after.extractor,
        "previous_extractor_version": before.extractor if before else None,
        "schema_changes": _schema_changes(comparison),
        "tables": {name: table_summary(changes) for name, changes in comparison.tables.items()},
    }
    if before is not None:
        told["claims"] = _claims(comparison, limit)
        told["events"] = _events(comparison, limit)
        told["rejects"] = _rejects(comparison.tables["rejects"], limit)
    return told


def table_summary(changes: TableChanges) -> Summary:
    """Counts, columns and keys of what differs in one table."""
    sizes = {"n_before": changes.before.height, "n_after": changes.after.height}
    if changes.before.width == 0:
        return sizes | {"n_added": changes.after.height, "n_removed": 0, "n_changed": 0}
    if not changes.is_comparable:
        return sizes | {"note": "the primary key is another one: not compared"}
    return {
        **sizes,
        "n_added": changes.added.height,
        "n_removed": changes.removed.height,
        "n_changed": changes.changed.height,
        "columns_added": changes.columns_added,
        "columns_removed": changes.columns_removed,
        "n_changed_by_column": changes.n_changed_by_column(),
        "added_keys": _keys(changes.added, changes.keys),
        "removed_keys": _keys(changes.removed, changes.keys),
        "changed_keys": _keys(changes.changed, changes.keys),
    }


def _keys(rows: pl.DataFrame, keys: list[str]) -> list[Any]:
    ordered = rows.select(keys).sort(keys).head(MAX_KEYS).select(pl.all().cast(pl.String))
    return ordered.to_series().to_list() if len(keys) == 1 else [list(row) for row in ordered.iter_rows()]


def _schema_changes(comparison: Comparison) -> list[dict[str, str]] | None:
    """What the schema versions differ in; None where the declaration of either is not known."""
    before, after = comparison.before, comparison.after
    if before is None or before.schema == after.schema:
        return []
    try:
        changed = changes_between(str(before.schema), str(after.schema))
    except LookupError:
        return None
    return [{"level": change.level, "what": change.what} for change in changed]


def _claims(comparison: Comparison, limit: int) -> Summary:
    """Claims by dyad and support type; those of which only `ORIGIN` differs are counted apart."""
    listed = pl.concat([_changed_claims(comparison.tables[name]) for name in CLAIM_TABLES])
    alone = listed.filter("is_origin_alone").height
    counts = [(pl.col("change") == change).sum().alias(f"n_{change}") for change in ("added", "removed", "changed")]
    dyads = (
        listed.filter(~pl.col("is_origin_alone"))
        .group_by(DYAD)
        .agg(*counts, pl.len().alias("n"))
        .sort("n", *DYAD, descending=[True, False, False, False])
        .drop("n")
    )
    return {"n_origin_alone": alone, "n_dyads": dyads.height, "by_dyad": _top(dyads, limit)}


def _changed_claims(changes: TableChanges) -> pl.DataFrame:
    """Dyad and kind of change of every claim that differs."""
    origin_alone = pl.col(CHANGED_COLUMNS).list.set_difference(pl.lit(list(ORIGIN), pl.List(pl.String))).list.len() == 0
    changed = changes.changed.select(*changes.keys, origin_alone.alias("is_origin_alone"))
    parts = [
        (changes.added.with_columns(pl.lit(False).alias("is_origin_alone")), "added"),
        (changes.removed.with_columns(pl.lit(False).alias("is_origin_alone")), "removed"),
        (changes.after.join(changed, on=changes.keys), "changed"),
    ]
    return pl.concat(
        [
            rows.select(*DYAD, "is_origin_alone", pl.lit(change).alias("change"))
            for rows, change in parts
            if set(DYAD) <= set(rows.columns)
        ]
    )


def _events(comparison: Comparison, limit: int) -> Summary:
    """Relations of the mapping, events that became contested, and events of a status that they had not before."""
    mapping = comparison.event_mapping
    counted = dict(mapping.group_by("relation").len().iter_rows())
    statuses = _statuses(comparison)
    had = pl.col("statuses_before")
    contested = statuses.filter(pl.col("status") == "contested", ~had.list.contains("contested"))
    turned = statuses.filter(had.list.len() > 0, ~had.list.contains(pl.col("status")))
    kinds = (
        turned.group_by(had.list.join(", ").alias("before"), pl.col("status").alias("after"))
        .agg(pl.len().alias("n"))
        .sort("n", "before", "after", descending=[True, False, False])
    )
    return {
        "relations": {relation: counted.get(relation, 0) for relation in vocabulary("event_relation")},
        "n_newly_contested": contested.height,
        "newly_contested": _top(contested, limit),
        "n_status_changes": turned.height,
        "status_changes_by_kind": kinds.to_dicts(),
        "status_changes": _top(turned, limit),
    }


def _statuses(comparison: Comparison) -> pl.DataFrame:
    """Every event of the later release, most claims first, with the statuses of the events that it was before."""
    events = comparison.tables["events"]
    columns = ["event_id", *DYAD, "system_id", "status", "n_claims"]
    known = {"event_id", "status"} <= set(events.before.columns)
    before = events.before if known else events.after.clear()
    pairs = comparison.event_mapping.filter(pl.col("previous_event_id").is_not_null())
    had = (
        pairs.join(before.select(pl.col("event_id").alias("previous_event_id"), "status"), on="previous_event_id")
        .group_by("event_id")
        .agg(pl.col("previous_event_id").sort(), pl.col("status").unique().sort().alias("statuses_before"))
        .rename({"previous_event_id": "previous_event_ids"})
    )
    none = pl.lit([], pl.List(pl.String))
    return (
        events.after.select(columns)
        .join(had, on="event_id", how="left")
        .with_columns(pl.col("previous_event_ids", "statuses_before").fill_null(none))
        .sort("n_claims", "event_id", descending=[True, False])
    )


def _rejects(changes: TableChanges, limit: int) -> Summary:
    """Records that could be read before, or were not there, and cannot be read now."""
    by_reason = changes.added.group_by("reason").agg(pl.len().alias("n")).sort("n", "reason", descending=[True, False])
    new = changes.added.sort(list(changes.table.sort_by)).select("corpus", "record", "reason", "detail")
    return {
        "n_new": new.height,
        "n_gone": changes.removed.height,
        "by_reason": by_reason.to_dicts(),
        "new": _top(new, limit),
    }


def _top(rows: pl.DataFrame, limit: int) -> list[dict[str, Any]]:
    return rows.head(limit).to_dicts() if limit else rows.to_dicts()
