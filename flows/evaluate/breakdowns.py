"""Where a release is right and where it is not: by dyad, by support type, by confidence, by stage and factuality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flows.evaluate.matching import CodedClaim, Counts, Level, agree
from flows.evaluate.scores import ScoredArticle, Share

N_BINS = 10
SURE = 0.8
"""Confidence from which users may take a claim as read right; its precision is reported."""


@dataclass(frozen=True)
class ReliabilityBin:
    """Published claims with low <= confidence < high (the last bin holds 1.0), and the share of them that is right."""

    low: float
    high: float
    n_claims: int
    mean_confidence: float
    share_right: float


@dataclass(frozen=True)
class Reliability:
    """Does confidence mean what it says? `calibration_error` is the mean gap of the bins, weighted by their claims."""

    bins: tuple[ReliabilityBin, ...]
    calibration_error: float | None
    sure: Share


@dataclass(frozen=True)
class Confusion:
    """Typed matches by what gold says (stage group, factuality) and by what is published."""

    cells: dict[tuple[tuple[str, str], tuple[str, str]], int]

    def by(self, position: int) -> dict[tuple[str, str], int]:
        """Counts of (gold, published) stage groups (position 0) or factualities (position 1)."""
        counts: Counter[tuple[str, str]] = Counter()
        for (gold, published), n in self.cells.items():
            counts[gold[position], published[position]] += n
        return dict(counts)


def by_dyad(articles: Iterable[ScoredArticle]) -> dict[str, Counts]:
    """Counts at the level `dyad` for each dyad (`IRN>RUS`), most gold and published claims first."""
    return _tally(articles, "dyad", lambda claim: f"{claim.supplier[0]}>{claim.recipient[0]}")


def by_support_type(articles: Iterable[ScoredArticle]) -> dict[str, Counts]:
    """Counts at the level `typed` for each support type, most gold and published claims first."""
    return _tally(articles, "typed", lambda claim: claim.support_type[0])


def _tally(articles: Iterable[ScoredArticle], level: Level, key: Callable[[CodedClaim], str]) -> dict[str, Counts]:
    matched: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    for article in articles:
        matching = article.matchings[level]
        # The published value is the key of a pair: of a gold value with alternatives it is the one that was met.
        hits = [key(claim) for claim, _ in matching.pairs]
        matched.update(hits)
        predicted.update(hits)
        gold.update(hits)
        predicted.update(key(claim) for claim in matching.spurious)
        gold.update(key(claim) for claim in matching.missed)
    keys = sorted({*predicted, *gold}, key=lambda name: (-gold[name] - predicted[name], name))
    return {name: Counts(matched[name], predicted[name], gold[name]) for name in keys}


def reliability(articles: Iterable[ScoredArticle]) -> Reliability:
    """Bins of confidence over all published claims but those that restate only optional gold claims."""
    judged = [
        (claim.confidence, right)
        for article in articles
        for claim in article.predicted
        if claim.confidence is not None and (right := _is_right(article, claim)) is not None
    ]
    bins = []
    for number in range(N_BINS):
        inside = [one for one in judged if min(int(one[0] * N_BINS), N_BINS - 1) == number]
        if inside:
            bins.append(_bin(number, inside))
    gaps = sum(one.n_claims * abs(one.mean_confidence - one.share_right) for one in bins)
    sure = [right for confidence, right in judged if confidence >= SURE]
    return Reliability(tuple(bins), gaps / len(judged) if judged else None, Share(sum(sure), len(sure)))


def _bin(number: int, judged: Sequence[tuple[float, bool]]) -> ReliabilityBin:
    return ReliabilityBin(
        low=number / N_BINS,
        high=(number + 1) / N_BINS,
        n_claims=len(judged),
        mean_confidence=sum(confidence for confidence, _ in judged) / len(judged),
        share_right=sum(right for _, right in judged) / len(judged),
    )


def _is_right(article: ScoredArticle, claim: CodedClaim) -> bool | None:
    """Are supplier, recipient and support type right? None where only an optional gold claim says so."""
    restated = [gold for gold in article.gold if agree(claim, gold, "typed")]
    if restated and all(gold.is_optional for gold in restated):
        return None
    return bool(restated)


def confusion(pairs: Iterable[tuple[CodedClaim, CodedClaim]]) -> Confusion:
    """Stage group and factuality of typed matches, gold against published; a met alternative counts as met."""
    cells: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for claim, gold in pairs:
        (group,) = claim.stage_groups
        factuality = claim.factuality[0]
        gold_group = group if group in gold.stage_groups else sorted(gold.stage_groups)[0]
        gold_factuality = factuality if factuality in gold.factuality else gold.factuality[0]
        cells[(gold_group, gold_factuality), (group, factuality)] += 1
    return Confusion(dict(cells))
