"""What the claims of an event come to together: latest stage, status and amounts, worked out apart from the link stage.

The definitions are those of docs/validation.md; the link stage has its own code for them, so that neither repeats the
other's mistakes.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from expectations.release import Release, once
from schemas.tables import vocabulary

_AFFIRMING = ["affirmed", "suspected"]
_DENYING = ["denied", "negated"]
_RUNGS = {"delivered": 3, "committed": 2, "negotiating": 2, "sought": 1}
"""How far each group of stages goes; stages that stop a transfer lead nowhere."""
_STATUS_OF_RUNG = {3: "affirmed", 2: "planned", 1: "requested"}
_COLUMNS = [
    *("event_id", "stage", "factuality", "reported_at", "quantity_low", "quantity_high", "quantity_unit"),
]


@once
def event_facts(release: Release) -> pl.DataFrame:
    """One row an event that some claim names: `true_latest_stage`, `true_status` and `true_quantity_*`."""
    stages = vocabulary("stage")
    order = {stage: rank for rank, stage in enumerate(stages)}
    said = pl.col("factuality")
    group = pl.col("stage").replace_strict(
        {stage: row["stage_group"] for stage, row in stages.items()}, default=None, return_dtype=pl.String
    )
    # A claim without a publication day counts as reported before all others.
    day = pl.col("reported_at").dt.convert_time_zone("UTC").dt.date().fill_null(date.min)
    affirming = said.is_in(_AFFIRMING)
    claims = release.all_claims(_COLUMNS).with_columns(
        day.alias("day"),
        affirming.alias("affirms"),
        (affirming | ~affirming.any().over("event_id")).alias("counts"),
        pl.col("stage").replace_strict(order, default=None, return_dtype=pl.Int32).alias("rank"),
        group.replace_strict(_RUNGS, default=0, return_dtype=pl.Int32).alias("rung"),
    )
    last = pl.col("counts") & (pl.col("day") == pl.col("day").filter(pl.col("counts")).max())
    top = pl.col("rung").filter("affirms").max()
    facts = claims.group_by("event_id").agg(
        pl.col("rank").filter(last).max().alias("latest"),
        pl.col("affirms").any(),
        said.is_in(_DENYING).any().alias("denies"),
        (said == "denied").any().alias("has_denied"),
        top.alias("top"),
        ((said == "affirmed") & (pl.col("rung") == top)).any().alias("is_stated"),
        *_amounts(),
    )
    latest = pl.col("latest").replace_strict(
        {rank: stage for stage, rank in order.items()}, default=None, return_dtype=pl.String
    )
    stopped = [rank for stage, rank in order.items() if stages[stage]["stage_group"] == "stopped"]
    facts = facts.with_columns(latest.alias("true_latest_stage"), _status(stopped).alias("true_status"))
    names = ("latest_stage", "status", "quantity_low", "quantity_high", "quantity_unit")
    return _ranges(facts).select("event_id", *(f"true_{name}" for name in names))


def _status(stopped: list[int]) -> pl.Expr:
    """Denials first, then the last report, then the furthest group of stages that somebody affirms or suspects."""
    by_rung = pl.col("top").replace_strict(_STATUS_OF_RUNG, default="stopped", return_dtype=pl.String)
    return (
        pl.when(pl.col("denies") & pl.col("affirms"))
        .then(pl.lit("contested"))
        .when(pl.col("denies"))
        .then(pl.when("has_denied").then(pl.lit("denied")).otherwise(pl.lit("negated")))
        .when(~pl.col("affirms"))
        .then(pl.lit("conditional"))
        .when(pl.col("latest").is_in(stopped) | (pl.col("top") == 0))
        .then(pl.lit("stopped"))
        .when("is_stated")
        .then(by_rung)
        .otherwise(pl.lit("suspected"))
    )


def _amounts() -> list[pl.Expr]:
    """Bounds and units of the stated amounts of an event, and the bounds beside which the other one was left open."""
    low, high = pl.col("quantity_low"), pl.col("quantity_high")
    stated = low.is_not_null() | high.is_not_null()
    return [
        low.min().alias("low"),
        high.max().alias("high"),
        high.filter(low.is_null()).min().alias("open_below"),
        low.filter(high.is_null()).max().alias("open_above"),
        pl.col("quantity_unit").filter(stated).unique().alias("units"),
    ]


def _ranges(facts: pl.DataFrame) -> pl.DataFrame:
    """The range of the amounts: none where units differ or are unknown; open where a claim leaves it open beyond it."""
    unit = pl.when(pl.col("units").list.len() == 1).then(pl.col("units").list.first())
    low = pl.when(~(pl.col("open_below") < pl.col("low")).fill_null(False)).then(pl.col("low"))
    high = pl.when(~(pl.col("open_above") > pl.col("high")).fill_null(False)).then(pl.col("high"))
    has_unit = pl.col("true_quantity_unit").is_not_null()
    return facts.with_columns(unit.alias("true_quantity_unit")).with_columns(
        pl.when(has_unit).then(low).alias("true_quantity_low"), pl.when(has_unit).then(high).alias("true_quantity_high")
    )
