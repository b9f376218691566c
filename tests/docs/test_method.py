"""The page on the method shows what the reader really gives: every example is read, misreadings are marked."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.tables import vocabulary
from tests.docs import method_examples as method
from tests.docs.generated_tables import changes, places
from tests.docs.method_examples import Example

REMEDY = "look at the examples, then write the tables again: python -m tests.docs.method_examples --write"
CASES = method.cases()
CLAIM: dict[str, Any] = {"supplier": "IRN", "recipient": "RUS", "support_type": "drones", "stage": "delivered"}
CLAIM |= {"factuality": "affirmed", "claimant": "USA"}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return method.read_examples()


@pytest.fixture(scope="module")
def page() -> str:
    return method.PAGE.read_text(encoding="utf-8")


def test_the_page_says_what_is_read_today(examples: list[Example], page: str) -> None:
    assert changes(page, method.page_now(page, examples)) == [], REMEDY


def test_most_examples_are_read_as_the_guidelines_ask(examples: list[Example]) -> None:
    """Otherwise the page would teach the guidelines and not the reader: replace examples that are misread."""
    assert len(method.misread(examples)) <= len(examples) / 4, method.misread(examples)


def test_an_example_that_is_newly_misread_would_be_noticed(examples: list[Example], page: str) -> None:
    first, *others = examples
    changed = Example(first.case, (*first.causes, "stage"))
    assert changes(page, method.page_now(page, [changed, *others])) != []


def test_every_group_of_examples_has_one_place_on_the_page(page: str) -> None:
    assert sorted(places(page)) == sorted({case["phenomenon"] for case in CASES})


@pytest.mark.parametrize(("group", "field"), [("stages", "stage"), ("factualities", "factuality")])
def test_every_stage_and_factuality_has_one_example_that_holds_it(group: str, field: str) -> None:
    shown = {case["shows"].strip("`"): case["claims"] for case in CASES if case["phenomenon"] == group}
    assert list(shown) == list(vocabulary(field))
    assert all(claim[field] == value for value, claims in shown.items() for claim in claims)


def test_sentences_and_ids_are_not_repeated() -> None:
    assert len({case["text"] for case in CASES}) == len({case["id"] for case in CASES}) == len(CASES)


def test_a_group_without_examples_is_an_error() -> None:
    with pytest.raises(KeyError, match="no example of proverbs"):
        method.table("proverbs", [])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "IRN → RUS, drones, delivered, affirmed, said by USA"),
        ({"intermediary": "TKM"}, "IRN → RUS, drones, delivered, affirmed, said by USA, by way of TKM"),
        (
            {"quantity_low": 1200, "quantity_high": None, "quantity_unit": "units", "implied": True},
            "IRN → RUS, drones, delivered, affirmed, said by USA, 1,200 or more units, implied",
        ),
    ],
)
def test_a_claim_is_shown_with_what_is_coded_and_no_more(more: dict[str, Any], words: str) -> None:
    assert method.shown(CLAIM | more) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(200, None, "200 or more"), (None, 50, "50 or fewer"), (18, 18, "18"), (10, 20, "10 to 20")],
)
def test_an_amount_is_shown_with_its_bounds(low: float | None, high: float | None, words: str) -> None:
    assert method.amount(low, high) == words
