"""Calibrates the confidence of claims on articles that the models have not seen: isotonic, kept as a curve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression

from flows.extract.calibration import raw_confidence
from flows.extract.decide import Models, decide
from flows.learn.crossfit import FOLDS, fold_of
from flows.learn.decisions import PairRows, fit_coding_models, fit_pair_model
from flows.learn.examples import values
from flows.learn.wording import InventedRows

POINTS = 24
SMOOTHING = 25
"""Claims averaged at a point of the curve, at least."""
RESAMPLES, CAUTION = 200, 0.1
"""The curve is drawn anew on so many resamples of the articles; the one that this share of them lies below is taken.

Articles differ more than claims do, and those that are yet to come differ from the training articles, so that the mean
curve promises too much."""


class Judged(NamedTuple):
    """A claim of an article that the models had not seen: its raw confidence, and whether pair and type are right."""

    article_id: str
    raw: float
    right: bool


def judged(data: Sequence[PairRows], invented: InventedRows) -> list[Judged]:
    """The claims of all real articles, by models of the other folds."""
    found = []
    for fold in range(FOLDS):
        seen = [d for d in data if fold_of(d.article.context.article.article_id) != fold]
        pair, probabilities = fit_pair_model(seen)
        models = Models(pair, fit_coding_models(seen, probabilities, invented))
        for possible in data:
            article = possible.article
            if article.is_invented or fold_of(article.context.article.article_id) != fold:
                continue
            for decision in decide(article.context, article.readings, models):
                claims = article.claims_of(decision.typed.pair)
                right = any(decision.typed.support_type in values(c, "support_type") for c in claims)
                found.append(Judged(article.context.article.article_id, raw_confidence(decision), right))
    return found


def save_curve(claims: Sequence[Judged], path: Path) -> None:
    """Draws the curve and writes it: `raw` rising from 0 to 1 and `share` of right claims, never falling."""
    raw = np.sort([claim.raw for claim in claims])
    cuts = np.array_split(raw, min(POINTS, max(2, len(raw) // SMOOTHING)))
    by_article: dict[str, list[Judged]] = defaultdict(list)
    for claim in claims:
        by_article[claim.article_id].append(claim)
    articles, generator = list(by_article.values()), np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        again = [claim for k in generator.integers(len(articles), size=len(articles)) for claim in articles[k]]
        drawn.append(_shares(again, cuts))
    share = np.quantile(drawn, CAUTION, axis=0)
    # Isotonic steps are pulled apart by averaging neighbours, so that close scores get close confidences.
    smooth = np.convolve(np.pad(share, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    at = np.array([cut.mean() for cut in cuts])
    np.savez(path, raw=np.r_[0.0, at, 1.0], share=np.maximum.accumulate(np.r_[smooth[0], smooth, smooth[-1]]))


def _shares(claims: Sequence[Judged], cuts: Sequence[np.ndarray]) -> list[float]:
    """The share of right claims around each cut, by isotonic regression."""
    fitted = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip")
    fitted.fit([claim.raw for claim in claims], [float(claim.right) for claim in claims])
    return [float(fitted.predict(cut).mean()) for cut in cuts]
