"""Fits the models of support types, stage and factuality by words, on real claims and on those of invented articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix

from flows.extract.context import ArticleContext, actor_slots, read_context
from flows.extract.decide import typed_pair
from flows.extract.features import Pair
from flows.extract.network import FACTUALITIES, FLAGS, SPECIAL_CLAIMANTS, STAGES, TYPES, Scores
from flows.extract.packaged import mpnet_vocabulary
from flows.extract.reading import read_sentences
from flows.extract.sentences import Sentence
from flows.extract.wording import Features, WordModel, type_features, word_features
from flows.learn.examples import values
from flows.learn.gold import Claim, by_sentence
from flows.learn.invented import invented_articles

LEAST_COUNT = 5
"""A feature must occur in so many claims."""
INVERSE_PENALTY = 0.3
INVENTED_WEIGHT = 0.5
"""Weight of a claim of an invented article beside one of a real article. All three chosen by cross-validation."""


@dataclass
class WordRows:
    """Claims as features with their stage, factuality and weight."""

    features: list[Features] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)
    factualities: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, features: Features, claim: Claim, weight: float = 1.0) -> None:
        """Adds a claim; of values on which coders differ, the first counts."""
        self.features.append(features)
        self.stages.append(STAGES.index(values(claim, "stage")[0]))
        self.factualities.append(FACTUALITIES.index(values(claim, "factuality")[0]))
        self.weights.append(weight)

    def __add__(self, other: WordRows) -> WordRows:
        return WordRows(
            self.features + other.features,
            self.stages + other.stages,
            self.factualities + other.factualities,
            self.weights + other.weights,
        )

    def fit(self) -> tuple[WordModel, WordModel]:
        """The models of stage and of factuality."""
        matrix, names = _matrix(self.features)
        return (
            _fitted(matrix, self.stages, self.weights, names, len(STAGES)),
            _fitted(matrix, self.factualities, self.weights, names, len(FACTUALITIES)),
        )


@dataclass
class TypeRows:
    """Pairs of a sentence as features with the support types that are coded of them, and weights."""

    features: list[Features] = field(default_factory=list)
    types: list[frozenset[str]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, features: Features, claims: Iterable[Claim], weight: float = 1.0) -> None:
        """Adds a pair with its claims."""
        self.features.append(features)
        self.types.append(frozenset(name for claim in claims for name in values(claim, "support_type")))
        self.weights.append(weight)

    def __add__(self, other: TypeRows) -> TypeRows:
        return TypeRows(self.features + other.features, self.types + other.types, self.weights + other.weights)

    def fit(self) -> WordModel:
        """The model of types: each for itself, as a pair may have several."""
        # Only training has it installed; the rest of this module reads articles.
        from sklearn.linear_model import LogisticRegression

        matrix, names = _matrix(self.features)
        coefficients = np.zeros((len(names), len(TYPES)), np.float32)
        bias = np.full(len(TYPES), -9.0, np.float32)
        for k, name in enumerate(TYPES):
            labels = np.array([name in types for types in self.types])
            if labels.any():
                model = LogisticRegression(C=INVERSE_PENALTY, solver="liblinear", random_state=0)
                model.fit(matrix, labels, sample_weight=np.array(self.weights))
                coefficients[:, k], bias[k] = model.coef_[0], model.intercept_[0]
        return WordModel(names, coefficients.astype(np.float16).astype(np.float32), bias)


@dataclass
class InventedRows:
    """What the models by words learn from invented articles."""

    values: WordRows
    types: TypeRows


def _matrix(every: Sequence[Features]) -> tuple[csr_matrix, dict[str, int]]:
    """Features that occur often enough as columns, and the column of each."""
    counts = Counter(name for features in every for name in features)
    names = {name: k for k, name in enumerate(sorted(n for n, count in counts.items() if count >= LEAST_COUNT))}
    at = [(r, names[n], v) for r, f in enumerate(every) for n, v in f.items() if n in names]
    rows, columns, cells = zip(*at, strict=True)
    return csr_matrix((cells, (rows, columns)), shape=(len(every), len(names)), dtype=np.float64), names


def _fitted(
    matrix: csr_matrix, labels: Sequence[int], weights: Sequence[float], names: dict[str, int], classes: int
) -> WordModel:
    # Only training has it installed; the rest of this module reads articles.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=150)
    model.fit(matrix, np.array(labels), sample_weight=np.array(weights))
    coefficients = np.zeros((len(names), classes), np.float32)
    bias = np.full(classes, -10.0, np.float32)
    if len(model.classes_) == 2:
        # Of two classes the second alone has coefficients.
        coefficients[:, model.classes_[1]], bias[model.classes_] = model.coef_[0], [0.0, model.intercept_[0]]
    else:
        coefficients[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return WordModel(names, coefficients.astype(np.float16).astype(np.float32), bias)


class EveryPair:
    """A scorer that rules nothing out, for articles whose claims are known."""

    def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """The same as `read`."""
        return self.read(context, sentence)

    def read(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """High relations, nothing else."""
        slots = actor_slots(context, sentence, mpnet_vocabulary().slots)
        k = len(slots)
        names = ("type", "stage", "factuality", "flag")
        sizes = (len(TYPES), len(STAGES), len(FACTUALITIES), len(FLAGS))
        parts = {name: np.zeros((k, k, size), np.float32) for name, size in zip(names, sizes, strict=True)}
        relation = np.full((k, k), 9.0, np.float32)
        special = np.zeros(len(SPECIAL_CLAIMANTS), np.float32)
        return Scores(slots, relation, **parts, claimant=np.zeros(k, np.float32), special=special, claims=9.0)


def invented_rows() -> InventedRows:
    """Claims of the invented articles and their pairs."""
    rows = InventedRows(WordRows(), TypeRows())
    for article, claims in invented_articles():
        context = read_context(article)
        coded = by_sentence(context.sentences, claims)
        readings = read_sentences(context, scorer=EveryPair())
        for at, reading in enumerate(readings):
            pairs: dict[Pair, list[Claim]] = defaultdict(list)
            for claim in coded.get(reading.sentence.index, []):
                pair = Pair(at, 0, 0, claim["supplier"], claim["recipient"])
                pairs[pair].append(claim)
                typed = typed_pair(readings, pair, claim["support_type"])
                rows.values.add(word_features(reading, typed), claim, INVENTED_WEIGHT)
            for pair, claims_of_pair in pairs.items():
                rows.types.add(type_features(reading, pair), claims_of_pair, INVENTED_WEIGHT)
    return rows
