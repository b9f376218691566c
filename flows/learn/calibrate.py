"""Calibrates the confidence of claims on articles that the models have not seen: isotonic, kept as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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


def judged(data: Sequence[PairRows], invented: InventedRows) -> list[tuple[float, bool]]:
    """Raw confidence of every claim of real articles and whether pair and type are right, by models of other folds."""
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
                found.append((raw_confidence(decision), right))
    return found


def save_curve(pairs: Sequence[tuple[float, bool]], path: Path) -> None:
    """Fits the curve and writes it: `raw` rising from 0 to 1 and `share` of right claims, never falling."""
    raw, right = np.array([p for p, _ in pairs]), np.array([float(r) for _, r in pairs])
    fitted = IsotonicRegression(y_min=0.02, y_max=0.98, out_of_bounds="clip").fit(raw, right)
    order = np.sort(raw)
    cuts = np.array_split(order, min(POINTS, max(2, len(order) // SMOOTHING)))
    at = np.array([c.mean() for c in cuts])
    share = np.array([fitted.predict(c).mean() for c in cuts])
    # Isotonic steps are pulled apart by averaging neighbours, so that close scores get close confidences.
    smooth = np.convolve(np.pad(share, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    np.savez(path, raw=np.r_[0.0, at, 1.0], share=np.maximum.accumulate(np.r_[smooth[0], smooth, smooth[-1]]))
