"""What the claims of one event say together."""

from __future__ import annotations

from datetime import date

import pytest

from flows.link.status import Quantity, Statement, latest_stage, quantity_range, status
from schemas.tables import vocabulary


def said(*pairs: str) -> list[Statement]:
    """`delivered/affirmed` one day after the other."""
    return [Statement(*pair.split("/"), date(2024, 5, day)) for day, pair in enumerate(pairs, start=1)]


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (["delivered/affirmed"], "affirmed"),
        (["pledged/affirmed", "delivered/affirmed"], "affirmed"),
        (["delivered/affirmed", "delivered/suspected"], "affirmed"),
        (["delivered/suspected"], "suspected"),
        (["pledged/suspected"], "suspected"),
        (["pledged/affirmed", "delivered/suspected"], "suspected"),
        (["delivered/suspected", "delivered/denied"], "contested"),
        (["delivered/affirmed", "delivered/negated"], "contested"),
        (["delivered/denied"], "denied"),
        (["delivered/denied", "delivered/negated"], "denied"),
        (["delivered/denied", "delivered/conditional"], "denied"),
        (["delivered/negated"], "negated"),
        (["considered/affirmed"], "planned"),
        (["requested/affirmed", "contracted/affirmed"], "planned"),
        (["requested/affirmed"], "requested"),
        (["requested/affirmed", "refused/affirmed"], "stopped"),
        (["delivered/affirmed", "suspended/affirmed"], "stopped"),
        (["suspended/affirmed", "delivered/affirmed"], "affirmed"),
        (["blocked/affirmed", "delivered/conditional"], "stopped"),
        (["pledged/conditional"], "conditional"),
        (["delivered/conditional"], "conditional"),
        (["requested/conditional", "blocked/conditional"], "conditional"),
        (["delivered/suspected", "delivered/conditional"], "suspected"),
        (["requested/affirmed", "delivered/conditional"], "requested"),
    ],
)
def test_status_follows_from_the_claims(claims: list[str], expected: str) -> None:
    assert status(said(*claims)) == expected
    assert expected in vocabulary("event_status")


def test_a_denial_makes_an_event_contested_whenever_it_comes() -> None:
    assert status(said("delivered/denied", "delivered/affirmed")) == "contested"
    assert status(said("delivered/affirmed", "delivered/denied")) == "contested"


class TestLatestStage:
    def test_is_that_of_the_last_report_and_not_the_furthest_ever(self) -> None:
        assert latest_stage(said("delivered/affirmed", "negotiating/affirmed")) == "negotiating"

    def test_is_the_most_advanced_of_one_report(self) -> None:
        day = date(2024, 5, 1)
        assert (
            latest_stage([Statement("delivered", "affirmed", day), Statement("pledged", "affirmed", day)])
            == "delivered"
        )

    def test_a_denial_does_not_count_while_somebody_affirms(self) -> None:
        assert latest_stage(said("pledged/affirmed", "delivered/denied")) == "pledged"

    def test_is_that_of_the_last_report_where_nobody_affirms(self) -> None:
        assert latest_stage(said("pledged/negated", "delivered/denied")) == "delivered"

    def test_undated_reports_come_before_all_others(self) -> None:
        undated = Statement("delivered", "affirmed")
        assert latest_stage([undated, *said("pledged/affirmed")]) == "pledged"
        assert latest_stage([undated]) == "delivered"


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([(200, 200, "units"), (400, 400, "units")], (200, 400, "units")),
        ([(200, 200, "units"), (1e6, 1e6, "USD")], (None, None, None)),
        ([(200, 200, "units"), (None, None, None)], (200, 200, "units")),
        ([(200, 200, None)], (None, None, None)),
        ([(400, None, "units")], (400, None, "units")),
        ([(400, None, "units"), (200, 200, "units")], (200, None, "units")),
        ([(None, 50, "units"), (200, 200, "units")], (None, 200, "units")),
        ([(24, None, "units"), (100, 100, "units")], (24, 100, "units")),
        ([], (None, None, None)),
    ],
)
def test_the_quantity_range_spans_amounts_of_one_unit(
    amounts: list[tuple[float | None, float | None, str | None]],
    expected: tuple[float | None, float | None, str | None],
) -> None:
    found = quantity_range(Quantity(*amount) for amount in amounts)
    assert (found.low, found.high, found.unit) == expected
