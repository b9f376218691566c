"""Fits the decision models on coded articles whose network scores come from networks that have not seen them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from flows.extract.coding import claimant_rows, type_rows, value_features
from flows.extract.context import ArticleContext
from flows.extract.decide import CONSIDERED, Models, typed_pair
from flows.extract.features import Pair, candidate_pairs, pair_matrix
from flows.extract.network import FACTUALITIES, FLAGS, STAGES, TYPES
from flows.extract.reading import SentenceReading
from flows.learn.boost import fit
from flows.learn.examples import values
from flows.learn.gold import Claim, by_sentence


@dataclass
class CodedArticle:
    """An article as the extractor reads it, with its coded claims by sentence index."""

    context: ArticleContext
    readings: list[SentenceReading]
    claims: dict[int, list[Claim]]

    @classmethod
    def of(cls, context: ArticleContext, readings: list[SentenceReading], claims: list[Claim]) -> CodedArticle:
        """Ties the claims to the sentences."""
        return cls(context, readings, by_sentence(context.sentences, claims))

    def claims_of(self, pair: Pair) -> list[Claim]:
        """Coded claims of the pair's sentence with its supplier and recipient."""
        found = self.claims.get(self.readings[pair.reading].sentence.index, [])
        return [c for c in found if pair.supplier_id in values(c, "supplier") and pair.recipient_id in values(c, "recipient")]


@dataclass
class Rows:
    """Rows and labels of one model, collected over articles."""

    rows: list[np.ndarray] = field(default_factory=list)
    labels: list[float] = field(default_factory=list)

    def fit(self, classes: int = 1, rounds: int = 250, **changes: float) -> object:
        """The fitted model."""
        return fit(np.concatenate(self.rows), np.array(self.labels), classes, rounds, **changes)


def fit_pair_model(articles: Sequence[CodedArticle], rounds: int = 350) -> object:
    """P(the sentence makes a claim with this supplier and recipient)."""
    data = Rows()
    for article in articles:
        pairs = candidate_pairs(article.readings)
        if pairs:
            data.rows.append(pair_matrix(article.context, article.readings, pairs))
            data.labels += [float(bool(article.claims_of(pair))) for pair in pairs]
    return data.fit(rounds=rounds)


def fit_coding_models(articles: Sequence[CodedArticle], pair_model: object) -> Models:
    """Models of type, stage, factuality, claimant and flags, on the coded pairs."""
    kinds, stages, facts, claimants = Rows(), Rows(), Rows(), Rows()
    flags = [Rows() for _ in FLAGS]
    for article in articles:
        chosen = _weighed(article, pair_model)
        coded = [(pair, p) for pair, p in chosen if article.claims_of(pair)]
        if not coded:
            continue
        every = type_rows(article.readings, chosen).reshape(len(chosen), len(TYPES), -1)
        for (pair, p), block in zip(chosen, every, strict=True):
            claims = article.claims_of(pair)
            if not claims:
                continue
            kinds.rows.append(block)
            kinds.labels += [float(any(t in values(c, "support_type") for c in claims)) for t in TYPES]
            for claim in claims:
                typed = typed_pair(article.readings, pair, values(claim, "support_type")[0])
                row = np.array([value_features(article.readings, typed, p)], dtype=np.float32)
                for data, label in (
                    (stages, STAGES.index(values(claim, "stage")[0])),
                    (facts, FACTUALITIES.index(values(claim, "factuality")[0])),
                    *((flags[f], float(bool(claim[name]))) for f, name in enumerate(FLAGS)),
                ):
                    data.rows.append(row)
                    data.labels.append(label)
                names, rows = claimant_rows(article.readings, pair, typed.frame)
                if any(n in values(claim, "claimant") for n in names):
                    claimants.rows.append(rows)
                    claimants.labels += [float(n in values(claim, "claimant")) for n in names]
    return Models(
        pair=pair_model,
        type=kinds.fit(rounds=200),
        stage=stages.fit(len(STAGES), 70),
        factuality=facts.fit(len(FACTUALITIES), 70),
        claimant=claimants.fit(rounds=150),
        flags=tuple(f.fit(rounds=100) for f in flags),
    )


def _weighed(article: CodedArticle, pair_model: object) -> list[tuple[Pair, float]]:
    pairs = candidate_pairs(article.readings)
    if not pairs:
        return []
    p = pair_model.probability(pair_matrix(article.context, article.readings, pairs))
    return [(pair, float(q)) for pair, q in zip(pairs, p, strict=True) if q >= CONSIDERED or article.claims_of(pair)]


def save_models(models: Models, folder: Path) -> None:
    """Writes every decision model as `<name>.npz`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("pair", "type", "stage", "factuality", "claimant"):
        getattr(models, name).save(folder / f"{name}.npz")
    for name, model in zip(FLAGS, models.flags, strict=True):
        model.save(folder / f"{name}.npz")
