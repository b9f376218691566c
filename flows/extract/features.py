"""Numbers that describe a possible claim: a pair of actors in a sentence, by network, grammar and the whole article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from flows.extract.context import ArticleContext
from flows.extract.lexicon import cue_kinds, cues
from flows.extract.priors import priors
from flows.extract.reading import SentenceReading, sigmoid
from flows.extract.window import UNKNOWN_SLOT
from schemas.systems import System, systems

Array = NDArray[np.float32]
GROUPS = frozenset({"WEST", "EUROPE", "ALLIES", "NATO", "EU", "UN", "G7", "AU", "GCC", "ECOWAS", "ARAB", "WARSAW"})
FRAME_KINDS: tuple[str, ...] = (
    "give",
    "sell",
    "equip",
    "commit",
    "approve",
    "offer",
    "consider",
    "negotiate",
    "station",
    "make",
    "arrive",
)
FRAME_KINDS += ("get", "buy", "order", "choose", "ask", "use", "stop", "cancel", "block", "refuse")
MENTION_KINDS = (
    "name",
    "adjective",
    "demonym",
    "capital",
    "seat",
    "institution",
    "force",
    "leader",
    "company",
    "description",
)
MIN_RELATION = -7.0
"""Pairs whose relation logit is lower are considered only if the article elsewhere holds them."""
MIN_ELSEWHERE = 1.0
"""Expected number of other claims of the pair in the article from which it is considered everywhere."""


@cache
def known_systems() -> dict[str, System]:
    """Known weapon systems by id."""
    return {system.system_id: system for system in systems()}


@dataclass(frozen=True)
class Pair:
    """A possible claim: supplier and recipient by slot in the `reading`-th reading of the article."""

    reading: int
    supplier: int
    recipient: int
    supplier_id: str
    recipient_id: str


def candidate_pairs(readings: list[SentenceReading]) -> list[Pair]:
    """Ordered pairs of different actors that the network does not rule out."""
    pairs = [
        Pair(r, i, j, supplier, recipient)
        for r, reading in enumerate(readings)
        for i, supplier in enumerate(reading.scores.slots)
        for j, recipient in enumerate(reading.scores.slots)
        if i != j
    ]
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for pair in pairs:
        logit = readings[pair.reading].scores.relation[pair.supplier, pair.recipient]
        totals[pair.supplier_id, pair.recipient_id] += float(sigmoid(logit))
    return [
        pair
        for pair in pairs
        if readings[pair.reading].scores.relation[pair.supplier, pair.recipient] > MIN_RELATION
        or totals[pair.supplier_id, pair.recipient_id] > MIN_ELSEWHERE
    ]


class _Elsewhere:
    """What the network says of one pair in all readings of an article: `readings` and `values` in order."""

    def __init__(self, values: Mapping[int, float]) -> None:
        self.readings = np.fromiter(values, dtype=np.intp, count=len(values))
        self.values = np.fromiter(values.values(), dtype=np.float64, count=len(values))
        self.n_likely = sum(value > 0.5 for value in values.values())
        self._highest = sorted(values, key=values.__getitem__)[-2:]
        self._value = {r: values[r] for r in self._highest}

    def highest_without(self, reading: int) -> float:
        """The highest value of another reading, 0 where there is none."""
        return max((value for r, value in self._value.items() if r != reading), default=0.0)


class _Shared:
    """Sets of names, one a reading; few of them differ, so that which share a name is worked out once for each."""

    def __init__(self, named: Sequence[frozenset[str]]) -> None:
        self._kinds = list(dict.fromkeys(named))
        places = {kind: place for place, kind in enumerate(self._kinds)}
        self._kind_of = np.array([places[names] for names in named], dtype=np.intp)
        self._shares: dict[int, NDArray[np.bool_]] = {}

    def __getitem__(self, reading: int) -> frozenset[str]:
        return self._kinds[int(self._kind_of[reading])]

    def with_reading(self, reading: int) -> NDArray[np.bool_]:
        """For every reading whether it shares a name with that one."""
        place = int(self._kind_of[reading])
        if place not in self._shares:
            own = self._kinds[place]
            self._shares[place] = np.array([bool(own & kind) for kind in self._kinds], dtype=np.bool_)[self._kind_of]
        return self._shares[place]


def _sum(values: NDArray[np.float64]) -> float:
    """The sum from first to last, to the bit: that of numpy adds in another order."""
    return float(np.add.accumulate(values)[-1]) if len(values) else 0.0


class ArticleView:
    """Article-wide sums that tie the sentences of an article together."""

    def __init__(self, context: ArticleContext, readings: list[SentenceReading]) -> None:
        self.context, self.readings = context, readings
        self.total = max(1, sum(context.counts.values()))
        self.rank = {a: k for k, (a, _) in enumerate(context.counts.most_common())}
        self.by_pair: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self.title: dict[tuple[str, str], float] = {}
        self.all = 0.0
        for r, reading in enumerate(readings):
            p = sigmoid(reading.scores.relation)
            for i, a in enumerate(reading.scores.slots):
                for j, b in enumerate(reading.scores.slots):
                    if i == j:
                        continue
                    self.by_pair[a, b][r] = float(p[i, j])
                    if reading.sentence.is_title:
                        self.title[a, b] = float(p[i, j])
                    self.all += float(p[i, j])
        self.sums = {pair: sum(values.values()) for pair, values in self.by_pair.items()}
        self.frames: dict[tuple[str, str], float] = defaultdict(float)
        self.gives: dict[str, float] = defaultdict(float)
        self.gets: dict[str, float] = defaultdict(float)
        for reading in readings:
            self._add_frames(reading)
        self.best = max(self.sums.values(), default=0.0)
        self.elsewhere = {pair: _Elsewhere(values) for pair, values in self.by_pair.items()}
        self.types = _Shared([frozenset(item.support_type for item in reading.items) for reading in readings])
        self.named = _Shared([frozenset(i.system_id for i in reading.items if i.system_id) for reading in readings])
        self.supplies: dict[str, float] = defaultdict(float)
        self.receives: dict[str, float] = defaultdict(float)
        for (a, b), value in self.sums.items():
            self.supplies[a] += value
            self.receives[b] += value

    def _add_frames(self, reading: SentenceReading) -> None:
        for frame in reading.frames:
            suppliers, recipients = ({m.actor_id for m in side} for side in (frame.suppliers, frame.recipients))
            for a in suppliers:
                self.gives[a] += 1
                for b in recipients:
                    self.frames[a, b] += 1
            for b in recipients:
                self.gets[b] += 1

    def goods(self, pair: Pair) -> list[float]:
        """How far the sentence's goods are those of the pair's other sentences, and who makes its systems."""
        elsewhere = self.elsewhere[pair.supplier_id, pair.recipient_id]
        others = elsewhere.readings != pair.reading
        whole = _sum(elsewhere.values[others])
        alike = _sum(elsewhere.values[others & self.types.with_reading(pair.reading)[elsewhere.readings]])
        same = _sum(elsewhere.values[others & self.named.with_reading(pair.reading)[elsewhere.readings]])
        makers = {known_systems()[name].maker_id for name in self.named[pair.reading] if name in known_systems()}
        key = (pair.supplier_id, pair.recipient_id)
        return [
            alike,
            alike / (whole + 0.2),
            same,
            float(pair.supplier_id in makers),
            float(pair.recipient_id in makers),
            float(bool(makers)),
            self.frames[key],
            self.frames[key[::-1]],
            self.gives[key[0]],
            self.gets[key[1]],
            self.gets[key[0]],
            self.gives[key[1]],
        ]

    def pair(self, pair: Pair) -> list[float]:
        """How the pair does elsewhere in the article."""
        key = (pair.supplier_id, pair.recipient_id)
        values = self.by_pair[key]
        own = values.get(pair.reading, 0.0)
        others = self.elsewhere[key]
        near = [values.get(pair.reading + d, 0.0) for d in (-2, -1, 1, 2)]
        reverse = self.sums.get((pair.recipient_id, pair.supplier_id), 0.0)
        return [
            self.sums[key] - own,
            others.highest_without(pair.reading),
            float(others.n_likely - (own > 0.5)),
            (self.sums[key] - own) / max(0.3, self.all - own),
            self.sums[key] / max(0.3, self.best),
            *near,
            max(near),
            self.title.get(key, 0.0),
            reverse,
            self.supplies[pair.supplier_id] - own,
            self.receives[pair.recipient_id] - own,
            self.receives[pair.supplier_id],
            self.supplies[pair.recipient_id],
            self.all,
            float(len(self.readings)),
        ]

    def actor(self, reading: SentenceReading, slot: int) -> list[float]:
        """Where and how the sentence and the article name an actor."""
        actor = reading.scores.slots[slot]
        here = [m for m in reading.mentions if m.actor_id == actor]
        kinds = {m.kind for m in here}
        length = max(1, len(reading.sentence.text))
        first = (min(m.start for m in here) - reading.sentence.start) / length if here else -1.0
        return [
            float(len(here)),
            float(bool(here) and all(m.is_origin for m in here)),
            first,
            self.context.counts[actor] / self.total,
            float(self.rank.get(actor, 20)),
            float(actor in GROUPS),
            float(actor == UNKNOWN_SLOT),
            float(actor.startswith("NSA:")),
            float(slot),
            *[float(k in kinds) for k in MENTION_KINDS],
        ]


def sentence_features(reading: SentenceReading) -> list[float]:
    """Cues, items and shape of the sentence."""
    lemmas = [t.lemma_.lower() for t in reading.doc]
    words = set(lemmas)
    text = " " + reading.doc.text.lower() + " "
    counts = []
    for kind in cue_kinds():
        single = len(words & cues(kind))
        several = sum(c in text for c in cues(kind) if " " in c)
        counts.append(float(min(3, single + several)))
    items = reading.items
    return [
        *counts,
        float(len(items)),
        float(sum(not m.is_generic for m in items)),
        float(sum(m.system_id is not None for m in items)),
        float(len(lemmas)),
        float(reading.sentence.is_title),
        float(reading.sentence.index),
        float("“" in text or '"' in text),
        float("?" in text),
        float(len({m.actor_id for m in reading.mentions})),
        float(len(reading.frames)),
        float(len(reading.speeches)),
        float(any(ch.isdigit() for ch in text)),
    ]


def grammar_features(reading: SentenceReading, pair: Pair) -> list[float]:
    """How the frames of the sentence place the two actors, by kind of frame."""
    counts: defaultdict[str, float] = defaultdict(float)
    kinds = dict.fromkeys(FRAME_KINDS, 0.0)
    a, b = pair.supplier_id, pair.recipient_id
    for frame in reading.frames:
        s, r = ({m.actor_id for m in side} for side in (frame.suppliers, frame.recipients))
        both = {m.actor_id for m in frame.between}
        if a in s and b in r:
            counts["both"] += 1
            kinds[frame.frame] += 1
        counts["a_supplies"] += a in s
        counts["b_receives"] += b in r
        counts["swapped"] += b in s and a in r
        counts["a_receives"] += a in r
        counts["b_supplies"] += b in s
        counts["between"] += a in both and b in both
        counts["a_lone"] += a in s and not r
        counts["b_lone"] += b in r and not s
    speakers = {speech.claimant for speech in reading.speeches}
    names = ("both", "a_supplies", "b_receives", "swapped", "a_receives", "b_supplies", "between", "a_lone", "b_lone")
    return [*[counts[n] for n in names], *kinds.values(), float(a in speakers), float(b in speakers)]


def network_features(reading: SentenceReading, pair: Pair) -> list[float]:
    """The network's view of the pair among the other pairs of the sentence."""
    relation, i, j = reading.scores.relation, pair.supplier, pair.recipient
    k = len(reading.scores.slots)
    off = relation[~np.eye(k, dtype=bool)]
    row = np.delete(relation[i], [i, j])
    column = np.delete(relation[:, j], [i, j])
    return [
        float(relation[i, j]),
        reading.scores.claims,
        float((off > relation[i, j]).sum()),
        float(relation[i, j] - off.max()),
        float(relation[j, i]),
        float(row.max(initial=-10)),
        float(column.max(initial=-10)),
        float(sigmoid(off).sum()),
    ]


