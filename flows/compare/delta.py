"""Lists the claims that differ between two releases, with their events on either side."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from flows.compare.rows import CHANGED_COLUMNS, TableChanges

COLUMNS = ["table_name", "claim_id", "change", CHANGED_COLUMNS, "previous_event_id", "event_id"]


def delta(claims: Iterable[TableChanges]) -> pl.DataFrame:
    """The table `delta`, in its declared columns and order, from the changes of the claim tables."""
    return pl.concat([_delta_of(changes) for changes in claims]).sort("table_name", "claim_id")


def _delta_of(changes: TableChanges) -> pl.DataFrame:
    parts = [
        rows.select("claim_id", columns.alias(CHANGED_COLUMNS), pl.lit(change).alias("change"))
        for change, rows, columns in (
            ("added", changes.added, pl.lit([], pl.List(pl.String))),
            ("removed", changes.removed, pl.lit([], pl.List(pl.String))),
            ("changed", changes.changed, pl.col(CHANGED_COLUMNS)),
        )
        if "claim_id" in rows.columns
    ]
    return (
        pl.concat(parts)
        .join(linked(changes.before).rename({"event_id": "previous_event_id"}), on="claim_id", how="left")
        .join(linked(changes.after), on="claim_id", how="left")
        .select(pl.lit(changes.table.name).alias("table_name"), *COLUMNS[1:])
    )


def linked(claims: pl.DataFrame) -> pl.DataFrame:
    """`claim_id` and `event_id` of claims; no rows where a release of another schema has not both."""
    columns = ["claim_id", "event_id"]
    if any(claims.schema.get(name) != pl.String for name in columns):
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return claims.select(columns)
