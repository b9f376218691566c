"""Counts what a release covers, from its own tables: period, publishers, languages, years and kinds of claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schemas.tables import vocabulary


@dataclass(frozen=True)
class Year:
    """Articles published in a year, those of them with claims, and the claims between states that they make."""

    year: int | None
    n_articles: int
    n_with_claims: int
    n_claims: int


@dataclass(frozen=True)
class Coverage:
    """What was read and what came of it. `period` is None where no article is dated; days are in UTC.

    `publishers` and `languages` give articles, the largest number first; the publisher None is not stated, the language
    `und` could not be told. `years` are in order, undated articles last. `claims` counts the claims between states by
    stage group and factuality.
    """

    n_articles: int
    n_stories: int
    n_undated: int
    period: tuple[date, date] | None
    publishers: tuple[tuple[str | None, int], ...]
    languages: tuple[tuple[str, int], ...]
    years: tuple[Year, ...]
    claims: dict[tuple[str, str], int]

    @property
    def n_publishers(self) -> int:
        """Publishers that are stated."""
        return sum(name is not None for name, _ in self.publishers)

    @property
    def n_claims(self) -> int:
        """Claims between states."""
        return sum(self.claims.values())

    @property
    def known_languages(self) -> list[str]:
        """ISO 639-1 codes, the most frequent first."""
        return [code for code, _ in self.languages if code != "und"]


def coverage(folder: Path) -> Coverage:
    """Counts the tables of a release folder."""
    articles = pl.read_parquet(
        folder / "articles.parquet", columns=["article_id", "published_at", "publisher", "language", "story_id"]
    )
    claims = pl.read_parquet(folder / "claims.parquet", columns=["article_id", "stage_group", "factuality"])
    days = articles["published_at"].drop_nulls().dt.date()
    first, last = days.min(), days.max()
    return Coverage(
        n_articles=articles.height,
        n_stories=articles["story_id"].n_unique(),
        n_undated=articles["published_at"].null_count(),
        period=(first, last) if isinstance(first, date) and isinstance(last, date) else None,
        publishers=tuple(_counted(articles, "publisher")),
        languages=tuple(_counted(articles, "language")),
        years=tuple(_years(articles, claims)),
        claims=_kinds(claims),
    )


def _counted(articles: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    counts = articles.group_by(column).agg(n=pl.len())
    return counts.sort(["n", column], descending=[True, False], nulls_last=True).rows()


def _years(articles: pl.DataFrame, claims: pl.DataFrame) -> list[Year]:
    by_article = claims.group_by("article_id").agg(n_claims=pl.len())
    years = (
        articles.join(by_article, on="article_id", how="left")
        .group_by(year=pl.col("published_at").dt.year())
        .agg(
            n_articles=pl.len(),
            n_with_claims=pl.col("n_claims").is_not_null().sum(),
            n_claims=pl.col("n_claims").fill_null(0).sum(),
        )
    )
    return [Year(**row) for row in years.sort("year", nulls_last=True).iter_rows(named=True)]


def _kinds(claims: pl.DataFrame) -> dict[tuple[str, str], int]:
    counts = {
        (group, factuality): n for group, factuality, n in claims.group_by("stage_group", "factuality").len().rows()
    }
    return {
        (group, factuality): counts.get((group, factuality), 0)
        for group in vocabulary("stage_group")
        for factuality in vocabulary("factuality")
    }
