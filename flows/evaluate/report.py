"""One evaluation of a release: all scores and breakdowns together, as objects and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.evaluate.breakdowns import SURE, Confusion, Reliability, by_dyad, by_support_type, confusion, reliability
from flows.evaluate.causes import CauseCount, Diagnosis, count_causes, diagnose
from flows.evaluate.matching import Counts, total
from flows.evaluate.scores import (
    SCORED,
    LevelScore,
    ScoredArticle,
    Share,
    attribute_shares,
    leaks,
    level_scores,
    safety,
    score_articles,
    typed_pairs,
)
from flows.evaluate.sources import Gold, Half, Predictions, half_of, read_gold, read_predictions


@dataclass(frozen=True)
class Evaluation:
    """Everything that is reported of a release held against a gold file."""

    gold_name: str
    release_name: str
    half: Half | None
    n_articles: int
    unread: tuple[str, ...]
    levels: dict[str, LevelScore]
    halves: dict[str, dict[str, Counts]]
    attributes: dict[str, Share]
    n_leaks: int
    safety: Share
    dyads: dict[str, Counts]
    support_types: dict[str, Counts]
    causes: tuple[CauseCount, ...]
    diagnoses: tuple[Diagnosis, ...]
    reliability: Reliability
    confusion: Confusion

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: shares rounded to three digits, counts as [matched, predicted, gold]."""
        return {
            "gold": self.gold_name,
            "release": self.release_name,
            "half": self.half,
            "articles": self.n_articles,
            "unread": len(self.unread),
            "gold_claims": self.levels["full"].counts.gold,
            **{level: score.as_dict() for level, score in self.levels.items()},
            "on_typed_matches": {
                **{name: _rounded(share.value, 0.0) for name, share in self.attributes.items() if name != "quantity"},
                "quantity": _rounded(self.attributes["quantity"].value),
                "n": self.attributes["stage"].of,
            },
            "leaks": self.n_leaks,
            "safety": {
                "published_as_delivered": self.safety.right,
                "of": self.safety.of,
                "share": _rounded(self.safety.value),
            },
            "f1_by_half": {
                half: {level: round(counts.f1, 3) for level, counts in levels.items()}
                for half, levels in self.halves.items()
            },
            "causes": [
                {
                    "cause": str(row.cause),
                    "missed": row.missed,
                    "spurious": row.spurious,
                    "full_f1_gain": round(row.f1_gain, 3),
                }
                for row in self.causes
            ],
            "dyads": {dyad: list(counts) for dyad, counts in self.dyads.items()},
            "support_types": {name: list(counts) for name, counts in self.support_types.items()},
            "reliability": self._reliability_as_dict(),
            "confusion": [
                {"gold": list(gold), "published": list(published), "n": n}
                for (gold, published), n in sorted(self.confusion.cells.items(), key=lambda cell: (-cell[1], cell[0]))
            ],
        }

    def _reliability_as_dict(self) -> dict[str, Any]:
        table = self.reliability
        return {
            "bins": [
                {
                    "low": one.low,
                    "high": one.high,
                    "n_claims": one.n_claims,
                    "mean_confidence": round(one.mean_confidence, 3),
                    "share_right": round(one.share_right, 3),
                }
                for one in table.bins
            ],
            "calibration_error": _rounded(table.calibration_error),
            "sure": {
                "from_confidence": SURE,
                "right": table.sure.right,
                "of": table.sure.of,
                "precision": _rounded(table.sure.value),
            },
        }


def evaluate_release(release_dir: Path, gold_path: Path, half: Half | None = None) -> Evaluation:
    """Hold the claims of a release folder against a gold file; GoldError where the gold file is not usable."""
    gold = read_gold(gold_path, half)
    return evaluate_claims(gold, read_predictions(release_dir), gold_path.name, release_dir.name, half)


def evaluate_claims(
    gold: Gold, predictions: Predictions, gold_name: str, release_name: str, half: Half | None = None
) -> Evaluation:
    """Hold published claims against gold claims."""
    articles = score_articles(gold, predictions)
    pairs = typed_pairs(articles)
    levels = level_scores(articles)
    diagnoses = diagnose(articles)
    return Evaluation(
        gold_name=gold_name,
        release_name=release_name,
        half=half,
        n_articles=len(articles),
        unread=tuple(article.article_id for article in articles if article.outcome is None),
        levels=levels,
        halves=_halves(articles) if half is None else {},
        attributes=attribute_shares(pairs),
        n_leaks=len(leaks(articles)),
        safety=safety(articles),
        dyads=by_dyad(articles),
        support_types=by_support_type(articles),
        causes=tuple(count_causes(diagnoses, levels["full"].counts)),
        diagnoses=tuple(diagnoses),
        reliability=reliability(articles),
        confusion=confusion(pairs),
    )


def _halves(articles: list[ScoredArticle]) -> dict[str, dict[str, Counts]]:
    """Counts of either half, where both have articles: a gap between them says that one was tuned on."""
    parts = {half: [one for one in articles if half_of(one.article_id) == half] for half in ("even", "odd")}
    if not all(parts.values()):
        return {}
    return {half: {level: total(one.counts(level) for one in part) for level in SCORED} for half, part in parts.items()}


def _rounded(value: float | None, default: float | None = None) -> float | None:
    return default if value is None else round(value, 3)
