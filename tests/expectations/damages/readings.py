"""Errors made before linking, which all tables then repeat: whatever the reader got wrong, the release agrees on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.expectations.damages.draft import register
from tests.link.corpus import PLOVER, STORIES, article_id, claim_id

Row = dict[str, Any]
TRUTH = "every table agrees, and whether the reader was right only hand-coded claims tell (docs/evaluation.md)"
FIRST = "a first release has none before it to be held against; the corpus itself would have to tell"


@dataclass
class Readings:
    """What link reads, as rows, and whether there is a release before."""

    articles: list[Row]
    claims: list[Row]
    readings: list[Row]
    corpus_files: list[Row]
    has_previous: bool = True

    def recode(self, which: Callable[[Row], bool], **values: Any) -> None:
        """Sets values of claims as a reader would that was wrong from the start: ids and codes follow."""
        chosen = [row for row in self.claims if which(row)]
        assert chosen
        for row in chosen:
            row.update(values)
            row["plover_code"] = PLOVER[f"{row['stage']}/{row['factuality']}"]
            row["claim_id"] = claim_id(row)


@register("relinked", TRUTH)
def reader_swaps_sides(readings: Readings) -> None:
    """a reader that takes the supplier for the recipient"""
    readings.recode(lambda row: row["supplier_id"] == "PRK", supplier_id="RUS", recipient_id="PRK")


@register("relinked", TRUTH)
def reader_affirms_a_denial(readings: Readings) -> None:
    """a reader that overlooks a denial"""
    readings.recode(lambda row: row["factuality"] == "denied", factuality="affirmed")


@register("relinked", TRUTH)
def reader_delivers_a_plan(readings: Readings) -> None:
    """a reader that takes a pledge for a delivery"""
    readings.recode(lambda row: row["stage"] == "pledged", stage="delivered", stage_group="delivered")


@register("relinked", TRUTH + "; a few claims fewer than before are a warning")
def reader_misses_a_claim(readings: Readings) -> None:
    """a reader that misses one claim"""
    readings.claims = [row for row in readings.claims if row["supplier_id"] != "PRK"]
    for row in readings.readings:
        row["n_claims"] = sum(claim["article_id"] == row["article_id"] for claim in readings.claims)


@register("relinked")
def corpus_loses_a_month(readings: Readings) -> None:
    """a corpus in which a month of the release before is missing"""
    _without_september(readings)


@register("relinked", FIRST)
def first_corpus_lacks_a_month(readings: Readings) -> None:
    """a first corpus in which a month is missing"""
    _without_september(readings)
    readings.has_previous = False


def _without_september(readings: Readings) -> None:
    gone = {article_id(name) for name, (*_, at) in STORIES.items() if at is not None and at.month == 9}
    for rows in (readings.articles, readings.claims, readings.readings):
        rows[:] = [row for row in rows if row["article_id"] not in gone]
    for row in readings.corpus_files:
        n_gone = row["n_articles"] - sum(article["corpus"] == row["corpus"] for article in readings.articles)
        row["n_articles"] -= n_gone
        row["n_records"] -= n_gone
