"""A published claim restates a gold claim where both stand in one sentence and agree in what the level asks."""

from __future__ import annotations

from typing import Any

import pytest

from flows.evaluate.matching import LEVELS, CodedClaim, Counts, agree, distinct, is_same_sentence, match

SENTENCE = "Norway has delivered six howitzers to Ukraine, the ministry in Oslo said on Friday."
OTHER = "Analysts expect a decision on the budget before the summer recess."


def coded(
    sentence: str = SENTENCE, supplier: str | tuple[str, ...] = "NOR", recipient: str = "UKR", **values: Any
) -> CodedClaim:
    """A claim with one value a field; a tuple gives alternatives."""
    fields = {"support_type": "artillery", "stage": "delivered", "factuality": "affirmed", "claimant": "NOR"}
    fields |= {"supplier": supplier, "recipient": recipient}  # type: ignore[dict-item]
    fields |= {name: values.pop(name) for name in list(values) if name in fields}
    alternatives = {name: value if isinstance(value, tuple) else (value,) for name, value in fields.items()}
    return CodedClaim(sentence=sentence, **alternatives, **values)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (SENTENCE, SENTENCE, True),
        ("norway has delivered six howitzers to ukraine", SENTENCE, True),
        ("Norway has delivered", SENTENCE, False),
        ("Arms for Kyiv", "Arms for Kyiv!", True),
        (SENTENCE, SENTENCE.replace("six", "ten").replace("Friday", "Monday"), True),
        (SENTENCE, OTHER, False),
        ("", SENTENCE, False),
        ("...", "...", False),
    ],
    ids=["equal", "part", "part too short", "short but whole", "small edits", "different", "empty", "no words"],
)
def test_sentences_are_the_same_up_to_cuts_and_small_edits(one: str, other: str, same: bool) -> None:
    assert is_same_sentence(one, other) is same
    assert is_same_sentence(other, one) is same


@pytest.mark.parametrize(
    ("published", "highest"),
    [
        (coded(), "full"),
        (coded(stage="in_transit"), "full"),
        (coded(claimant="AUTHOR"), "full"),
        (coded(stage="pledged"), "typed"),
        (coded(factuality="denied"), "typed"),
        (coded(support_type="ammunition"), "dyad"),
        (coded(supplier="SWE"), "sentence"),
        (coded(supplier="UKR", recipient="NOR"), "sentence"),
        (coded(sentence=OTHER), None),
    ],
)
def test_each_level_asks_for_more(published: CodedClaim, highest: str | None) -> None:
    reached = [level for level in LEVELS if agree(published, coded(), level)]
    assert (reached[-1] if reached else None) == highest
    assert reached == list(LEVELS[: len(reached)])


def test_either_value_is_right_where_two_coders_differed() -> None:
    gold = coded(supplier=("NOR", "SWE"), stage=("pledged", "delivered"), factuality=("affirmed", "suspected"))
    assert agree(coded(supplier="SWE", factuality="suspected"), gold, "full")
    assert not agree(coded(supplier="DNK"), gold, "dyad")


def test_claims_that_a_level_does_not_tell_apart_count_once() -> None:
    claims = [coded(), coded(stage="pledged"), coded(support_type="ammunition")]
    assert [len(distinct(claims, level)) for level in LEVELS] == [1, 1, 2, 3]


def test_every_gold_claim_is_matched_to_one_prediction_at_most() -> None:
    matching = match([coded()], [coded(), coded(supplier="SWE"), coded(sentence=OTHER)], "dyad")
    assert matching.counts == Counts(matched=1, predicted=3, gold=1)
    assert [claim.supplier for claim in matching.spurious] == [("SWE",), ("NOR",)]


def test_a_prediction_of_an_optional_claim_is_neither_right_nor_wrong() -> None:
    gold = [coded(), coded(recipient="POL", is_optional=True)]
    assert match(gold, [coded(), coded(recipient="POL")], "dyad").counts == Counts(1, 1, 1)
    assert match(gold, [coded()], "dyad").counts == Counts(1, 1, 1)


def test_a_certain_claim_stands_for_an_optional_one_with_the_same_values() -> None:
    gold = [coded(is_optional=True), coded()]
    assert match(gold, [], "full").counts == Counts(0, 0, 1)


@pytest.mark.parametrize(
    ("supplier", "recipient", "between_states"),
    [("NOR", "UKR", True), ("NOR", "NSA:Contras", False), ("UNK", "UKR", False), (("UNK", "NOR"), "UKR", True)],
)
def test_a_side_that_is_no_state_takes_a_claim_out_of_the_levels(
    supplier: str | tuple[str, ...], recipient: str, between_states: bool
) -> None:
    assert coded(supplier=supplier, recipient=recipient).is_between_states is between_states


def test_ratios_of_nothing_are_zero() -> None:
    assert (Counts(0, 0, 0).precision, Counts(0, 0, 0).recall, Counts(0, 0, 0).f1) == (0.0, 0.0, 0.0)
    assert Counts(1, 2, 4).f1 == pytest.approx(1 / 3)
