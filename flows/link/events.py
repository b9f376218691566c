"""Makes the events, the two claim tables and the monthly dyads from the claims of a corpus."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from flows.link.grouping import Mention, anchor_day, assign_events
from flows.link.status import DENYING, Quantity, Statement, latest_stage, quantity_range, status

NONSTATE_PREFIX = "NSA:"
UNKNOWN_SIDE = "UNK"
DYAD_MONTH_KEY = ["month_date", "supplier_id", "recipient_id", "support_type", "stage_group", "factuality"]


def with_events(claims: pl.DataFrame) -> pl.DataFrame:
    """The claims with their `event_id`; state and non-state claims are linked alike.

    Raises ValueError where a claim_id occurs twice.
    """
    repeated = claims.filter(pl.col("claim_id").is_duplicated())["claim_id"]
    if len(repeated):
        raise ValueError(
            f"claims: claim_id {repeated[0]} occurs more than once ({len(repeated)} rows repeat an id); "
            "the extractor must drop repeated claims of a sentence"
        )
    columns = ["claim_id", "supplier_id", "recipient_id", "support_type", "system_id"]
    columns += ["event_start_date", "event_end_date", "reported_at"]
    mentions = []
    for claim_id, supplier, recipient, kind, system, start, end, reported in claims.select(columns).iter_rows():
        day = anchor_day(start, end, _utc_day(reported))
        mentions.append(Mention(claim_id, supplier, recipient, kind, system, day))
    events = assign_events(mentions)
    ids = pl.Series("event_id", [events[claim_id] for claim_id in claims["claim_id"]], dtype=pl.String)
    return claims.drop("event_id", strict=False).with_columns(ids)


def split_sides(claims: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Claims between states or groups of states, and claims with a non-state actor or UNK on a side."""
    sides = ("supplier_id", "recipient_id")
    nonstate = pl.any_horizontal(
        *(pl.col(side).str.starts_with(NONSTATE_PREFIX) | (pl.col(side) == UNKNOWN_SIDE) for side in sides)
    )
    return claims.filter(~nonstate), claims.filter(nonstate)


def events_table(claims: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The table `events` from all linked claims; `articles` gives story_id and publisher by article_id."""
    dated = claims.join(articles.select("article_id", "story_id", "publisher"), on="article_id", how="left")
    counted = dated.group_by("event_id").agg(
        pl.col("supplier_id", "recipient_id", "support_type").first(),
        # A claim without a system may have joined the event of a named one: the name holds, and there is only one.
        pl.col("system_id").drop_nulls().min(),
        pl.col("reported_at").min().alias("first_reported_at"),
        pl.col("reported_at").max().alias("last_reported_at"),
        pl.min_horizontal("event_start_date", "event_end_date").min().alias("first_event_date"),
        pl.max_horizontal("event_start_date", "event_end_date").max().alias("last_event_date"),
        _claimants(pl.col("factuality") == "affirmed").alias("affirmed_by"),
        _claimants(pl.col("factuality").is_in(sorted(DENYING))).alias("denied_by"),
        pl.len().alias("n_claims"),
        pl.col("article_id").n_unique().alias("n_articles"),
        pl.col("story_id").n_unique().alias("n_stories"),
        pl.col("publisher").n_unique().alias("n_publishers"),
    )
    return counted.join(_judged(claims), on="event_id", how="left").sort("event_id")


def dyads_monthly_table(claims: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """The table `dyads_monthly` from the claims between states; claims of articles without a date are left out."""
    dated = claims.filter(pl.col("reported_at").is_not_null()).join(
        articles.select("article_id", "story_id"), on="article_id", how="left"
    )
    return (
        dated.with_columns(pl.col("reported_at").dt.date().dt.month_start().alias("month_date"))
        .group_by(DYAD_MONTH_KEY)
        .agg(
            pl.len().alias("n_claims"),
            pl.col("article_id").n_unique().alias("n_articles"),
            pl.col("story_id").n_unique().alias("n_stories"),
            pl.col("event_id").n_unique().alias("n_events"),
        )
        .sort(DYAD_MONTH_KEY)
    )


def _claimants(which: pl.Expr) -> pl.Expr:
    return pl.col("claimant_id").filter(which).unique().sort()


def _judged(claims: pl.DataFrame) -> pl.DataFrame:
    """Status, latest stage and quantity range by event."""
    columns = ["event_id", "stage", "factuality", "reported_at", "quantity_low", "quantity_high", "quantity_unit"]
    statements: dict[str, list[Statement]] = {}
    quantities: dict[str, list[Quantity]] = {}
    for event, stage, factuality, reported, low, high, unit in claims.select(columns).iter_rows():
        statements.setdefault(event, []).append(Statement(stage, factuality, _utc_day(reported)))
        quantities.setdefault(event, []).append(Quantity(low, high, unit))
    rows: list[dict[str, Any]] = []
    for event, said in statements.items():
        amount = quantity_range(quantities[event])
        rows.append(
            {
                "event_id": event,
                "latest_stage": latest_stage(said),
                "status": status(said),
                "quantity_low": amount.low,
                "quantity_high": amount.high,
                "quantity_unit": amount.unit,
            }
        )
    text, number = pl.String(), pl.Float64()
    schema = {"event_id": text, "latest_stage": text, "status": text}
    return pl.DataFrame(
        rows, schema={**schema, "quantity_low": number, "quantity_high": number, "quantity_unit": text}, orient="row"
    )


def _utc_day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(UTC).date()
