"""When a claim of a release restates a hand-coded one, and which claim of an article is matched to which.

Two claims are compared at four levels of agreement; all of them ask for the same sentence first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from schemas.tables import stage_group

Level = Literal["sentence", "dyad", "typed", "full"]
LEVELS: tuple[Level, ...] = ("sentence", "dyad", "typed", "full")
"""Same sentence; + supplier and recipient; + support type; + stage group and factuality."""

Alternatives = tuple[str, ...]
"""The values that are right for one field: one of them, or more where two coders differed."""

Quantity = tuple[float | None, float | None]
"""Lower and upper bound; (None, None) where the text gives no amount."""

UNKNOWN = "UNK"
NONSTATE_PREFIX = "NSA:"
_SHARED_WORDS = 0.5
_ENOUGH_WORDS = 5


@dataclass(frozen=True, eq=False)
class CodedClaim:
    """One claim of a gold file or of a release. Compared by identity: equal values may stand in two sentences.

    `is_optional` marks a gold claim that one coder of two saw; `confidence` and `claim_id` are those of a release.
    """

    sentence: str
    supplier: Alternatives
    recipient: Alternatives
    support_type: Alternatives
    stage: Alternatives
    factuality: Alternatives
    claimant: Alternatives
    quantity: tuple[Quantity, ...] = ((None, None),)
    is_optional: bool = False
    confidence: float | None = None
    claim_id: str = ""

    @cached_property
    def stage_groups(self) -> frozenset[str]:
        """The groups of the stages that are right; KeyError for a stage outside the vocabulary."""
        return frozenset(stage_group(stage) for stage in self.stage)

    @cached_property
    def dyads(self) -> frozenset[tuple[str, str]]:
        """Every pair of supplier and recipient that is right."""
        return frozenset((supplier, recipient) for supplier in self.supplier for recipient in self.recipient)

    @property
    def is_between_states(self) -> bool:
        """True where neither side is known only as a non-state actor or not at all."""
        return any(_is_state(actor) for actor in self.supplier) and any(_is_state(actor) for actor in self.recipient)

    @property
    def has_quantity(self) -> bool:
        """True where some amount is coded."""
        return any(bound is not None for bounds in self.quantity for bound in bounds)


class Counts(NamedTuple):
    """Matched, predicted and gold claims; additive over articles."""

    matched: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted that is matched; 0 where nothing is predicted."""
        return self.matched / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that is matched; 0 where there is none."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts over articles."""
    listed = list(counts)
    return Counts(*(sum(one[position] for one in listed) for position in range(3)))


@dataclass(frozen=True)
class Matching:
    """How the claims of one article match at one level.

    `pairs` are (predicted, gold). `ignored` are predictions that restate only optional gold claims: neither right
    nor wrong.
    """

    pairs: tuple[tuple[CodedClaim, CodedClaim], ...]
    spurious: tuple[CodedClaim, ...]
    missed: tuple[CodedClaim, ...]
    ignored: tuple[CodedClaim, ...]

    @property
    def counts(self) -> Counts:
        """Counts without the ignored predictions and without optional gold claims."""
        matched = len(self.pairs)
        return Counts(matched, matched + len(self.spurious), matched + len(self.missed))


def match(gold: Sequence[CodedClaim], predicted: Sequence[CodedClaim], level: Level) -> Matching:
    """Match the distinct claims of one article one to one, in the order of the predictions and of the gold file."""
    known = distinct(gold, level)
    unmatched = [claim for claim in known if not claim.is_optional]
    optional = [claim for claim in known if claim.is_optional]
    pairs, spurious, ignored = [], [], []
    for claim in distinct(predicted, level):
        partner = next((other for other in unmatched if agree(claim, other, level)), None)
        if partner is not None:
            unmatched.remove(partner)
            pairs.append((claim, partner))
        elif any(agree(claim, other, level) for other in optional):
            ignored.append(claim)
        else:
            spurious.append(claim)
    return Matching(tuple(pairs), tuple(spurious), tuple(unmatched), tuple(ignored))


def distinct(claims: Sequence[CodedClaim], level: Level) -> list[CodedClaim]:
    """One claim for each that the level tells apart; certain gold claims stand for optional ones."""
    kept: list[CodedClaim] = []
    for claim in sorted(claims, key=lambda claim: claim.is_optional):
        if not any(agree(claim, other, level) for other in kept):
            kept.append(claim)
    return kept


def agree(one: CodedClaim, other: CodedClaim, level: Level) -> bool:
    """Do two claims of the same sentence agree in all that the level asks?"""
    if level != "sentence":
        if not (_meet(one.supplier, other.supplier) and _meet(one.recipient, other.recipient)):
            return False
        if level != "dyad" and not _meet(one.support_type, other.support_type):
            return False
        if level == "full" and not (one.stage_groups & other.stage_groups and _meet(one.factuality, other.factuality)):
            return False
    return is_same_sentence(one.sentence, other.sentence)


@lru_cache(maxsize=65_536)
def is_same_sentence(one: str, other: str) -> bool:
    """Is one text a part of the other, or is half of their words shared?

    A part must be at least five words long, or the whole of a shorter sentence, so that a name is not a sentence.
    """
    (joined, vocabulary, length), (other_joined, other_vocabulary, other_length) = _words(one), _words(other)
    if not length or not other_length:
        return False
    if joined in other_joined or other_joined in joined:
        return min(length, other_length) >= min(_ENOUGH_WORDS, max(length, other_length))
    return len(vocabulary & other_vocabulary) / len(vocabulary | other_vocabulary) >= _SHARED_WORDS


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[str, frozenset[str], int]:
    words = re.findall(r"\w+", text.lower())
    return " ".join(words), frozenset(words), len(words)


def _meet(one: Alternatives, other: Alternatives) -> bool:
    return any(value in other for value in one)


def _is_state(actor: str) -> bool:
    return actor != UNKNOWN and not actor.startswith(NONSTATE_PREFIX)
