"""Counts what the report of a release shows, from the tables in its folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from schemas.tables import vocabulary

STANCES = {
    "presented as fact": ("affirmed",),
    "suspected or conditional": ("suspected", "conditional"),
    "denied or negated": ("denied", "negated"),
}
"""The values of `factuality` that the charts draw in one colour."""

N_DYADS = 15
N_PUBLISHERS = 12
MAX_MONTHS = 60
"""Longest span that is shown month by month."""

UNNAMED = "not stated"
"""Stands for the publisher of articles that name none."""

COMPARED = ("claims", "claims_nonstate", "events", "articles")
"""The tables whose changes are drawn; the others follow from them."""

Stances = dict[str, int]
"""Claims by stance, in the order of STANCES."""


@dataclass(frozen=True)
class Dyad:
    """A supplier and a recipient, by id and by name, with the claims of support from one to the other."""

    supplier_id: str
    recipient_id: str
    supplier: str
    recipient: str
    claims: Stances


@dataclass(frozen=True)
class Change:
    """Rows of a table that are new, gone or different since the release before."""

    table: str
    n_added: int
    n_removed: int
    n_changed: int


@dataclass(frozen=True)
class Period:
    """A month or a year, by its first day: articles read and claims between states made in them."""

    start: date
    n_articles: int
    n_claims: int


@dataclass(frozen=True)
class Summary:
    """What a release comes to. Claims are those of `claims.parquet`; months are those of publication (UTC).

    `months` has every month from `first_month` on that is shown, also those without claims. `coverage` goes by month
    or, where that is longer than MAX_MONTHS, by year (`by_year`). `publishers` are (name, articles, claims), most
    articles first; `others` are those that are not listed, as (publishers, articles, claims). `stages` is by
    (factuality, stage group). `changes` is None for the first release.
    """

    version: str
    previous_version: str | None
    n_claims: int
    n_articles: int
    n_events: int
    n_publishers: int
    n_undated_claims: int
    n_undated_articles: int
    months: dict[date, Stances]
    n_claims_of_other_months: int
    dyads: list[Dyad]
    n_dyads: int
    support_types: list[tuple[str, int]]
    stages: dict[tuple[str, str], int]
    publishers: list[tuple[str, int, int]]
    others: tuple[int, int, int]
    coverage: list[Period]
    by_year: bool
    changes: list[Change] | None

    @property
    def stances(self) -> Stances:
        """All claims by stance."""
        return {
            stance: sum(n for (factuality, _), n in self.stages.items() if factuality in values)
            for stance, values in STANCES.items()
        }


def summarise(folder: Path, version: str, told: dict[str, Any]) -> Summary:
    """The summary of the release in `folder`; `told` is the content of its `changes.json`."""
    claims = _claims(folder)
    articles = _articles(folder, claims)
    months = _months(claims)
    shown = _busiest(months)
    dyads = _dyads(claims, folder)
    publishers = _publishers(articles)
    others = publishers[N_PUBLISHERS:]
    coverage, by_year = _coverage(articles)
    return Summary(
        version=version,
        previous_version=told["previous_version"],
        n_claims=claims.height,
        n_articles=articles.height,
        n_events=pl.scan_parquet(folder / "events.parquet").select(pl.len()).collect().item(),
        n_publishers=articles["publisher"].drop_nulls().n_unique(),
        n_undated_claims=claims["reported_at"].null_count(),
        n_undated_articles=articles["published_at"].null_count(),
        months=shown,
        n_claims_of_other_months=sum(_total(n) for n in months.values()) - sum(_total(n) for n in shown.values()),
        dyads=dyads[:N_DYADS],
        n_dyads=len(dyads),
        support_types=_counted(claims, "support_type"),
        stages=_stages(claims),
        publishers=publishers[:N_PUBLISHERS],
        others=(len(others), sum(row[1] for row in others), sum(row[2] for row in others)),
        coverage=coverage,
        by_year=by_year,
        changes=_changes(told),
    )


def _claims(folder: Path) -> pl.DataFrame:
    columns = ["article_id", "supplier_id", "recipient_id", "support_type", "stage_group", "factuality", "reported_at"]
    stance = {value: name for name, values in STANCES.items() for value in values}
    claims = pl.read_parquet(folder / "claims.parquet", columns=columns)
    return claims.with_columns(
        pl.col("factuality").replace_strict(stance, return_dtype=pl.String).alias("stance"),
        pl.col("reported_at").dt.truncate("1mo").dt.date().alias("month"),
    )


def _articles(folder: Path, claims: pl.DataFrame) -> pl.DataFrame:
    """Every article with its publisher, month and number of claims between states.

    `n_claims` of the table itself counts the claims with a side that is no state too.
    """
    made = claims.group_by("article_id").agg(pl.len().cast(pl.Int64).alias("n_claims"))
    articles = pl.read_parquet(folder / "articles.parquet", columns=["article_id", "publisher", "published_at"])
    return articles.join(made, on="article_id", how="left").with_columns(
        pl.col("n_claims").fill_null(0), pl.col("published_at").dt.truncate("1mo").dt.date().alias("month")
    )


def _months(claims: pl.DataFrame) -> dict[date, Stances]:
    """Claims by month and stance, from the first month with claims to the last, with the months between."""
    counted = claims.drop_nulls("month").group_by("month", "stance").len().iter_rows()
    found: dict[date, Stances] = {}
    for month, stance, n in counted:
        found.setdefault(month, dict.fromkeys(STANCES, 0))[stance] += n
    if not found:
        return {}
    every = pl.date_range(min(found), max(found), "1mo", eager=True).to_list()
    return {month: found.get(month, dict.fromkeys(STANCES, 0)) for month in every}


def _busiest(months: dict[date, Stances]) -> dict[date, Stances]:
    """The MAX_MONTHS months in a row that have most claims; the latest of several such.

    Corpora reach back decades and hold wrong dates, so neither all months nor the last ones make a readable chart.
    """
    ordered = list(months)
    starts = range(max(1, len(ordered) - MAX_MONTHS + 1))
    totals = [_total(months[month]) for month in ordered]
    start = max(starts, key=lambda k: (sum(totals[k : k + MAX_MONTHS]), k))
    return {month: months[month] for month in ordered[start : start + MAX_MONTHS]}


def _total(stances: Stances) -> int:
    return sum(stances.values())


def _dyads(claims: pl.DataFrame, folder: Path) -> list[Dyad]:
    """All dyads, most claims first."""
    names = dict(pl.read_parquet(folder / "actors.parquet", columns=["actor_id", "name"]).iter_rows())
    found: dict[tuple[str, str], Stances] = {}
    for supplier, recipient, stance, n in claims.group_by("supplier_id", "recipient_id", "stance").len().iter_rows():
        found.setdefault((supplier, recipient), dict.fromkeys(STANCES, 0))[stance] += n
    ordered = sorted(found.items(), key=lambda item: (-_total(item[1]), item[0]))
    return [Dyad(giver, taker, names.get(giver, giver), names.get(taker, taker), n) for (giver, taker), n in ordered]


def _counted(rows: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    return sorted(rows.group_by(column).len().iter_rows(), key=lambda pair: (-pair[1], pair[0]))


def _stages(claims: pl.DataFrame) -> dict[tuple[str, str], int]:
    found = {(row[0], row[1]): row[2] for row in claims.group_by("factuality", "stage_group").len().iter_rows()}
    return {(f, s): found.get((f, s), 0) for f in vocabulary("factuality") for s in vocabulary("stage_group")}


def _publishers(articles: pl.DataFrame) -> list[tuple[str, int, int]]:
    counted = articles.group_by("publisher").agg(pl.len(), pl.col("n_claims").sum())
    rows = [(UNNAMED if name is None else name, int(n), int(claims)) for name, n, claims in counted.iter_rows()]
    return sorted(rows, key=lambda row: (-row[1], -row[2], row[0]))


def _coverage(articles: pl.DataFrame) -> tuple[list[Period], bool]:
    """Every period from the first article to the last, also those without articles; and whether they are years."""
    counted = articles.drop_nulls("month").group_by("month").agg(pl.len(), pl.col("n_claims").sum())
    found = {month: (int(n), int(n_claims)) for month, n, n_claims in counted.iter_rows()}
    if not found:
        return [], False
    months = pl.date_range(min(found), max(found), "1mo", eager=True).to_list()
    by_year = len(months) > MAX_MONTHS
    periods: dict[date, tuple[int, int]] = {}
    for month in months:
        start = month.replace(month=1) if by_year else month
        (n, n_claims), (more, more_claims) = periods.get(start, (0, 0)), found.get(month, (0, 0))
        periods[start] = (n + more, n_claims + more_claims)
    return [Period(start, *counts) for start, counts in periods.items()], by_year


def _changes(told: dict[str, Any]) -> list[Change] | None:
    """The changes of the compared tables; a table whose primary key is another one is left out."""
    if told["previous_version"] is None:
        return None
    counted = {name: told["tables"][name] for name in COMPARED if "n_added" in told["tables"].get(name, {})}
    return [Change(name, n["n_added"], n["n_removed"], n["n_changed"]) for name, n in counted.items()]
