"""Rules of articles, rejects, corpus files and actors: the denominator is whole and every record is accounted for."""

from __future__ import annotations

import polars as pl

from expectations.release import Release
from expectations.rules import Rule, Verdict, verdict_rule

SPECIAL_CLAIMANTS = ["AUTHOR", "MEDIA", "ANALYST", "UNK"]


def corpus_rules() -> list[Rule]:
    """The rules of `articles`, `rejects`, `corpus_files` and `actors`."""
    return [
        *_article_rules(),
        verdict_rule(
            "rejects.corpus_is_accounted", "rejects", "Its corpus file is in corpus_files.", _accounted("rejects")
        ),
        verdict_rule(
            "corpus_files.records_add_up",
            "corpus_files",
            "Records read = articles + duplicates + rejects + records outside the period asked for.",
            _row(
                "corpus_files",
                pl.col("n_records") == pl.sum_horizontal("n_articles", "n_duplicates", "n_rejects", "n_skipped"),
            ),
        ),
        verdict_rule(
            "corpus_files.articles_are_there",
            "corpus_files",
            "n_articles is the number of rows that articles holds of the file.",
            _counted("articles", "n_articles"),
        ),
        verdict_rule(
            "corpus_files.rejects_are_there",
            "corpus_files",
            "n_rejects is the number of rows that rejects holds of the file.",
            _counted("rejects", "n_rejects"),
        ),
        Rule(
            "actors.special_claimants",
            "actors",
            "The special claimants are explained.",
            "ExpectColumnDistinctValuesToContainSet",
            {"column": "actor_id", "value_set": SPECIAL_CLAIMANTS},
        ),
        verdict_rule(
            "actors.nonstate_codes",
            "actors",
            "Actors of kind nonstate, and no others, have NSA: codes.",
            _row("actors", pl.col("actor_id").str.starts_with("NSA:") == (pl.col("kind") == "nonstate")),
        ),
    ]


def _row(table: str, expression: pl.Expr) -> Verdict:
    return lambda release: release.table(table).select(expression.fill_null(True)).to_series()


def _article_rules() -> list[Rule]:
    outcome = (
        pl.when(pl.col("n_claims") > 0)
        .then(pl.col("outcome") == "claims")
        .when(pl.col("n_candidate_sentences") > 0)
        .then(pl.col("outcome") == "no_claims")
        .otherwise(pl.col("outcome").is_in(["no_claims", "screened_out"]))
    )
    return [
        verdict_rule(
            "articles.n_claims_published",
            "articles",
            "n_claims is the number of rows of both claim tables.",
            _claims_published,
        ),
        verdict_rule(
            "articles.outcome_of_counts",
            "articles",
            "The outcome is claims where there are claims, and screened_out only where there is no candidate sentence.",
            _row("articles", outcome),
        ),
        verdict_rule(
            "articles.candidates_are_sentences",
            "articles",
            "There are no more candidate sentences than sentences.",
            _row("articles", pl.col("n_candidate_sentences") <= pl.col("n_sentences")),
        ),
        Rule(
            "articles.text_sha256.is_hash",
            "articles",
            "64 lower-case hexadecimal digits.",
            "ExpectColumnValuesToMatchRegex",
            {"column": "text_sha256", "regex": "^[0-9a-f]{64}$"},
        ),
        verdict_rule(
            "articles.corpus_is_accounted", "articles", "Its corpus file is in corpus_files.", _accounted("articles")
        ),
    ]


def _claims_published(release: Release) -> pl.Series:
    counts = release.all_claims(["article_id"]).group_by("article_id").agg(pl.len().alias("n_found"))
    rows = release.table("articles").select("article_id", "n_claims")
    rows = rows.join(counts, on="article_id", how="left", maintain_order="left")
    return rows.select((pl.col("n_claims") == pl.col("n_found").fill_null(0)).fill_null(True)).to_series()


def _accounted(table: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        known = release.table("corpus_files")["corpus"].drop_nulls().implode()
        return release.table(table)["corpus"].is_in(known).fill_null(True)

    return verdict


def _counted(table: str, count: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        held = release.table(table).select("corpus").group_by("corpus").agg(pl.len().alias("n_found"))
        rows = release.table("corpus_files").join(held, on="corpus", how="left", maintain_order="left")
        return rows.select((pl.col(count) == pl.col("n_found").fill_null(0)).fill_null(True)).to_series()

    return verdict
