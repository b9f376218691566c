"""Sorts every error of a release by a mechanical cause, so that the costliest can be worked on first.

The errors are those of the level `full`: the counts of the causes add up to its missed and spurious claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from flows.evaluate.matching import CodedClaim, Counts, agree, is_same_sentence
from flows.evaluate.scores import ScoredArticle, is_leak


class Cause(StrEnum):
    """Why a gold claim is missed or a published one is spurious."""

    ARTICLE_NOT_READ = "article not in the release"
    ARTICLE_SCREENED_OUT = "article screened out"
    SENTENCE_NOT_READ = "sentence not read"
    DYAD_MISSING = "sentence read, dyad missing"
    TYPE_MISSING = "dyad read, another type of it missing"
    STATUS_MISSING = "type read, another stage or factuality of it missing"
    ROLES_SWAPPED = "roles swapped"
    WRONG_SUPPLIER = "wrong supplier"
    WRONG_RECIPIENT = "wrong recipient"
    WRONG_TYPE = "wrong type"
    WRONG_STAGE_GROUP = "wrong stage group"
    WRONG_FACTUALITY = "wrong factuality"
    WRONG_STATUS = "wrong stage group and factuality"
    NONSTATE_SIDE = "non-state or unknown side"
    SPURIOUS_SENTENCE = "spurious sentence"
    EXTRA_DYAD = "extra dyad in a right sentence"
    EXTRA_TYPE = "extra type of a right dyad"
    EXTRA_STATUS = "extra stage or factuality of a right type"
    READ_TWICE = "one gold claim read twice"


@dataclass(frozen=True)
class Diagnosis:
    """One error. `counterpart` is the claim of the other side that it was confused with, where there is one."""

    kind: Literal["missed", "spurious"]
    cause: Cause
    article_id: str
    claim: CodedClaim
    counterpart: CodedClaim | None = None


@dataclass(frozen=True)
class CauseCount:
    """Errors of one cause, and by how much F1 (full) would rise, at most, if none of them were made."""

    cause: Cause
    missed: int
    spurious: int
    f1_gain: float


def diagnose(articles: Iterable[ScoredArticle]) -> list[Diagnosis]:
    """Every missed and every spurious claim with its cause, by article."""
    return [diagnosis for article in articles for diagnosis in _diagnose(article)]


def count_causes(diagnoses: Iterable[Diagnosis], counts: Counts) -> list[CauseCount]:
    """The causes that occur, costliest first; `counts` are those of the level `full`."""
    errors = Counter((diagnosis.cause, diagnosis.kind) for diagnosis in diagnoses)
    rows = []
    for cause in Cause:
        missed, spurious = errors[cause, "missed"], errors[cause, "spurious"]
        if missed or spurious:
            mended = Counts(counts.matched + missed, counts.predicted - spurious + missed, counts.gold)
            rows.append(CauseCount(cause, missed, spurious, mended.f1 - counts.f1))
    return sorted(rows, key=lambda row: (-row.f1_gain, row.cause))


def _diagnose(article: ScoredArticle) -> list[Diagnosis]:
    matching = article.matchings["full"]
    found: list[Diagnosis] = []
    explained: set[CodedClaim] = set()
    for cause, published, gold in _confusions(matching.spurious, matching.missed):
        explained |= {published, gold}
        found.append(Diagnosis("missed", cause, article.article_id, gold, published))
        found.append(Diagnosis("spurious", cause, article.article_id, published, gold))
    for gold in matching.missed:
        if gold not in explained:
            found.append(Diagnosis("missed", _why_missed(article, gold), article.article_id, gold))
    for published in matching.spurious:
        if published not in explained:
            found.append(Diagnosis("spurious", _why_spurious(article, published), article.article_id, published))
    return found


def _confusions(
    spurious: Sequence[CodedClaim], missed: Sequence[CodedClaim]
) -> list[tuple[Cause, CodedClaim, CodedClaim]]:
    """Pair errors of one sentence that are one confusion, nearest first; each claim is in one pair at most."""
    near = []
    for i, published in enumerate(spurious):
        for j, gold in enumerate(missed):
            ranked = _confusion(published, gold)
            if ranked is not None:
                near.append((ranked[0], i, j, ranked[1]))
    pairs = []
    taken_published, taken_gold = set(), set()
    for _, i, j, cause in sorted(near):
        if i not in taken_published and j not in taken_gold:
            taken_published.add(i)
            taken_gold.add(j)
            pairs.append((cause, spurious[i], missed[j]))
    return pairs


def _confusion(published: CodedClaim, gold: CodedClaim) -> tuple[int, Cause] | None:
    """How near an unmatched published claim is to an unmatched gold claim (0 is nearest), and what parts them."""
    if not is_same_sentence(published.sentence, gold.sentence):
        return None
    if agree(published, gold, "typed"):
        if published.stage_groups & gold.stage_groups:
            return 0, Cause.WRONG_FACTUALITY
        if published.factuality[0] in gold.factuality:
            return 1, Cause.WRONG_STAGE_GROUP
        return 2, Cause.WRONG_STATUS
    if agree(published, gold, "dyad"):
        return 3, Cause.WRONG_TYPE
    supplier, recipient = published.supplier[0], published.recipient[0]
    if supplier in gold.recipient and recipient in gold.supplier:
        return 4, Cause.ROLES_SWAPPED
    other_type = 2 * (published.support_type[0] not in gold.support_type)
    if recipient in gold.recipient:
        return 5 + other_type, Cause.WRONG_SUPPLIER
    if supplier in gold.supplier:
        return 6 + other_type, Cause.WRONG_RECIPIENT
    return None


def _why_missed(article: ScoredArticle, gold: CodedClaim) -> Cause:
    if article.outcome is None:
        return Cause.ARTICLE_NOT_READ
    if article.outcome == "screened_out":
        return Cause.ARTICLE_SCREENED_OUT
    if any(agree(claim, gold, "typed") for claim in article.predicted):
        return Cause.STATUS_MISSING
    if any(agree(claim, gold, "dyad") for claim in article.predicted):
        return Cause.TYPE_MISSING
    if any(agree(claim, gold, "sentence") for claim in article.predicted):
        return Cause.DYAD_MISSING
    return Cause.SENTENCE_NOT_READ


def _why_spurious(article: ScoredArticle, claim: CodedClaim) -> Cause:
    if is_leak(article, claim):
        return Cause.NONSTATE_SIDE
    in_sentence = [gold for gold in article.gold if agree(claim, gold, "sentence")]
    if not in_sentence:
        return Cause.SPURIOUS_SENTENCE
    if any(agree(claim, gold, "full") for gold in in_sentence):
        return Cause.READ_TWICE
    if any(agree(claim, gold, "typed") for gold in in_sentence):
        return Cause.EXTRA_STATUS
    if any(agree(claim, gold, "dyad") for gold in in_sentence):
        return Cause.EXTRA_TYPE
    return Cause.EXTRA_DYAD
