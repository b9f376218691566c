"""Numbers that describe who may be the claimant of a pair: the network's view, the speeches around it, the article."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
from numpy.typing import NDArray

from flows.extract.actors import find_mentions
from flows.extract.attribution import Speech
from flows.extract.coding import TypedPair
from flows.extract.context import ArticleContext
from flows.extract.features import FRAME_KINDS, sentence_features
from flows.extract.frames import SUBJECT, Frame
from flows.extract.lexicon import words
from flows.extract.network import SPECIAL_CLAIMANTS
from flows.extract.quotes import quoted_spans
from flows.extract.reading import SentenceReading
from flows.extract.spans import covers
from flows.extract.speakers import KINDS

Array = NDArray[np.float32]
VERB_CLASSES = ("pledging_verb", "asking_verb", "judging_verb", "reacting_verb", "denying_verb", "announcing_verb")
REACH = 6
"""Sentences before that are looked at for earlier speakers."""


def anchor_tokens(reading: SentenceReading, typed: TypedPair) -> frozenset[int]:
    """Where the claim stands in its sentence: at its trigger, else its item, else the names of its sides."""
    at, doc, pair = reading.sentence.start, reading.doc, typed.pair
    if typed.frame is not None:
        return frozenset({typed.frame.trigger.i})
    spans = [(m.start, m.end) for m in reading.mentions if m.actor_id in {pair.supplier_id, pair.recipient_id}]
    if typed.item is not None:
        spans = [(typed.item.start, typed.item.end)]
    return frozenset(t.i for start, end in spans for t in doc if start - at <= t.idx < end - at)


def speeches_around(reading: SentenceReading, anchor: frozenset[int]) -> list[Speech]:
    """The speeches whose words hold the claim, the innermost first."""
    return sorted((s for s in reading.speeches if s.scope & anchor), key=lambda s: len(s.scope))


@cache
def publisher_actors(publisher: str | None) -> frozenset[str]:
    """Actors that a publisher's name names: a state whose office publishes speaks for itself."""
    return frozenset(m.actor_id for m in find_mentions(publisher or "") if m.kind not in {"media", "adjective"})


