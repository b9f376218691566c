"""What a release covers is counted from its tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.publish.coverage import Coverage, Year, coverage
from tests.small_release import write_release


@pytest.fixture(scope="module")
def covered(published: Path) -> Coverage:
    return coverage(published)


def test_articles_stories_and_period_are_counted(covered: Coverage) -> None:
    assert (covered.n_articles, covered.n_stories, covered.n_undated) == (4, 2, 1)
    assert covered.period == (date(2022, 3, 1), date(2024, 9, 3))


def test_publishers_and_languages_stand_by_number(covered: Coverage) -> None:
    assert covered.publishers == (("The Wire | Daily", 2), ("Gazette", 1), (None, 1))
    assert covered.n_publishers == 2
    assert covered.languages == (("en", 3), ("fr", 1))


def test_years_count_articles_with_and_without_claims(covered: Coverage) -> None:
    assert covered.years == (Year(2022, 1, 1, 2), Year(2024, 2, 1, 1), Year(None, 1, 1, 1))


def test_claims_are_counted_by_stage_group_and_factuality(covered: Coverage) -> None:
    counted = {kind: n for kind, n in covered.claims.items() if n}
    assert counted == {("delivered", "denied"): 1, ("delivered", "affirmed"): 2, ("negotiating", "affirmed"): 1}
    assert covered.n_claims == 4


def test_a_release_of_nothing_covers_nothing(tmp_path: Path) -> None:
    nothing = coverage(write_release(tmp_path))
    assert (nothing.n_articles, nothing.period, nothing.years, nothing.n_claims) == (0, None, (), 0)