def prior_features(pair: Pair, article_id: str) -> list[float]:
    """How often training articles hold the pair and each side: logs of articles per hundred."""
    known = priors(article_id)
    a, b = pair.supplier_id, pair.recipient_id
    counts = (
        known.pairs.get((a, b), 0),
        known.suppliers.get(a, 0),
        known.recipients.get(b, 0),
        known.recipients.get(a, 0),
        known.suppliers.get(b, 0),
    )
    return [float(np.log1p(known.per_hundred(n))) for n in counts]


def pair_matrix(context: ArticleContext, readings: list[SentenceReading], pairs: list[Pair]) -> Array:
    """Features of the pairs: (pairs, features) float32."""
    view = ArticleView(context, readings)
    shared = [sentence_features(reading) for reading in readings]
    rows = []
    for pair in pairs:
        reading = readings[pair.reading]
        near = _distance(reading, pair)
        row = (
            network_features(reading, pair)
            + view.pair(pair)
            + view.goods(pair)
            + prior_features(pair, context.article.article_id)
            + view.actor(reading, pair.supplier)
            + view.actor(reading, pair.recipient)
            + grammar_features(reading, pair)
            + near
            + shared[pair.reading]
        )
        # A list of numbers takes eight times the memory, which counts in articles of thousands of sentences.
        rows.append(np.array(row, dtype=np.float32))
    return np.array(rows, dtype=np.float32)


def _distance(reading: SentenceReading, pair: Pair) -> list[float]:
    first = [m for m in reading.mentions if m.actor_id == pair.supplier_id]
    second = [m for m in reading.mentions if m.actor_id == pair.recipient_id]
    items = reading.items
    if not first or not second:
        return [-1.0, 0.0, _to_items(first, items), _to_items(second, items)]
    gap = min(abs(a.start - b.start) for a in first for b in second)
    return [float(gap), float(first[0].start < second[0].start), _to_items(first, items), _to_items(second, items)]


def _to_items(mentions: list, items: list) -> float:  # type: ignore[type-arg]
    if not mentions or not items:
        return -1.0
    return float(min(abs(m.start - item.start) for m in mentions for item in items))
