"""Rules that need the texts of the articles, which are never published: evidence is exact, each `_text` verbatim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import polars as pl
import pyarrow.parquet as pq

from expectations.claim_rules import CLAIM_TABLES
from expectations.release import Release, once
from expectations.rules import Rule, Verdict, verdict_rule
from schemas.arrow import ARTICLE_TEXT_SCHEMA
from schemas.batches import record_batches
from schemas.tables import table

BATCH_ROWS = 2_000
"""Articles whose texts are in memory at once."""


def text_rules() -> list[Rule]:
    """Rules that are `not_run` without the file of ingested articles."""
    articles = {
        "text_sha256": "The hash is that of the text.",
        "n_chars": "The length is that of the text, in characters.",
    }
    rules = [
        verdict_rule(f"articles.{column}.of_text", "articles", description, _measured(column), needs="texts")
        for column, description in articles.items()
    ]
    rules += _ingested_rules()
    for name in CLAIM_TABLES:
        exact = "evidence_text is the exact text of the article at its offsets."
        rules.append(
            verdict_rule(f"{name}.evidence_is_exact", name, exact, _in_text(name, "evidence_text"), needs="texts")
        )
        verbatim = "The words stand in the article exactly so."
        for column in _verbatim(name):
            rule = f"{name}.{column}.in_article"
            rules.append(verdict_rule(rule, name, verbatim, _in_text(name, column), needs="texts"))
    return rules


def _ingested_rules() -> list[Rule]:
    """Rules that hold the published articles against those that were ingested."""
    return [
        verdict_rule(
            "articles.as_ingested",
            "articles",
            "Address, publisher, title, time, language, story and corpus file are those that were ingested.",
            _as_ingested,
            needs="texts",
        ),
        verdict_rule(
            "corpus_files.articles_were_ingested",
            "corpus_files",
            "n_articles is the number of articles that were ingested from the file.",
            _ingested_by_file,
            needs="texts",
        ),
    ]


MEASURED = ("text", "text_sha256", "n_chars")
"""Columns of the ingested articles that are held against the text itself."""


def _ingested(release: Release, *columns: str) -> pl.DataFrame:
    """Columns of the ingested articles."""
    if release.texts is None:
        raise LookupError("the file of ingested articles was not given")
    return pl.DataFrame(pq.read_table(release.texts, columns=list(columns)))


def _as_ingested(release: Release) -> pl.Series:
    """Compares a column at a time, as the two tables beside each other would be the largest thing of a whole run."""
    articles = release.table("articles").select(pl.col("article_id"))
    there = _ingested(release, "article_id").with_row_index("at")
    at = articles.join(there, on="article_id", how="left", maintain_order="left")["at"]
    same = at.is_not_null()
    for name in ARTICLE_TEXT_SCHEMA.names:
        if name not in (*MEASURED, "article_id"):
            same &= release.table("articles")[name].eq_missing(_ingested(release, name)[name].gather(at))
    return same


def _ingested_by_file(release: Release) -> pl.Series:
    held = _ingested(release, "corpus").group_by("corpus").agg(pl.len().alias("n_ingested"))
    rows = release.table("corpus_files").join(held, on="corpus", how="left", maintain_order="left")
    return rows.select((pl.col("n_articles") == pl.col("n_ingested").fill_null(0)).fill_null(True)).to_series()


def _verbatim(name: str) -> list[str]:
    return [column.name for column in table(name).columns if column.verbatim]


def _texts(release: Release) -> Iterator[pl.DataFrame]:
    """Article ids and texts in batches."""
    if release.texts is None:
        raise LookupError("the file of ingested articles was not given")
    with pq.ParquetFile(release.texts) as file:
        yield from (pl.DataFrame(batch) for batch in record_batches(file, BATCH_ROWS, ["article_id", "text"]))


@once
def _verdicts(release: Release) -> dict[str, pl.DataFrame]:
    """For both claim tables, by row: whether the evidence is exact (`evidence_text`) and each verbatim text is there.

    False where the article has no text. One pass over the texts serves all rules.
    """
    met: dict[str, list[pl.DataFrame]] = {name: [] for name in CLAIM_TABLES}
    for texts in _texts(release):
        for name in CLAIM_TABLES:
            # The batches hold other articles each, so every claim meets its text once.
            read = ["article_id", "evidence_start", "evidence_end", "evidence_text", *_verbatim(name)]
            rows = (
                release.table(name).select(list(dict.fromkeys(read))).with_row_index("row").join(texts, on="article_id")
            )
            found = [
                (pl.col("text").str.contains(pl.col(column), literal=True) | pl.col(column).is_null()).alias(column)
                for column in _verbatim(name)
            ]
            met[name].append(rows.select("row", _exact().alias("evidence_text"), *found))
    verdicts = {}
    for name, parts in met.items():
        rows = release.table(name).select("article_id").with_row_index("row").select("row")
        verdicts[name] = rows.join(pl.concat(parts), on="row", how="left", maintain_order="left").fill_null(False)
    return verdicts


def _exact() -> pl.Expr:
    """The evidence against the slice at its offsets, of no length where the end comes before the start."""
    length = pl.max_horizontal(pl.col("evidence_end") - pl.col("evidence_start"), pl.lit(0))
    return pl.col("text").str.slice(pl.col("evidence_start"), length) == pl.col("evidence_text")


def _in_text(name: str, column: str) -> Verdict:
    return lambda release: _verdicts(release)[name][column]


@once
def _measures(release: Release) -> pl.DataFrame:
    """Hash and length of every text."""
    parts = [
        texts.select(
            "article_id",
            pl.Series("text_sha256", [hashlib.sha256(text.encode()).hexdigest() for text in texts["text"]], pl.String),
            pl.col("text").str.len_chars().alias("n_chars"),
        )
        for texts in _texts(release)
    ]
    return pl.concat(parts)


def _measured(column: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        true = _measures(release).select("article_id", pl.col(column).alias("true"))
        rows = release.table("articles").select("article_id", column)
        rows = rows.join(true, on="article_id", how="left", maintain_order="left")
        return rows.select((pl.col(column) == pl.col("true")).fill_null(False)).to_series()

    return verdict
