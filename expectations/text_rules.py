"""Rules that need the texts of the articles, which are never published: evidence is exact, each `_text` verbatim."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import polars as pl
import pyarrow.parquet as pq

from expectations.claim_rules import CLAIM_TABLES
from expectations.release import Release
from expectations.rules import Rule, Verdict, verdict_rule
from schemas.tables import table

BATCH_ROWS = 2_000
"""Articles whose texts are in memory at once."""


def text_rules() -> list[Rule]:
    """Rules that are `not_run` without the file of ingested articles."""
    rules = [
        verdict_rule(
            "articles.text_sha256.of_text",
            "articles",
            "The hash is that of the text.",
            _article_text_hash,
            needs="texts",
        ),
        verdict_rule(
            "articles.n_chars.of_text", "articles", "The length is that of the text.", _article_length, needs="texts"
        ),
    ]
    for name in CLAIM_TABLES:
        rules.append(
            verdict_rule(
                f"{name}.evidence_is_exact",
                name,
                "evidence_text is the exact text of the article at its offsets.",
                _in_text(name, _EXACT),
                needs="texts",
            )
        )
        for column in table(name).columns:
            if column.verbatim:
                found = pl.col("text").str.contains(pl.col(column.name), literal=True)
                rules.append(
                    verdict_rule(
                        f"{name}.{column.name}.in_article",
                        name,
                        "The words stand in the article exactly so.",
                        _in_text(name, found | pl.col(column.name).is_null()),
                        needs="texts",
                    )
                )
    return rules


_EXACT = pl.col("text").str.slice(
    pl.col("evidence_start"), pl.col("evidence_end") - pl.col("evidence_start")
) == pl.col("evidence_text")
"""On spans whose end was clamped to their start: a slice of negative length cannot be taken."""


def _texts(release: Release) -> Iterator[pl.DataFrame]:
    """Article ids and texts in batches."""
    if release.texts is None:
        raise LookupError("the file of ingested articles was not given")
    for batch in pq.ParquetFile(release.texts).iter_batches(BATCH_ROWS, columns=["article_id", "text"]):
        yield pl.DataFrame(batch)


def _in_text(name: str, expression: pl.Expr) -> Verdict:
    """The verdict of `expression` on each claim beside its article's `text`; false where there is no such article."""

    def verdict(release: Release) -> pl.Series:
        claims = release.table(name).with_row_index("row")
        spanned = claims.with_columns(
            pl.when(pl.col("evidence_end") >= pl.col("evidence_start"))
            .then(pl.col("evidence_end"))
            .otherwise(pl.col("evidence_start"))
            .alias("evidence_end")
        )
        # The batches hold other articles each, so every claim meets its text once.
        met = [
            spanned.join(texts, on="article_id").select("row", expression.fill_null(True).alias("verdict"))
            for texts in _texts(release)
        ]
        verdicts = claims.select("row").join(pl.concat(met), on="row", how="left", maintain_order="left")
        return verdicts["verdict"].fill_null(False)

    return verdict


def _article_text_hash(release: Release) -> pl.Series:
    return _against_text(release, "text_sha256", lambda text: hashlib.sha256(text.encode()).hexdigest(), pl.String())


def _article_length(release: Release) -> pl.Series:
    return _against_text(release, "n_chars", len, pl.Int64())


def _against_text(release: Release, column: str, measure: Callable[[str], str | int], kind: pl.DataType) -> pl.Series:
    measured = [
        texts.select("article_id", pl.Series("measured", [measure(text) for text in texts["text"]], dtype=kind))
        for texts in _texts(release)
    ]
    rows = release.table("articles").join(pl.concat(measured), on="article_id", how="left", maintain_order="left")
    return rows.select((pl.col(column) == pl.col("measured")).fill_null(False)).to_series()
