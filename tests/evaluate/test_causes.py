"""Each error is sorted by what parts it from the nearest claim of its sentence."""

from __future__ import annotations

import pytest

from flows.evaluate.causes import Cause, Diagnosis, diagnose
from flows.evaluate.matching import CodedClaim
from flows.evaluate.scores import score_articles
from flows.evaluate.sources import Predictions

SENTENCE = "Ankara sold Warsaw a dozen armed drones and trained the first Polish crews last autumn."
TITLE = "Parliament in Ankara clears the export of armed drones after a long debate on Thursday night."

Values = tuple[str, str, str, str, str]
TRUE: Values = ("TUR", "POL", "drones", "delivered", "affirmed")


def _claim(values: Values, sentence: str = SENTENCE) -> CodedClaim:
    supplier, recipient, support_type, stage, factuality = values
    return CodedClaim(sentence, (supplier,), (recipient,), (support_type,), (stage,), (factuality,), ("AUTHOR",))


def _diagnose(gold: list[CodedClaim], published: list[CodedClaim], outcome: str = "claims") -> list[Diagnosis]:
    return diagnose(score_articles({"x1": gold}, Predictions({"x1": published}, {"x1": outcome})))


def _causes(gold: list[CodedClaim], published: list[CodedClaim]) -> list[tuple[str, Cause]]:
    return [(one.kind, one.cause) for one in _diagnose(gold, published)]


@pytest.mark.parametrize(
    ("published", "cause"),
    [
        (("POL", "TUR", "drones", "delivered", "affirmed"), Cause.ROLES_SWAPPED),
        (("USA", "POL", "drones", "delivered", "affirmed"), Cause.WRONG_SUPPLIER),
        (("TUR", "UKR", "drones", "delivered", "affirmed"), Cause.WRONG_RECIPIENT),
        (("TUR", "POL", "aircraft", "delivered", "affirmed"), Cause.WRONG_TYPE),
        (("TUR", "POL", "drones", "pledged", "affirmed"), Cause.WRONG_STAGE_GROUP),
        (("TUR", "POL", "drones", "used", "denied"), Cause.WRONG_FACTUALITY),
        (("TUR", "POL", "drones", "pledged", "denied"), Cause.WRONG_STATUS),
    ],
)
def test_a_confusion_is_one_missed_and_one_spurious_claim_of_the_same_cause(published: Values, cause: Cause) -> None:
    assert _causes([_claim(TRUE)], [_claim(published)]) == [("missed", cause), ("spurious", cause)]


def test_the_same_claim_in_another_sentence_is_missed_here_and_spurious_there() -> None:
    found = _causes([_claim(TRUE)], [_claim(TRUE, TITLE)])
    assert found == [("missed", Cause.SENTENCE_NOT_READ), ("spurious", Cause.SPURIOUS_SENTENCE)]


def test_a_right_claim_is_not_blamed_for_its_missing_neighbour() -> None:
    """Of two suppliers one is read: the other is missing, not confused with the one that is right."""
    other: Values = ("SWE", "POL", "drones", "delivered", "affirmed")
    assert _causes([_claim(TRUE), _claim(other)], [_claim(TRUE)]) == [("missed", Cause.DYAD_MISSING)]


@pytest.mark.parametrize(
    ("neighbour", "cause"),
    [
        (("TUR", "POL", "training", "delivered", "affirmed"), Cause.TYPE_MISSING),
        (("TUR", "POL", "drones", "pledged", "affirmed"), Cause.STATUS_MISSING),
    ],
)
def test_a_second_claim_of_a_dyad_that_is_read_can_be_missing(neighbour: Values, cause: Cause) -> None:
    assert _causes([_claim(TRUE), _claim(neighbour)], [_claim(TRUE)]) == [("missed", cause)]


@pytest.mark.parametrize(
    ("extra", "cause"),
    [
        (("TUR", "POL", "training", "delivered", "affirmed"), Cause.EXTRA_TYPE),
        (("TUR", "POL", "drones", "pledged", "affirmed"), Cause.EXTRA_STATUS),
        (("POL", "UKR", "drones", "delivered", "affirmed"), Cause.EXTRA_DYAD),
    ],
)
def test_claims_beyond_the_right_one_are_extra(extra: Values, cause: Cause) -> None:
    assert _causes([_claim(TRUE)], [_claim(TRUE), _claim(extra)]) == [("spurious", cause)]


def test_the_nearest_of_two_wrong_claims_is_the_confusion() -> None:
    near: Values = ("TUR", "POL", "drones", "pledged", "affirmed")
    far: Values = ("USA", "POL", "drones", "delivered", "affirmed")
    found = [
        (one.kind, one.cause, one.claim.supplier[0]) for one in _diagnose([_claim(TRUE)], [_claim(far), _claim(near)])
    ]
    assert found == [
        ("missed", Cause.WRONG_STAGE_GROUP, "TUR"),
        ("spurious", Cause.WRONG_STAGE_GROUP, "TUR"),
        ("spurious", Cause.EXTRA_DYAD, "USA"),
    ]


def test_a_claim_read_from_a_sentence_about_an_armed_group_has_a_non_state_side() -> None:
    gold = [_claim(("TUR", "NSA:Brigade", "drones", "delivered", "affirmed"))]
    assert _causes(gold, [_claim(TRUE)]) == [("spurious", Cause.NONSTATE_SIDE)]


def test_articles_that_were_screened_out_or_never_read_are_told_apart() -> None:
    assert [one.cause for one in _diagnose([_claim(TRUE)], [], "screened_out")] == [Cause.ARTICLE_SCREENED_OUT]
    unread = diagnose(score_articles({"x1": [_claim(TRUE)]}, Predictions({}, {})))
    assert [one.cause for one in unread] == [Cause.ARTICLE_NOT_READ]


def test_a_gold_claim_that_two_sentences_restate_is_read_twice() -> None:
    first, second = SENTENCE.split(" and trained ")
    gold = [_claim(TRUE, f"{first} and trained {second}")]
    published = [_claim(TRUE, first), _claim(TRUE, "and trained " + second)]
    assert _causes(gold, published) == [("spurious", Cause.READ_TWICE)]
