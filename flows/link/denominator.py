"""Makes the release table `articles`: every article read, with what reading it came to."""

from __future__ import annotations

import polars as pl

from schemas.tables import table


def articles_table(articles: pl.DataFrame, readings: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Articles without their texts, with counts of sentences and claims (both claim tables) and the outcome.

    An article that was never parsed (no candidate sentence, or a language that is not read) has no row in `readings`
    and counts 0 sentences. Raises ValueError where claims, readings and articles do not fit each other.
    """
    _refuse_strangers(claims, articles, "claims")
    _refuse_strangers(readings, articles, "readings")
    found = claims.group_by("article_id").agg(pl.len().alias("n_claims"))
    _refuse_disagreement(readings, found)
    counts = ["n_sentences", "n_candidate_sentences", "n_claims"]
    joined = (
        articles.join(readings.select("article_id", *counts[:2]), on="article_id", how="left")
        .join(found, on="article_id", how="left")
        .with_columns(pl.col(counts).fill_null(0))
    )
    outcome = (
        pl.when(pl.col("n_claims") > 0)
        .then(pl.lit("claims"))
        .when(pl.col("n_candidate_sentences") > 0)
        .then(pl.lit("no_claims"))
        .otherwise(pl.lit("screened_out"))
    )
    return joined.with_columns(outcome.alias("outcome")).select(table("articles").column_names).sort("article_id")


def _refuse_strangers(rows: pl.DataFrame, articles: pl.DataFrame, name: str) -> None:
    strangers = rows.join(articles, on="article_id", how="anti")
    if strangers.height:
        raise ValueError(
            f"{name}: {strangers.height} rows name articles that were not ingested, among them "
            f"{strangers['article_id'][0]}; extract and link must be given the same articles file"
        )


def _refuse_disagreement(readings: pl.DataFrame, found: pl.DataFrame) -> None:
    wrong = (
        readings.select("article_id", pl.col("n_claims").alias("n_read"))
        .join(found, on="article_id", how="full", coalesce=True)
        .with_columns(pl.col("n_read", "n_claims").fill_null(0))
        .filter(pl.col("n_read") != pl.col("n_claims"))
        .sort("article_id")
    )
    if wrong.height:
        article, read, held = wrong.row(0)
        raise ValueError(
            f"readings and claims disagree for {wrong.height} articles; of {article} {read} claims were "
            f"read and {held} are in the claims file; extract must write both files from the same run"
        )
