"""Fits the decision models on coded articles whose network scores come from networks that have not seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from flows.extract.claimant import ClaimantView
from flows.extract.coding import type_rows, value_features
from flows.extract.context import ArticleContext
from flows.extract.decide import CONSIDERED, CodingModels, Models, typed_pair
from flows.extract.features import Pair, candidate_pairs, pair_matrix
from flows.extract.network import FACTUALITIES, FLAGS, STAGES, TYPES
from flows.extract.reading import SentenceReading
from flows.extract.trees import TreeModel
from flows.extract.wording import type_features, word_features
from flows.learn.boost import fit
from flows.learn.crossfit import fold_of
from flows.learn.examples import values
from flows.learn.gold import Claim, by_sentence
from flows.learn.wording import INVENTED_WEIGHT, InventedRows, TypeRows, WordRows

PAIR_ROUNDS = 300


@dataclass
class CodedArticle:
    """An article as the extractor reads it, with its coded claims by sentence index."""

    context: ArticleContext
    readings: list[SentenceReading]
    claims: dict[int, list[Claim]]
    is_invented: bool = False

    @classmethod
    def of(
        cls, context: ArticleContext, readings: list[SentenceReading], claims: list[Claim], is_invented: bool = False
    ) -> CodedArticle:
        """Ties the claims to the sentences."""
        return cls(context, readings, by_sentence(context.sentences, claims), is_invented)

    @property
    def weight(self) -> float:
        """What its claims weigh beside those of a real article."""
        return INVENTED_WEIGHT if self.is_invented else 1.0

    def dyads(self) -> frozenset[tuple[str, str]]:
        """All coded pairs of supplier and recipient."""
        every = [c for claims in self.claims.values() for c in claims]
        return frozenset((a, b) for c in every for a in values(c, "supplier") for b in values(c, "recipient"))

    def claims_of(self, pair: Pair) -> list[Claim]:
        """Coded claims of the pair's sentence with its supplier and recipient."""
        found = self.claims.get(self.readings[pair.reading].sentence.index, [])
        return [
            c
            for c in found
            if pair.supplier_id in values(c, "supplier") and pair.recipient_id in values(c, "recipient")
        ]


@dataclass
class Rows:
    """Rows and labels of one model, collected over articles."""

    rows: list[np.ndarray] = field(default_factory=list)
    labels: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, rows: np.ndarray, labels: Sequence[float], weight: float) -> None:
        """Adds rows (n, features) with their labels."""
        self.rows.append(rows)
        self.labels += labels
        self.weights += [weight] * len(labels)

    def fit(self, classes: int = 1, rounds: int = 250, **changes: Any) -> TreeModel:
        """The fitted model; `changes` are settings of the trees that differ from `boost.COMMON`."""
        weight = np.array(self.weights)
        return fit(np.concatenate(self.rows), np.array(self.labels), classes, rounds, weight, **changes)


@dataclass
class PairRows:
    """Possible pairs of an article with their features and whether they are coded."""

    article: CodedArticle
    pairs: list[Pair]
    rows: np.ndarray
    labels: np.ndarray


def pair_rows(article: CodedArticle) -> PairRows | None:
    """Rows of one article; None if no pair is possible."""
    pairs = candidate_pairs(article.readings)
    if not pairs:
        return None
    labels = np.array([float(bool(article.claims_of(pair))) for pair in pairs])
    return PairRows(article, pairs, pair_matrix(article.context, article.readings, pairs), labels)


def fit_pair_model(data: Sequence[PairRows]) -> tuple[TreeModel, dict[str, np.ndarray]]:
    """The model of P(the sentence claims the pair), and its probabilities of articles that it had not seen.

    The latter come from one model a fold; the coding models learn with them.
    """
    folds = [fold_of(d.article.context.article.article_id) for d in data]
    seen: dict[str, np.ndarray] = {}
    for fold in sorted(set(folds)):
        train = [d for d, f in zip(data, folds, strict=True) if f != fold] or list(data)
        model = _fit_pairs(train)
        for d, f in zip(data, folds, strict=True):
            if f == fold:
                seen[d.article.context.article.article_id] = model.probability(d.rows)
    return _fit_pairs(data), seen


def _fit_pairs(data: Sequence[PairRows]) -> TreeModel:
    rows, labels = (np.concatenate(part) for part in zip(*((d.rows, d.labels) for d in data), strict=True))
    weight = np.concatenate([np.full(len(d.labels), d.article.weight) for d in data])
    return fit(rows, labels, rounds=PAIR_ROUNDS, weight=weight)


