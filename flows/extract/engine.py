"""The extractor: reads one article and returns its claims. `Reader` is what the extract flow runs in its workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flows.extract.calibration import confidence
from flows.extract.claim import claim_row
from flows.extract.context import Article, ArticleContext, read_context
from flows.extract.decide import Decision, decide, models
from flows.extract.reading import DEFAULT_MODEL, SentenceReading, pipeline, read_sentences
from flows.extract.version import source_version

__all__ = ["EXTRACTOR_VERSION", "Article", "Reader", "Reading"]
EXTRACTOR_VERSION = source_version()


@dataclass(frozen=True)
class Reading:
    """What reading an article came to. `claims` have the columns of table `claims` but `event_id`."""

    n_sentences: int
    n_candidate_sentences: int
    claims: list[dict[str, Any]] = field(default_factory=list)


class Reader:
    """Reads articles with one spaCy model; build once a process."""

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model
        pipeline(model)
        self.models = models()

    def read(self, article: Article) -> Reading:
        """The claims of one article."""
        context = read_context(article)
        readings = read_sentences(context, self.model)
        decisions = decide(context, readings, self.models)
        return Reading(len(context.sentences), len(readings), rows(context, readings, decisions))


def rows(context: ArticleContext, readings: list[SentenceReading], decisions: list[Decision]) -> list[dict[str, Any]]:
    """Rows of the decisions, one for each set of coded values of a sentence."""
    found: dict[str, dict[str, Any]] = {}
    for decision in decisions:
        reading = readings[decision.typed.pair.reading]
        row = claim_row(context, reading, decision, confidence(decision), EXTRACTOR_VERSION)
        found.setdefault(row["claim_id"], row)
    return list(found.values())