class ClaimantView:
    """An article as it bears on its claimants. Build once an article."""

    def __init__(self, context: ArticleContext, readings: list[SentenceReading]) -> None:
        self.context, self.readings = context, readings
        self.publishers = publisher_actors(context.article.publisher)
        first = [s.claimant for r in readings for s in r.speeches[:1]]
        self.spoken = Counter(first)
        self.silent = sum(not r.speeches for r in readings) / max(1, len(readings))
        total = sum(context.counts.values())
        self.share = {a: n / max(1, total) for a, n in context.counts.items()}
        self.quoted = quoted_spans(context.article.text)
        own = [t for r in readings for t in r.doc if t.lower_ in words("first_person")]
        self.first_person = len(own) / max(1, len(readings))

    def rows(self, typed: TypedPair) -> tuple[list[str], Array]:
        """Candidates (actor slots, then AUTHOR, MEDIA, ANALYST, UNK) and their features: (candidates, features)."""
        index, frame = typed.pair.reading, typed.frame
        reading = self.readings[index]
        anchor = anchor_tokens(reading, typed)
        inside = speeches_around(reading, anchor)
        names = [*reading.scores.slots[:-1], *SPECIAL_CLAIMANTS]
        logits = np.concatenate([reading.scores.claimant[:-1], reading.scores.special])
        shared = self._shared(reading, frame, anchor, inside)
        before = self._before(index)
        rows = []
        for k, name in enumerate(names):
            rows.append(
                [
                    *_network(logits, k, len(names)),
                    float(SPECIAL_CLAIMANTS.index(name) if name in SPECIAL_CLAIMANTS else -1),
                    float(name == typed.pair.supplier_id),
                    float(name == typed.pair.recipient_id),
                    *self._speaks(reading, name, inside, anchor),
                    *self._article(name, index, before),
                    *shared,
                ]
            )
        return names, np.array(rows, dtype=np.float32)

    def _speaks(self, reading: SentenceReading, name: str, inside: list[Speech], anchor: frozenset[int]) -> list[float]:
        """Which of the sentence's speeches are the candidate's."""
        actors = {m.actor_id for m in reading.mentions}
        by_grammar = inside[0].claimant if inside else "AUTHOR"
        all_ = [s.claimant for s in reading.speeches]
        place = next((float(n) for n, s in enumerate(inside) if s.claimant == name), -1.0)
        subject = {m.actor_id for m in _subjects(reading)}
        return [
            float(by_grammar == name),
            place,
            float(name in all_),
            float(bool(inside) and inside[-1].claimant == name),
            float(any(s.claimant == name and s.is_carried for s in reading.speeches)),
            float(name in actors),
            float(name in subject),
            float(any(_in_speaker(reading, s, anchor) for s in reading.speeches if s.claimant == name)),
        ]

    def _article(self, name: str, index: int, before: list[Speech]) -> list[float]:
        """How the candidate speaks elsewhere in the article."""
        last = next((n for n, s in enumerate(before) if s.claimant == name), -1)
        after = self.readings[index + 1].speeches if index + 1 < len(self.readings) else []
        previous = self.readings[index - 1].speeches if index else []
        return [
            float(last),
            float(any(s.claimant == name for s in previous)),
            float(any(s.claimant == name for s in after)),
            self.spoken[name] / max(1, self.spoken.total()),
            self.share.get(name, 0.0),
            float(name in self.publishers),
        ]

    def _before(self, index: int) -> list[Speech]:
        """The first speeches of the sentences before, the nearest first."""
        near = self.readings[max(0, index - REACH) : index]
        return [r.speeches[0] for r in reversed(near) if r.speeches]

    def _shared(
        self, reading: SentenceReading, frame: Frame | None, anchor: frozenset[int], inside: list[Speech]
    ) -> list[float]:
        """What is the same for every candidate."""
        inner = inside[0] if inside else None
        at = reading.sentence.start + min((reading.doc[i].idx for i in anchor), default=0)
        quoted = covers(self.quoted, at)
        return [
            *_act(reading, inner, anchor),
            *_act(reading, inside[1] if len(inside) > 1 else None, anchor)[:3],
            float(len(reading.speeches)),
            float(len(inside)),
            float(any(s.kind == "unnamed" for s in inside)),
            float(any(s.is_anonymous for s in reading.speeches)),
            float(quoted),
            float(bool(anchor)),
            self.silent,
            self.first_person,
            float(bool(self.publishers)),
            float(reading.sentence.index),
            float(FRAME_KINDS.index(frame.frame)) if frame is not None else -1.0,
            *sentence_features(reading),
        ]


def _network(logits: np.ndarray, k: int, count: int) -> list[float]:
    author = count - len(SPECIAL_CLAIMANTS) + SPECIAL_CLAIMANTS.index("AUTHOR")
    return [
        float(logits[k]),
        float(logits[k] - np.delete(logits, k).max()),
        float((logits > logits[k]).sum()),
        float(logits[author] - np.delete(logits, author).max()),
    ]


def _act(reading: SentenceReading, speech: Speech | None, anchor: frozenset[int]) -> list[float]:
    """The kind of speaker and verb of a speech, its tense, and where it stands to the claim."""
    if speech is None:
        return [-1.0] * 10
    lemma = speech.verb
    of_class = next((n for n, c in enumerate(VERB_CLASSES) if lemma in words(c)), -1)
    verb = reading.doc[speech.at] if speech.at >= 0 else None
    helpers = {c.lemma_.lower() for c in verb.children if c.dep_ in {"aux", "neg"}} if verb is not None else set()
    return [
        float(KINDS.index(speech.kind)),
        float(of_class),
        float(speech.claimant in SPECIAL_CLAIMANTS),
        float(lemma in {"say", "tell", "add", "according to"}),
        float(verb is not None and verb.pos_ == "VERB"),
        float("have" in helpers),
        float(bool(helpers - {"have"})),
        float(speech.is_carried),
        float(speech.at in anchor),
        float(len(speech.scope) / max(1, len(reading.doc))),
    ]


def _in_speaker(reading: SentenceReading, speech: Speech, anchor: frozenset[int]) -> bool:
    """The claim stands in the words for the speaker: "a source close to the deal said"."""
    return any(speech.start <= reading.doc[i].idx < speech.end for i in anchor) and not speech.is_carried


def _subjects(reading: SentenceReading) -> list:  # type: ignore[type-arg]
    at = reading.sentence.start
    starts = {t.idx + at for t in reading.doc if t.dep_ in SUBJECT}
    return [m for m in reading.mentions if any(m.start <= s < m.end for s in starts)]