@dataclass
class CodingRows:
    """What the models of coded values learn from, collected over articles.

    The words of invented articles are not collected here: `InventedRows` has them of all sentences.
    """

    kinds: Rows = field(default_factory=Rows)
    stages: Rows = field(default_factory=Rows)
    facts: Rows = field(default_factory=Rows)
    claimants: Rows = field(default_factory=Rows)
    flags: tuple[Rows, ...] = field(default_factory=lambda: tuple(Rows() for _ in FLAGS))
    worded: WordRows = field(default_factory=WordRows)
    typed_words: TypeRows = field(default_factory=TypeRows)

    def add(self, possible: PairRows, probability: np.ndarray) -> None:
        """Adds the coded pairs of an article, given the probability of each possible pair."""
        article = possible.article
        pairs = zip(possible.pairs, probability, possible.labels, strict=True)
        chosen = [(pair, float(p)) for pair, p, label in pairs if p >= CONSIDERED or label]
        if not any(article.claims_of(pair) for pair, _ in chosen):
            return
        view = ClaimantView(article.context, article.readings)
        every = type_rows(article.readings, chosen).reshape(len(chosen), len(TYPES), -1)
        for (pair, p), block in zip(chosen, every, strict=True):
            claims = article.claims_of(pair)
            if not claims:
                continue
            self.kinds.add(
                block, [float(any(t in values(c, "support_type") for c in claims)) for t in TYPES], article.weight
            )
            if not article.is_invented:
                self.typed_words.add(type_features(article.readings[pair.reading], pair), claims)
            for claim in claims:
                self._add_claim(article, view, pair, p, claim)

    def _add_claim(self, article: CodedArticle, view: ClaimantView, pair: Pair, p: float, claim: Claim) -> None:
        typed = typed_pair(article.readings, pair, values(claim, "support_type")[0])
        row = np.array([value_features(article.readings, typed, p)], dtype=np.float32)
        self.stages.add(row, [STAGES.index(values(claim, "stage")[0])], article.weight)
        self.facts.add(row, [FACTUALITIES.index(values(claim, "factuality")[0])], article.weight)
        for name, rows in zip(FLAGS, self.flags, strict=True):
            rows.add(row, [float(bool(claim[name]))], article.weight)
        if not article.is_invented:
            self.worded.add(word_features(article.readings[pair.reading], typed), claim)
        names, candidates = view.rows(typed)
        if any(n in values(claim, "claimant") for n in names):
            self.claimants.add(candidates, [float(n in values(claim, "claimant")) for n in names], article.weight)

    def fit(self, invented: InventedRows) -> CodingModels:
        """The fitted models."""
        stage_words, factuality_words = (self.worded + invented.values).fit()
        return CodingModels(
            type=self.kinds.fit(rounds=300, feature_fraction=0.8),
            stage=self.stages.fit(len(STAGES), 160, num_leaves=7),
            factuality=self.facts.fit(len(FACTUALITIES), 160, num_leaves=7),
            claimant=self.claimants.fit(rounds=250, num_leaves=7, min_data_in_leaf=60),
            flags=tuple(f.fit(rounds=100) for f in self.flags),
            type_words=(self.typed_words + invented.types).fit(),
            stage_words=stage_words,
            factuality_words=factuality_words,
        )


def fit_coding_models(data: Sequence[PairRows], seen: dict[str, np.ndarray], invented: InventedRows) -> CodingModels:
    """Models of type, stage, factuality, claimant and flags, on the coded pairs; `seen` are pair probabilities.

    The models by words learn from the `invented` claims, also from those of sentences that the extractor does not read.
    """
    rows = CodingRows()
    for possible in data:
        rows.add(possible, seen[possible.article.context.article.article_id])
    return rows.fit(invented)


def save_models(models: Models, folder: Path) -> None:
    """Writes every decision model as `<name>.npz`."""
    folder.mkdir(parents=True, exist_ok=True)
    models.pair.save(folder / "pair.npz")
    for name in ("type", "stage", "factuality", "claimant", "type_words", "stage_words", "factuality_words"):
        getattr(models.coding, name).save(folder / f"{name}.npz")
    for name, model in zip(FLAGS, models.coding.flags, strict=True):
        model.save(folder / f"{name}.npz")
