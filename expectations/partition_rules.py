"""Distribution checks: rows by month and corpus file against the release before, shares of factuality and of nulls.

A total that looks right can hide whole years that are missing, so rows are compared partition by partition.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from expectations.release import Release, once
from expectations.rules import Rule, verdict_rule

PARTITIONS = "partitions"
SHARES = "shares"
CORRECTIONS = ["withdrawn", "superseded"]
"""Reasons of rejects that name an article which is not read any more."""
ARTICLE_ID = r"\b(a[0-9a-f]{16})\b"


@cache
def bounds() -> dict[str, Any]:
    """The bounds of `expectations/bounds.toml`."""
    return tomllib.loads((Path(__file__).parent / "bounds.toml").read_text(encoding="utf-8"))


def partition_rules() -> list[Rule]:
    """Rules on the frames `partitions` and `shares`."""
    return [
        verdict_rule(
            "partitions.articles_kept",
            PARTITIONS,
            "No month and no corpus file has fewer articles than in the release before.",
            _articles_kept,
            needs="previous",
            waived_by="allow_shrink",
        ),
        verdict_rule(
            "partitions.corrected_few",
            PARTITIONS,
            "Not many articles of the release before were withdrawn or superseded at once.",
            _corrected_few,
            needs="previous",
            waived_by="allow_shrink",
        ),
        verdict_rule(
            "partitions.claims_kept",
            PARTITIONS,
            "No month and no corpus file of some size lost a large part of its claims since the release before.",
            _claims_kept,
            needs="previous",
            waived_by="allow_shrink",
        ),
        verdict_rule(
            "partitions.claims_not_fewer",
            PARTITIONS,
            "No month and no corpus file has fewer claims than in the release before.",
            lambda release: _of_table(release, "claims", pl.col("n_rows") >= pl.col("n_previous")),
            severity="warning",
            needs="previous",
        ),
        verdict_rule(
            "shares.within_bounds",
            SHARES,
            "Shares of factuality values and of nulls lie within wide bounds.",
            _within_bounds,
        ),
        verdict_rule(
            "shares.near_previous",
            SHARES,
            "Shares of factuality values and of nulls are near those of the release before.",
            _near_previous,
            severity="warning",
            needs="previous",
        ),
    ]


@once
def partitions_frame(release: Release) -> pl.DataFrame:
    """One row a table, kind of partition and partition, with the rows now and in the release before (0 without one).

    Articles of the release before that were withdrawn or superseded since, and their claims, are not missed.
    """
    now = _counts(release)
    key = ["table", "kind", "partition"]
    if release.previous is None:
        return now.with_columns(pl.lit(0, dtype=pl.UInt32).alias("n_previous")).sort(key)
    before = _counts(release.previous, corrected(release)).rename({"n_rows": "n_previous"})
    both = now.join(before, on=key, how="full", coalesce=True)
    return both.with_columns(pl.col("n_rows", "n_previous").fill_null(0)).sort(key)


@once
def shares_frame(release: Release) -> pl.DataFrame:
    """One row a share of `claims` (of each factuality, of nulls in columns), with its bounds and its value before."""
    claims = release.table("claims")
    before = None if release.previous is None else release.previous.table("claims")
    rows = []
    for measure, limits in (*bounds()["shares"]["factuality"].items(), *bounds()["shares"]["nulls"].items()):
        of_nulls = measure in bounds()["shares"]["nulls"]
        name = f"null {measure}" if of_nulls else f"factuality {measure}"
        share, previous = (_share(frame, measure, of_nulls) for frame in (claims, before))
        n_previous = 0 if before is None else before.height
        rows.append((name, claims.height, share, float(limits[0]), float(limits[1]), n_previous, previous))
    schema = {"measure": pl.String(), "n_rows": pl.Int64(), "share": pl.Float64(), "low": pl.Float64()}
    more = {"high": pl.Float64(), "n_previous": pl.Int64(), "previous": pl.Float64()}
    return pl.DataFrame(rows, schema={**schema, **more}, orient="row")


@once
def corrected(release: Release) -> pl.DataFrame:
    """Articles (article_id, corpus) of the release before that this one lists as withdrawn or superseded, and lacks."""
    key = ["article_id", "corpus"]
    rejects = release.table("rejects")
    if not {"reason", "detail", "corpus"} <= set(rejects.columns):
        # `rejects.columns` tells of it; here it only means that nothing is known to be corrected.
        rejects = pl.DataFrame(schema={"reason": pl.String(), "detail": pl.String(), "corpus": pl.String()})
    listed = rejects.filter(pl.col("reason").is_in(CORRECTIONS))
    named = listed.select(pl.col("detail").str.extract(ARTICLE_ID).alias("article_id"), "corpus").unique()
    if release.previous is None:
        return named.clear()
    gone = release.previous.table("articles").select(key).join(named, on=key, how="semi")
    return gone.join(release.table("articles").select(key), on=key, how="anti")


def _counts(release: Release, without: pl.DataFrame | None = None) -> pl.DataFrame:
    articles = release.table("articles").select("article_id", "corpus", "published_at")
    corpora = articles.select("article_id", "corpus").unique("article_id")
    claims = release.all_claims(["article_id", "reported_at"]).join(corpora, on="article_id", how="left")
    if without is not None and without.height:
        articles, claims = (rows.join(without, on=["article_id", "corpus"], how="anti") for rows in (articles, claims))
    parts = []
    for table, rows, moment in (("articles", articles, "published_at"), ("claims", claims, "reported_at")):
        month = pl.col(moment).dt.convert_time_zone("UTC").dt.strftime("%Y-%m").fill_null("undated")
        corpus = pl.col("corpus").fill_null("unknown")
        for kind, value in (("month", month), ("corpus", corpus)):
            counted = rows.group_by(value.alias("partition")).agg(pl.len().alias("n_rows"))
            parts.append(
                counted.select(pl.lit(table).alias("table"), pl.lit(kind).alias("kind"), "partition", "n_rows")
            )
    return pl.concat(parts)


def _of_table(release: Release, table: str, expression: pl.Expr) -> pl.Series:
    return partitions_frame(release).select((pl.col("table") != table) | expression).to_series()


def _articles_kept(release: Release) -> pl.Series:
    return _of_table(release, "articles", pl.col("n_rows") >= pl.col("n_previous"))


def _corrected_few(release: Release) -> pl.Series:
    limits = bounds()["partitions"]
    n_previous = release.previous.table("articles").height if release.previous else 0
    is_few = corrected(release).height <= max(limits["corrected_min_rows"], limits["corrected"] * n_previous)
    return pl.Series("few", [is_few] * partitions_frame(release).height, pl.Boolean)


def _claims_kept(release: Release) -> pl.Series:
    limits = bounds()["partitions"]
    small = pl.col("n_previous") < limits["claims_min_rows"]
    return _of_table(release, "claims", small | (pl.col("n_rows") >= limits["claims_kept"] * pl.col("n_previous")))


def _share(claims: pl.DataFrame | None, measure: str, of_nulls: bool) -> float | None:
    if claims is None or claims.height == 0:
        return None
    hits = claims[measure].null_count() if of_nulls else claims.filter(pl.col("factuality") == measure).height
    return hits / claims.height


def _within_bounds(release: Release) -> pl.Series:
    small = pl.col("n_rows") < int(bounds()["shares"]["min_rows"])
    return shares_frame(release).select(small | pl.col("share").is_between("low", "high")).to_series()


def _near_previous(release: Release) -> pl.Series:
    """A release without claims has no shares to compare; that it shrank is told by the partitions."""
    drift = float(bounds()["shares"]["drift"])
    small = pl.col("n_previous") < int(bounds()["shares"]["min_rows"])
    near = (pl.col("share") - pl.col("previous")).abs() <= drift
    return shares_frame(release).select((small | near).fill_null(True)).to_series()
