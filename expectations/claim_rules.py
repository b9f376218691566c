"""Rules of single claims: spans, sides, stages, amounts, dates and claimants, in both claim tables."""

from __future__ import annotations

import polars as pl

from expectations.release import Release
from expectations.rules import Rule, Verdict, verdict_rule
from schemas.tables import vocabulary

CLAIM_TABLES = ("claims", "claims_nonstate")
SIDE_KINDS = ["state", "group", "igo"]
SIDES = ("supplier_id", "recipient_id")


def claim_rules() -> list[Rule]:
    """The rules of both claim tables, then those that set the two apart."""
    rules = []
    for table in CLAIM_TABLES:
        for name, (description, expression) in _ROW_CHECKS.items():
            rules.append(verdict_rule(f"{table}.{name}", table, description, _by_row(table, expression)))
        rules += _across_tables(table)
    rules += [
        verdict_rule(
            "claims.no_nonstate_side",
            "claims",
            "Neither side is a non-state actor (NSA:) or unknown (UNK).",
            _by_row("claims", ~_nonstate()),
        ),
        verdict_rule(
            "claims.sides_are_states",
            "claims",
            "Both sides are states, groups of states or intergovernmental bodies, and not special claimants.",
            _sides_are_states,
        ),
        verdict_rule(
            "claims_nonstate.has_nonstate_side",
            "claims_nonstate",
            "One side at least is a non-state actor (NSA:) or unknown (UNK).",
            _by_row("claims_nonstate", _nonstate()),
        ),
        verdict_rule(
            "claims_nonstate.not_in_claims",
            "claims_nonstate",
            "No claim_id stands in both claim tables.",
            lambda release: (
                ~release.table("claims_nonstate")["claim_id"].is_in(
                    release.table("claims")["claim_id"].drop_nulls().implode()
                )
            ),
        ),
    ]
    return rules


def _stage_group_matches() -> pl.Expr:
    groups = {stage: row["stage_group"] for stage, row in vocabulary("stage").items()}
    declared = pl.col("stage").replace_strict(groups, default=None, return_dtype=pl.String)
    return declared == pl.col("stage_group")


def _nonstate() -> pl.Expr:
    return pl.any_horizontal(*(pl.col(side).str.starts_with("NSA:") | (pl.col(side) == "UNK") for side in SIDES))


_DATES = [pl.col(name).is_null() for name in ("event_start_date", "event_end_date", "event_date_precision")]

_ROW_CHECKS: dict[str, tuple[str, pl.Expr]] = {
    "evidence_span": (
        "evidence_end - evidence_start is the length of evidence_text in characters.",
        pl.col("evidence_end") - pl.col("evidence_start") == pl.col("evidence_text").str.len_chars(),
    ),
    "stage_group_matches": ("stage_group is the group of stage.", _stage_group_matches()),
    "sides_differ": ("Supplier and recipient are not the same.", pl.col(SIDES[0]) != pl.col(SIDES[1])),
    "quantity_ordered": (
        "quantity_low is not above quantity_high.",
        pl.col("quantity_low") <= pl.col("quantity_high"),
    ),
    "event_dates_ordered": (
        "event_start_date is not after event_end_date.",
        pl.col("event_start_date") <= pl.col("event_end_date"),
    ),
    "event_dates_complete": (
        "First day, last day and precision of the transfer step are given together or not at all.",
        (_DATES[0] == _DATES[1]) & (_DATES[1] == _DATES[2]),
    ),
    "author_has_no_words": (
        "claimant_text is null in the article's own voice (claimant AUTHOR).",
        (pl.col("claimant_id") != "AUTHOR") | pl.col("claimant_text").is_null(),
    ),
    "author_type": (
        "claimant_type is author where and only where the claimant is AUTHOR.",
        (pl.col("claimant_id") == "AUTHOR") == (pl.col("claimant_type") == "author"),
    ),
}
"""Name, description and check. An unknown (null) outcome passes: nulls that may not be are caught by not_null rules,
and values outside a vocabulary by the rules of vocabularies."""


def _by_row(table: str, expression: pl.Expr) -> Verdict:
    return lambda release: release.table(table).select(expression.fill_null(True)).to_series()


def _sides_are_states(release: Release) -> pl.Series:
    """Sides that are no actor at all are the business of the foreign keys, NSA: and UNK of `no_nonstate_side`."""
    actors = release.table("actors")
    others = actors.filter(~pl.col("kind").is_in(SIDE_KINDS) & (pl.col("actor_id") != "UNK"))["actor_id"]
    others = others.filter(~others.str.starts_with("NSA:"))
    wrong = pl.any_horizontal(*(pl.col(side).is_in(others.implode()) for side in SIDES))
    return release.table("claims").select((~wrong).fill_null(True)).to_series()


def _across_tables(table: str) -> list[Rule]:
    """Rules that compare a claim with its article and its source chain with the actors."""

    def with_article(expression: pl.Expr) -> Verdict:
        def verdict(release: Release) -> pl.Series:
            articles = release.table("articles").select("article_id", "published_at", "n_chars").unique("article_id")
            rows = release.table(table).join(articles, on="article_id", how="left", maintain_order="left")
            # A claim whose article is not there fails its foreign key.
            lost = pl.col("n_chars").is_null()
            return rows.select((expression | lost).fill_null(True)).to_series()

        return verdict

    return [
        verdict_rule(
            f"{table}.evidence_within_article",
            table,
            "The evidence ends within the article.",
            with_article(pl.col("evidence_end") <= pl.col("n_chars")),
        ),
        verdict_rule(
            f"{table}.reported_at_is_publication",
            table,
            "reported_at is the publication time of the article.",
            with_article(pl.col("reported_at").eq_missing(pl.col("published_at"))),
        ),
        verdict_rule(
            f"{table}.source_chain.elements_resolve",
            table,
            "Every speaker of the source chain is an actor.",
            elements_resolve(table, "source_chain"),
        ),
    ]


def elements_resolve(table: str, column: str) -> Verdict:
    """Every element of a list column is an actor_id; an empty or null list has nothing to resolve."""

    def verdict(release: Release) -> pl.Series:
        known = release.table("actors")["actor_id"].drop_nulls().implode()
        rows = release.table(table).with_row_index("row").select("row", column)
        lost = rows.explode(column).drop_nulls().filter(~pl.col(column).is_in(known))["row"]
        return rows.select(~pl.col("row").is_in(lost.unique().implode())).to_series()

    return verdict
