"""What the report counts, and what it leaves out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from flows.report.summary import MAX_MONTHS, N_PUBLISHERS, STANCES, Change, Period, Summary, summarise
from schemas.tables import vocabulary
from tests.report.conftest import BEFORE, VERSION, MakeRelease, on
from tests.small_release import article, claim


def summary_of(folder: Path) -> Summary:
    return summarise(folder, VERSION, json.loads((folder / "changes.json").read_text()))


def month(number: int, year: int = 2024) -> dt.date:
    return dt.date(year, number, 1)


def test_every_factuality_has_a_stance() -> None:
    assert sorted(value for values in STANCES.values() for value in values) == sorted(vocabulary("factuality"))


def test_totals_are_those_of_the_tables(release: Path) -> None:
    found = summary_of(release)
    assert (found.n_articles, found.n_claims, found.n_events, found.n_publishers) == (5, 6, 1, 2)
    assert (found.n_undated_articles, found.n_undated_claims) == (1, 2)


def test_months_are_split_by_stance_and_a_silent_month_is_there(release: Path) -> None:
    found = summary_of(release)
    assert {start: tuple(counts.values()) for start, counts in found.months.items()} == {
        month(9): (1, 1, 0),
        month(10): (0, 0, 0),
        month(11): (1, 0, 1),
    }
    assert tuple(found.stances.values()) == (3, 1, 2)


def test_months_are_those_of_utc(make: MakeRelease) -> None:
    late = dt.datetime(2024, 9, 30, 23, 59, 59, tzinfo=dt.UTC)
    found = summary_of(make(claims=[claim("x", "IRN", "RUS", reported_at=late)]))
    assert list(found.months) == [month(9)]


def test_dyads_bear_names_and_the_largest_comes_first(release: Path) -> None:
    rows = [(dyad.supplier, dyad.recipient, tuple(dyad.claims.values())) for dyad in summary_of(release).dyads]
    assert rows == [("Iran", "Russia", (1, 1, 2)), ("North Korea", "Russia", (2, 0, 0))]


def test_an_actor_without_a_name_bears_its_code(make: MakeRelease) -> None:
    assert summary_of(make(claims=[claim("x", "IRN", "RUS")])).dyads[0].supplier == "IRN"


def test_support_types_and_stages_are_counted(release: Path) -> None:
    found = summary_of(release)
    assert found.support_types == [("missiles", 4), ("ammunition", 2)]
    assert {key: n for key, n in found.stages.items() if n} == {
        ("affirmed", "delivered"): 2,
        ("affirmed", "negotiating"): 1,
        ("suspected", "delivered"): 1,
        ("denied", "delivered"): 1,
        ("negated", "delivered"): 1,
    }
    assert len(found.stages) == len(vocabulary("factuality")) * len(vocabulary("stage_group"))


def test_coverage_counts_articles_with_claims_and_without(release: Path) -> None:
    found = summary_of(release)
    assert found.publishers == [("Example Wire", 3, 4), ("The Quay & Dock", 1, 2), ("not stated", 1, 0)]
    assert found.coverage == [
        Period(month(9), 1, 2),
        Period(month(10), 0, 0),
        Period(month(11), 2, 2),
        Period(month(12), 1, 0),
    ]


def test_small_publishers_are_added_up(make: MakeRelease) -> None:
    read = [article(f"a{k}", publisher=f"Paper {k % (N_PUBLISHERS + 3):02}") for k in range(100)]
    found = summary_of(make(articles=read))
    assert len(found.publishers) == N_PUBLISHERS
    assert found.others == (3, 100 - sum(row[1] for row in found.publishers), 0)


def test_a_long_span_is_shown_by_its_busiest_months_and_covered_by_year(make: MakeRelease) -> None:
    dates = [on(1970, 1), *(on(2022, k) for k in range(1, 13)), on(2022, 3), on(2090, 6)]
    claims = [claim("x", "IRN", "RUS", article_id=f"a{k}", reported_at=date) for k, date in enumerate(dates)]
    read = [article(f"a{k}", published_at=date) for k, date in enumerate(dates)]
    found = summary_of(make(claims=claims, articles=read))
    assert len(found.months) == MAX_MONTHS
    assert sum(sum(counts.values()) for counts in found.months.values()) == 13
    assert found.n_claims_of_other_months == 2
    assert found.by_year
    assert (len(found.coverage), sum(period.n_articles for period in found.coverage)) == (121, 15)


def test_changes_are_those_of_the_file(make: MakeRelease, release: Path) -> None:
    assert summary_of(release).changes is None
    found = summary_of(make({"claims": (3, 1, 2)}))
    assert found.previous_version == BEFORE
    assert found.changes and found.changes[0] == Change("claims", 3, 1, 2)


def test_a_table_that_could_not_be_compared_is_left_out(make: MakeRelease) -> None:
    folder = make({})
    told = json.loads((folder / "changes.json").read_text())
    told["tables"]["claims"] = {"n_before": 1, "n_after": 1, "note": "the primary key is another one: not compared"}
    assert "claims" not in [change.table for change in summarise(folder, VERSION, told).changes or ()]
