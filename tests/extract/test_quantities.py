"""Amounts in a sentence, their bounds, and the amount of an item."""

from __future__ import annotations

import pytest

from flows.extract.items import find_items
from flows.extract.quantities import find_quantities, quantity_of, sole_sum, total


@pytest.mark.parametrize(
    ("sentence", "low", "high", "unit"),
    [
        ("Sweden sent 200 missiles.", 200, 200, "units"),
        ("Sweden sent more than 400 missiles.", 400, None, "units"),
        ("Sweden sent up to 50 missiles.", None, 50, "units"),
        ("Sweden sent as many as 5,000 shells.", None, 5000, "rounds"),
        ("Sweden sent nearly 60 missiles.", None, 60, "units"),
        ("Sweden sent about 60 missiles.", 60, 60, "units"),
        ("Sweden sent at least twenty-five missiles.", 25, None, "units"),
        ("Sweden sent dozens of missiles.", 24, None, "units"),
        ("Sweden sent hundreds of missiles.", 200, None, "units"),
        ("Sweden sent several thousand rounds.", 2000, None, "rounds"),
        ("Sweden sent hundreds of thousands of rounds.", 200_000, None, "rounds"),
        ("Sweden sent 10 to 15 missiles.", 10, 15, "units"),
        ("Sweden sent between 10 and 15 missiles.", 10, 15, "units"),
        ("Sweden sent a dozen missiles.", 12, 12, "units"),
        ("Sweden sent half a dozen missiles.", 6, 6, "units"),
        ("Sweden sent 300 tonnes of powder.", 300, 300, "tonnes"),
        ("Sweden sent 1,200 soldiers.", 1200, 1200, "people"),
        ("The deal is worth $2.5bn.", 2.5e9, 2.5e9, "USD"),
        ("The deal is worth US$ 400 million.", 4e8, 4e8, "USD"),
        ("The deal is worth more than £50m.", 5e7, None, "GBP"),
        ("The deal is worth up to €1 billion.", None, 1e9, "EUR"),
        ("The deal is worth A$30 million.", 3e7, 3e7, "AUD"),
        ("The deal is worth 40 mln dlrs.", 4e7, 4e7, "USD"),
        ("The deal is worth 3 billion euros.", 3e9, 3e9, "EUR"),
        ("A 500-million-dollar deal was signed.", 5e8, 5e8, "USD"),
        ("The deal is worth between $2 and $3 billion.", 2e9, 3e9, "USD"),
        ("They promised hundreds of millions of pounds.", 2e8, None, "GBP"),
        ("They promised an additional billion dollars.", 1e9, 1e9, "USD"),
    ],
)
def test_an_amount_has_bounds_and_a_unit(sentence: str, low: float | None, high: float | None, unit: str) -> None:
    (found,) = find_quantities(sentence)
    assert (found.low, found.high, found.unit) == (low, high, unit)


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2016 the talks failed.",
        "The talks failed on March 24.",
        "The 45-year-old minister left.",
        "They have a range of 300 km.",
        "He asked for 155mm howitzers.",
        "He asked for T-72 tanks, F-16s and the Leopard 2.",
        "He asked for Block 70 models under Resolution 1929.",
        "The index fell 3 percent in 24 hours.",
        "It happened two weeks ago.",
        "The 3000-ton submarine sailed at 10:30.",
    ],
)
def test_dates_ages_distances_calibres_and_designations_are_no_amounts(sentence: str) -> None:
    assert find_quantities(sentence) == []


def amount(sentence: str, words: str) -> tuple[float | None, float | None, str] | None:
    """Bounds and unit of the amount of the item that holds `words`."""
    (item,) = [one for one in find_items(sentence) if words in one.text]
    found = quantity_of(item, find_quantities(sentence), sentence)
    return (found.low, found.high, found.unit) if found else None


@pytest.mark.parametrize(
    ("sentence", "words", "expected"),
    [
        ("Spain gave 6 Leopard 2 tanks and 20 armoured vehicles.", "tanks", (6, 6, "units")),
        ("Spain gave 6 Leopard 2 tanks and 20 armoured vehicles.", "vehicles", (20, 20, "units")),
        ("Spain gave four of its howitzers.", "howitzers", (4, 4, "units")),
        ("Spain gave 4m rounds of ammunition.", "ammunition", (4e6, 4e6, "rounds")),
        ("Spain approved arms sales to Taiwan worth $6.4 billion.", "arms sales", (6.4e9, 6.4e9, "USD")),
        ("Spain approved a $2.2bn military aid package.", "military aid", (2.2e9, 2.2e9, "USD")),
        ("Spain gave a further $2.8bn (£2.4bn) in military aid.", "military aid", (2.8e9, 2.8e9, "USD")),
        ("Spain gave an additional $800 million in weapons, ammunition and radars.", "radars", (8e8, 8e8, "USD")),
        ("This brings security assistance to Kyiv to more than $2 billion.", "security", (2e9, None, "USD")),
        ("Spain gave a Patriot battery.", "Patriot", (1, 1, "units")),
        ("Spain gave over 100,000 rockets and missiles.", "missiles", (100_000, None, "units")),
        ("Spain is training up to 10,000 soldiers.", "training", (None, 10_000, "people")),
        ("Six states signed a deal on missiles.", "missiles", None),
        ("Spain gave 6 tanks to Kyiv, and France gave missiles.", "missiles", None),
    ],
)
def test_an_item_takes_its_own_amount(
    sentence: str, words: str, expected: tuple[float | None, float | None, str] | None
) -> None:
    assert amount(sentence, words) == expected


def test_counts_of_one_kind_add_up() -> None:
    sentence = "India wants 22 Apache helicopters and at least 15 Chinook helicopters."
    added = total(find_quantities(sentence), sentence)
    assert added is not None
    assert (added.low, added.high, added.unit) == (37, None, "units")
    assert added.text == "22 Apache helicopters and at least 15"
    assert total([], "") is None
    mixed = "It wants 22 helicopters for $3 billion."
    assert total(find_quantities(mixed), mixed) is None


def test_a_change_states_the_new_amount() -> None:
    (found,) = find_quantities("The presence has risen from 300 to 969.")
    assert (found.low, found.high) == (969, 969)


def test_a_modifier_has_no_amount() -> None:
    assert amount("Paris won two fighter jet competitions.", "fighter") is None
    assert amount("Paris won two fighter jet deals.", "fighter") is None


def test_both_years_of_a_span_are_no_amount() -> None:
    assert find_quantities("The 1985-1986 arms sales were secret.") == []


def test_a_claim_without_an_item_takes_the_only_sum() -> None:
    sentence = "Rome will give Kyiv 500 million euros ($540 million)."
    found = sole_sum(find_quantities(sentence), sentence)
    assert found is not None
    assert (found.low, found.unit) == (5e8, "EUR")
    two = "Rome will give $5 million, and Oslo will give $6 million."
    assert sole_sum(find_quantities(two), two) is None
