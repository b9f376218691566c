"""The engine reads the coded sentences as well as it did: no case is lost, none is won in silence, none is unsafe.

The reader is trained and misses cases; `sentences/known_misses.txt` and `sentences/unsafe.txt` list them. After a
change for the better: `python -m tests.extract.sentence_suite --write`, once the changes it prints were looked at.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.extract import sentence_suite as suite
from tests.extract.conftest import PASS_RATES
from tests.extract.sentence_suite import Outcome

REMEDY = "look at the cases, then write the lists again: python -m tests.extract.sentence_suite --write"


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> list[Outcome]:
    found = suite.read_all()
    request.config.stash[PASS_RATES] = suite.table(found)
    return found


def test_no_case_fails_that_passed_before(outcomes: list[Outcome]) -> None:
    listed = suite.read_list(suite.KNOWN_MISSES)
    lost = [f"{case_id}: {causes}" for case_id, causes in suite.misses(outcomes).items() if case_id not in listed]
    assert lost == [], REMEDY


def test_every_listed_miss_still_fails(outcomes: list[Outcome]) -> None:
    assert sorted(suite.read_list(suite.KNOWN_MISSES).keys() - suite.misses(outcomes).keys()) == [], REMEDY


def test_what_is_not_delivered_is_not_published_as_delivered(outcomes: list[Outcome]) -> None:
    listed = suite.read_list(suite.UNSAFE)
    new = {case_id: dyads for case_id, dyads in suite.unsafe(outcomes).items() if listed.get(case_id) != dyads}
    assert new == {}, REMEDY


def test_every_listed_unsafe_case_is_still_unsafe(outcomes: list[Outcome]) -> None:
    assert sorted(suite.read_list(suite.UNSAFE).keys() - suite.unsafe(outcomes).keys()) == [], REMEDY


def coded(**values: Any) -> dict[str, Any]:
    """An affirmed delivery of drones by Iran to Russia, as cases code it."""
    claim = {"supplier": "IRN", "recipient": "RUS", "support_type": "drones", "stage": "delivered"}
    return claim | {"factuality": "affirmed", "claimant": "AUTHOR"} | values


def published(**values: Any) -> dict[str, Any]:
    """The same as the engine publishes it."""
    columns = {column: coded()[field] for field, column in suite.CODED.items()}
    nothing = dict.fromkeys(("item_text", "quantity_text", "date_text", "system_id", "event_start_date"))
    return columns | nothing | {"event_end_date": None, "stage_group": "delivered"} | values


class TestComparison:
    def test_a_case_passes_if_every_claim_is_published_and_no_other(self) -> None:
        assert suite.causes([coded()], [published()]) == ()
        assert suite.causes([], []) == ()

    def test_a_claim_that_two_sentences_make_counts_once(self) -> None:
        assert suite.causes([coded()], [published(), published(item_text="drones")]) == ()

    def test_a_missed_and_a_spurious_claim_are_told_apart(self) -> None:
        assert suite.causes([coded()], []) == ("missed",)
        assert suite.causes([], [published()]) == ("spurious",)
        assert suite.causes([coded()], [published(supplier_id="RUS", recipient_id="IRN")]) == ("missed", "spurious")

    def test_the_likest_claims_of_a_dyad_are_held_against_each_other(self) -> None:
        both = [coded(), coded(support_type="missiles", stage="pledged")]
        found = [published(support_type="missiles", stage="offered"), published()]
        assert suite.causes(both, found) == ("stage",)

    @pytest.mark.parametrize(
        ("pinned", "read", "cause"),
        [
            ({"quantity_low": 40}, {"quantity_low": 40.0}, set()),
            ({"quantity_low": 40}, {"quantity_low": 400.0}, {"quantity"}),
            ({"item": "attack drones"}, {"item_text": "drones"}, set()),
            ({"item": "attack drones"}, {"item_text": None}, {"item"}),
            ({"date": "2023-02"}, {"event_start_date": date(2023, 2, 1), "event_end_date": date(2023, 2, 28)}, set()),
            ({"date": "2023-02"}, {}, {"date"}),
            ({"implied": True}, {"is_implied": False}, {"implied"}),
            ({"intermediary": "OMN"}, {"intermediary_id": None}, {"intermediary"}),
        ],
    )
    def test_a_pinned_field_is_compared(self, pinned: dict[str, Any], read: dict[str, Any], cause: set[str]) -> None:
        assert suite.differences(coded(**pinned), published(**read)) == cause

    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("2022-10-19", date(2022, 10, 19), date(2022, 10, 19)),
            ("2022-12", date(2022, 12, 1), date(2022, 12, 31)),
            ("1981/1987", date(1981, 1, 1), date(1987, 12, 31)),
            ("2022-06/2022-10-19", date(2022, 6, 1), date(2022, 10, 19)),
        ],
    )
    def test_dates_are_their_first_and_last_day(self, text: str, first: date, last: date) -> None:
        assert suite.interval(text) == (first, last)


class TestSafety:
    @pytest.mark.parametrize(
        "values",
        [
            {"factuality": "denied"},
            {"factuality": "negated"},
            {"factuality": "conditional", "stage": "pledged"},
            {"stage": "requested"},
            {"stage": "suspended"},
        ],
    )
    def test_publishing_a_delivery_of_it_is_unsafe(self, values: dict[str, Any]) -> None:
        assert suite.unsafe_dyads([coded(**values)], [published()]) == ("IRN>RUS",)

    def test_a_delivery_that_somebody_else_affirms_is_safe(self) -> None:
        assert suite.unsafe_dyads([coded(factuality="denied", claimant="IRN"), coded()], [published()]) == ()

    def test_a_denial_published_as_such_is_safe(self) -> None:
        assert suite.unsafe_dyads([coded(factuality="denied")], [published(factuality="denied")]) == ()
