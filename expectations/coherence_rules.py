"""Rules between the values of one claim: codes that follow from others, amounts and dates that come with words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from expectations.release import Release
from expectations.rules import Rule, Verdict, verdict_rule

CLAIM_TABLES = ("claims", "claims_nonstate")


@cache
def mappings() -> dict[str, Any]:
    """The mappings of `expectations/mappings.toml`."""
    return tomllib.loads((Path(__file__).parent / "mappings.toml").read_text(encoding="utf-8"))


def coherence_rules() -> list[Rule]:
    """The rules of both claim tables."""
    rules = []
    for table in CLAIM_TABLES:
        for name, (description, expression) in _checks().items():
            rules.append(verdict_rule(f"{table}.{name}", table, description, _by_row(table, expression)))
        rules.append(
            verdict_rule(
                f"{table}.unroca_of_item",
                table,
                "The category of the UN Register is that of the named system, else of the support type.",
                _unroca(table),
            )
        )
    return rules


def _checks() -> dict[str, tuple[str, pl.Expr]]:
    """Name, description and check. A null outcome passes, as in the rules of single claims."""
    return {
        "plover_of_stage": ("plover_code follows from stage and factuality.", _plover()),
        "claimant_ends_chain": (
            "The claimant is the last of the source chain.",
            pl.col("source_chain").list.last().eq_missing(pl.col("claimant_id")),
        ),
        "claimant_type_fits": ("claimant_type is one that the claimant can have.", _claimant_type()),
        "author_is_not_anonymous": (
            "The article's own voice is no anonymous person.",
            (pl.col("claimant_id") != "AUTHOR") | ~pl.col("claimant_is_anonymous"),
        ),
        "intermediary_is_no_side": (
            "The intermediary is neither supplier nor recipient.",
            (pl.col("intermediary_id") != pl.col("supplier_id"))
            & (pl.col("intermediary_id") != pl.col("recipient_id")),
        ),
        "amount_complete": ("An amount comes with its words, and words or unit with an amount.", _amount()),
        "amount_is_finite": (
            "Amounts and confidence are numbers, not NaN or infinite.",
            pl.all_horizontal(pl.col(c).is_finite().fill_null(True) for c in _NUMBERS),
        ),
        "date_has_words": (
            "Dates of the transfer step are given where and only where words date it.",
            pl.col("event_start_date").is_null() == pl.col("date_text").is_null(),
        ),
        "dates_of_precision": ("Days, months and years are whole.", _precision()),
    }


_NUMBERS = ("confidence", "quantity_low", "quantity_high")


def _plover() -> pl.Expr:
    codes, exceptions = mappings()["plover_by_stage_group"], mappings()["plover_exceptions"]
    group, said = pl.col("stage_group"), pl.col("factuality")
    true = (
        pl.when(said == "denied")
        .then(pl.lit(exceptions["denied"]))
        .when((group == "delivered") & (said != "affirmed"))
        .then(pl.lit(exceptions["delivered_not_affirmed"]))
        .when(pl.col("stage") == "refused")
        .then(pl.lit(exceptions["refused"]))
        .otherwise(group.replace_strict(codes, default=None, return_dtype=pl.String))
    )
    return pl.col("plover_code").eq_missing(true)


def _claimant_type() -> pl.Expr:
    allowed = mappings()["claimant_types"]
    kind, claimant = pl.col("claimant_type"), pl.col("claimant_id")
    check = kind.is_in(allowed["actor"])
    for special in (name for name in allowed if name != "actor"):
        check = pl.when(claimant == special).then(kind.is_in(allowed[special])).otherwise(check)
    return check


def _amount() -> pl.Expr:
    stated = pl.col("quantity_low").is_not_null() | pl.col("quantity_high").is_not_null()
    has_words, has_unit = pl.col("quantity_text").is_not_null(), pl.col("quantity_unit").is_not_null()
    return (stated == has_words) & (stated | ~has_unit)


def _precision() -> pl.Expr:
    start, end = pl.col("event_start_date"), pl.col("event_end_date")
    whole_month = (start == start.dt.month_start()) & (end == start.dt.month_end())
    whole_year = (start.dt.ordinal_day() == 1) & (end == start.dt.offset_by("1y").dt.offset_by("-1d"))
    return (
        pl.when(pl.col("event_date_precision") == "day")
        .then(start == end)
        .when(pl.col("event_date_precision") == "month")
        .then(whole_month)
        .when(pl.col("event_date_precision") == "year")
        .then(whole_year)
        .otherwise(True)
    )


def _by_row(table: str, expression: pl.Expr) -> Verdict:
    return lambda release: release.table(table).select(expression.fill_null(True)).to_series()


def _unroca(table: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        """A system that is not there fails its foreign key."""
        systems = release.table("systems").select("system_id", pl.col("unroca_category").alias("of_system"))
        rows = release.table(table).join(systems.unique("system_id"), on="system_id", how="left", maintain_order="left")
        of_type = pl.col("support_type").replace_strict(
            mappings()["unroca_by_support_type"], default=None, return_dtype=pl.String
        )
        true = pl.coalesce("of_system", of_type)
        return rows.select(pl.col("unroca_category").eq_missing(true)).to_series()

    return verdict
