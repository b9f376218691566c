"""The scores of a release against gold: levels of agreement, attributes of typed matches, leaks and safety.

Claims with a non-state or unknown side are left out of the levels; publishing one as state-to-state is a leak.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.evaluate.matching import LEVELS, CodedClaim, Counts, Level, Matching, agree, is_same_sentence, match, total
from flows.evaluate.sources import Gold, Predictions

ARTICLE_DYAD = "article_dyad"
SCORED = (*LEVELS, ARTICLE_DYAD)
_RESAMPLES = 400
_TAIL = 10
"""Resamples left out at either end: 10 of 400 leave the middle 95%."""
_UNREAL = frozenset({"denied", "negated", "conditional"})
_UNDELIVERED = frozenset({"sought", "stopped"})


@dataclass(frozen=True)
class ScoredArticle:
    """One gold article beside what the release says of it. `outcome` is None where the release does not hold it."""

    article_id: str
    gold: tuple[CodedClaim, ...]
    gold_nonstate: tuple[CodedClaim, ...]
    predicted: tuple[CodedClaim, ...]
    matchings: dict[Level, Matching]
    dyads: Counts
    outcome: str | None

    def counts(self, level: str) -> Counts:
        """Counts of one of the four levels or of `article_dyad`."""
        for known, matching in self.matchings.items():
            if known == level:
                return matching.counts
        return self.dyads


@dataclass(frozen=True)
class LevelScore:
    """Counts over all articles, and the 95% bootstrap interval of F1 over articles."""

    counts: Counts
    interval: tuple[float, float]

    def as_dict(self) -> dict[str, Any]:
        """Rounded to three digits, as reports print it."""
        return {
            "precision": round(self.counts.precision, 3),
            "recall": round(self.counts.recall, 3),
            "f1": round(self.counts.f1, 3),
            "ci": [round(bound, 3) for bound in self.interval],
            "counts": list(self.counts),
        }


@dataclass(frozen=True)
class Share:
    """So many of so many; `value` is None of none."""

    right: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, or None where there is nothing to count."""
        return self.right / self.of if self.of else None


def score_articles(gold: Gold, predictions: Predictions) -> list[ScoredArticle]:
    """Match every gold article with the claims that the release publishes from it."""
    return [
        _score_article(article_id, claims, predictions.claims.get(article_id, []), predictions.outcomes.get(article_id))
        for article_id, claims in gold.items()
    ]


def _score_article(
    article_id: str, claims: Sequence[CodedClaim], predicted: Sequence[CodedClaim], outcome: str | None
) -> ScoredArticle:
    gold = tuple(claim for claim in claims if claim.is_between_states)
    return ScoredArticle(
        article_id=article_id,
        gold=gold,
        gold_nonstate=tuple(claim for claim in claims if not claim.is_between_states),
        predicted=tuple(predicted),
        matchings={level: match(gold, predicted, level) for level in LEVELS},
        dyads=article_dyads(gold, predicted),
        outcome=outcome,
    )


def article_dyads(gold: Iterable[CodedClaim], predicted: Iterable[CodedClaim]) -> Counts:
    """Counts of the different dyads of an article, wherever they stand in it."""
    known = list(gold)
    wanted = {claim.dyads for claim in known if not claim.is_optional}
    acceptable = {dyad for dyads in wanted for dyad in dyads}
    optional = {dyad for claim in known if claim.is_optional for dyad in claim.dyads} - acceptable
    found = {dyad for claim in predicted for dyad in claim.dyads} - optional
    matched = [dyads for dyads in wanted if dyads & found]
    return Counts(len(matched), len(found), len(wanted))


def level_scores(articles: Sequence[ScoredArticle]) -> dict[str, LevelScore]:
    """The score at each level with its interval; the resamples are the same in every run."""
    generator = random.Random(1)
    return {level: _with_interval([article.counts(level) for article in articles], generator) for level in SCORED}


def _with_interval(counts: Sequence[Counts], generator: random.Random) -> LevelScore:
    table = np.array(counts, dtype=np.int64).reshape(-1, 3)
    n_articles = len(table)
    draws = [[generator.randrange(n_articles) for _ in range(n_articles)] for _ in range(_RESAMPLES)]
    resampled = sorted(Counts(*(int(n) for n in table[draw].sum(axis=0))).f1 for draw in draws)
    return LevelScore(total(counts), (resampled[_TAIL], resampled[-_TAIL - 1]))


_Judge = Callable[[CodedClaim, CodedClaim], bool]
_ATTRIBUTES: dict[str, _Judge] = {
    "stage_group": lambda claim, gold: bool(claim.stage_groups & gold.stage_groups),
    "stage": lambda claim, gold: claim.stage[0] in gold.stage,
    "factuality": lambda claim, gold: claim.factuality[0] in gold.factuality,
    "claimant": lambda claim, gold: claim.claimant[0] in gold.claimant,
}
_CLOSENESS = ("stage", "factuality", "claimant")


def typed_pairs(articles: Iterable[ScoredArticle]) -> list[tuple[CodedClaim, CodedClaim]]:
    """Every published claim with a gold claim of its sentence, dyad and type: the one nearest in its other values."""
    pairs = []
    for article in articles:
        for claim in article.predicted:
            same = [other for other in article.gold if agree(claim, other, "typed")]
            if same:
                pairs.append((claim, max(same, key=lambda other: _closeness(claim, other))))
    return pairs


def _closeness(claim: CodedClaim, gold: CodedClaim) -> int:
    return sum(_ATTRIBUTES[name](claim, gold) for name in _CLOSENESS)


def attribute_shares(pairs: Sequence[tuple[CodedClaim, CodedClaim]]) -> dict[str, Share]:
    """How many of the typed matches are right in each further attribute; quantities where gold has one."""
    right = Counter(name for name, judge in _ATTRIBUTES.items() for claim, gold in pairs if judge(claim, gold))
    shares = {name: Share(right[name], len(pairs)) for name in _ATTRIBUTES}
    counted = [(claim, gold) for claim, gold in pairs if gold.has_quantity]
    shares["quantity"] = Share(sum(claim.quantity[0] in gold.quantity for claim, gold in counted), len(counted))
    return shares


def leaks(articles: Iterable[ScoredArticle]) -> list[tuple[ScoredArticle, CodedClaim]]:
    """Published claims that restate a gold claim with a non-state or unknown side, and no state-to-state one."""
    return [(article, claim) for article in articles for claim in article.predicted if is_leak(article, claim)]


def is_leak(article: ScoredArticle, claim: CodedClaim) -> bool:
    """Does the claim share a side with a non-state gold claim of its sentence, while no state dyad there is its own?"""
    restated = any(
        (claim.supplier[0] in other.supplier or claim.recipient[0] in other.recipient)
        and is_same_sentence(claim.sentence, other.sentence)
        for other in article.gold_nonstate
    )
    return restated and not any(agree(claim, other, "dyad") for other in article.gold)


def safety(articles: Iterable[ScoredArticle]) -> Share:
    """Dyads that a gold sentence only denies, negates, imagines, asks for or stops; how many come out as delivered."""
    published, of = 0, 0
    for article in articles:
        for claims in _by_sentence_and_dyad(article.gold):
            if all(_is_undelivered(claim) for claim in claims):
                of += 1
                published += any(_is_published_as_delivered(claim, claims[0]) for claim in article.predicted)
    return Share(published, of)


def _by_sentence_and_dyad(claims: Iterable[CodedClaim]) -> list[list[CodedClaim]]:
    grouped: dict[tuple[str, frozenset[tuple[str, str]]], list[CodedClaim]] = {}
    for claim in claims:
        grouped.setdefault((claim.sentence, claim.dyads), []).append(claim)
    return list(grouped.values())


def _is_undelivered(claim: CodedClaim) -> bool:
    return set(claim.factuality) <= _UNREAL or claim.stage_groups <= _UNDELIVERED


def _is_published_as_delivered(claim: CodedClaim, gold: CodedClaim) -> bool:
    return (
        claim.factuality == ("affirmed",)
        and claim.stage_groups == {"delivered"}
        and claim.dyads <= gold.dyads
        and is_same_sentence(claim.sentence, gold.sentence)
    )
