"""Numbers that describe the coded values of a claim: its support type, stage and factuality."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Token

from flows.extract.features import FRAME_KINDS, Pair, sentence_features
from flows.extract.frames import Frame, is_passive
from flows.extract.items import ItemMention
from flows.extract.lexicon import cue_kinds, cues, triggers, words
from flows.extract.modality import read_modality
from flows.extract.network import FACTUALITIES, STAGES, TYPES
from flows.extract.reading import SentenceReading, sigmoid

Array = NDArray[np.float32]
TENSES = ("VBD", "VBN", "VBZ", "VBP", "VBG", "VB", "NN")
MODALS = ("will", "would", "could", "may", "might", "can", "should", "must", "shall")


@dataclass
class TypedPair:
    """A pair of a sentence with one support type, and the frame and item that speak for it, if any."""

    pair: Pair
    support_type: str
    frame: Frame | None
    item: ItemMention | None


def pair_frames(reading: SentenceReading, pair: Pair) -> list[Frame]:
    """Frames that hold a side of the pair, those that hold both first; all frames if none does."""
    scored = []
    for order, frame in enumerate(reading.frames):
        s, r = ({m.actor_id for m in side} for side in (frame.suppliers, frame.recipients))
        score = 2 * (pair.supplier_id in s) + 2 * (pair.recipient_id in r)
        score += sum(m.actor_id in {pair.supplier_id, pair.recipient_id} for m in frame.between)
        score -= (pair.recipient_id in s) + (pair.supplier_id in r)
        scored.append((-score, order, frame))
    scored.sort(key=lambda x: x[:2])
    best = [f for negative, _, f in scored if negative < 0]
    return best or [f for _, _, f in scored]


def item_types(reading: SentenceReading) -> dict[str, list[ItemMention]]:
    """Items of the sentence by support type, without those that are only made from or with the goods."""
    found: dict[str, list[ItemMention]] = defaultdict(list)
    for item in reading.items:
        if not is_product(reading, item):
            found[item.support_type].append(item)
    return found


def is_product(reading: SentenceReading, item: ItemMention) -> bool:
    """True for what the goods serve to make: "technology that it uses to produce ammunition"."""
    word = head_word(reading, item)
    above = [t.lemma_.lower() for t in word.ancestors] if word is not None else []
    made = next((k for k, lemma in enumerate(above) if lemma in words("making")), None)
    return made is not None and any(lemma in words("using") for lemma in above[made + 1 : made + 4])


def head_word(reading: SentenceReading, item: ItemMention) -> Token | None:
    """The word that governs the item's others; None if the parse has no such words."""
    offset = reading.sentence.start
    span = reading.doc.char_span(item.start - offset, item.end - offset, alignment_mode="expand")
    return span.root if span is not None else None


def support_frame(reading: SentenceReading, pair: Pair, item: ItemMention | None) -> Frame | None:
    """The frame nearest to the item among those that hold the pair's sides."""
    frames = pair_frames(reading, pair)
    if not frames:
        return None
    if item is None:
        return frames[0]
    at = item.start - reading.sentence.start
    top = frames[:4]
    return min(enumerate(top), key=lambda f: abs(f[1].trigger.idx - at) + 25 * f[0])[1]


def nearest_item(reading: SentenceReading, pair: Pair, support_type: str) -> ItemMention | None:
    """The item of that type nearest to the pair's first frame; None if the sentence names none."""
    items = item_types(reading).get(support_type, [])
    if not items:
        return None
    frames = pair_frames(reading, pair)
    at = frames[0].trigger.idx + reading.sentence.start if frames else reading.sentence.start
    return min(items, key=lambda item: (abs(item.start - at), item.start))


def item_frame(reading: SentenceReading, item: ItemMention | None) -> Frame | None:
    """The goods as the trigger of a transfer, for sentences without one: what governs them bears on the claim."""
    word = head_word(reading, item) if item is not None else None
    return Frame(word, "give", "delivered") if word is not None else None


def type_rows(readings: list[SentenceReading], chosen: list[tuple[Pair, float]]) -> Array:
    """Features of every (pair, type): (pairs * 19, features). `chosen` are pairs with their probability."""
    totals: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(len(TYPES)))
    everything = np.zeros(len(TYPES))
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for pair, p in chosen:
        logits = readings[pair.reading].scores.type[pair.supplier, pair.recipient]
        totals[pair.supplier_id, pair.recipient_id] += p * sigmoid(logits)
        weights[pair.supplier_id, pair.recipient_id] += p
        everything += p * sigmoid(logits)
    weight = sum(weights.values())
    rows: list[Array] = []
    for pair, p in chosen:
        reading = readings[pair.reading]
        logits = reading.scores.type[pair.supplier, pair.recipient]
        own = p * sigmoid(logits)
        key = (pair.supplier_id, pair.recipient_id)
        rest = (totals[key] - own) / max(0.2, weights[key] - p)
        article = (everything - own) / max(0.2, weight - p)
        rows.append(np.array(_types_of(reading, pair, p, logits, rest, article), dtype=np.float32))
    return np.array(rows, dtype=np.float32).reshape(len(chosen) * len(TYPES), -1)


def _types_of(
    reading: SentenceReading, pair: Pair, p: float, logits: Array, rest: np.ndarray, article: np.ndarray
) -> list[list[float]]:
    by_type = item_types(reading)
    specific = sum(not item.is_generic for item in reading.items)
    frames = pair_frames(reading, pair)
    anchor = frames[0].trigger.idx + reading.sentence.start if frames else reading.sentence.start
    objects = {t.idx + reading.sentence.start for f in frames[:2] for o in f.objects for t in o.subtree}
    order = np.argsort(np.argsort(-logits))
    gaps = {t: min(abs(i.start - anchor) for i in items) for t, items in by_type.items()}
    nearest = min(gaps.values(), default=-1)
    rows = []
    for t, name in enumerate(TYPES):
        items = by_type.get(name, [])
        rows.append(
            [
                float(t),
                float(logits[t]),
                float(order[t]),
                float(logits[t] - logits.max()),
                p,
                float(len(items)),
                float(gaps.get(name, -1)),
                float(bool(items) and gaps[name] == nearest),
                float(any(i.start in objects for i in items)),
                float(any(i.system_id for i in items)),
                float(len(by_type)),
                float(specific),
                float(len(reading.items)),
                float(rest[t]),
                float(article[t]),
                float("arms" in by_type),
                float("aid" in by_type),
                float(reading.sentence.is_title),
                float(FRAME_KINDS.index(frames[0].frame)) if frames else -1.0,
                float(len(frames)),
            ]
        )
    return rows


def governors(token: Token) -> list[Token]:
    """The trigger and the words that govern it up to the root, nearest first."""
    chain = [token]
    while chain[-1].head != chain[-1] and len(chain) < 12:
        chain.append(chain[-1].head)
    return chain


def frame_features(reading: SentenceReading, frame: Frame | None) -> list[float]:
    """Tense, modality, negation and governing cues of the trigger."""
    if frame is None:
        return [-1.0] * (1 + 1 + len(TENSES) + len(MODALS) + 6 + 2 * len(cue_kinds()))
    trigger = frame.trigger
    chain = governors(trigger)
    verb = next((t for t in chain if t.pos_ in {"VERB", "AUX"}), trigger)
    helpers = [c for c in verb.children if c.dep_ in {"aux", "auxpass", "neg"}]
    above = {t.lemma_.lower() for t in chain[1:]} | {
        c.lemma_.lower() for t in chain[1:] for c in t.children if c.dep_ in {"aux", "neg", "advmod", "mark", "amod"}
    }
    near = {c.lemma_.lower() for t in (trigger, verb) for c in t.children} | {
        t.lemma_.lower() for t in trigger.doc[max(0, trigger.i - 4) : trigger.i + 3]
    }
    negated = any(c.dep_ == "neg" for t in chain[:3] for c in t.children) or any(
        c.lemma_.lower() in {"no", "without"} for c in trigger.children
    )
    return [
        float(FRAME_KINDS.index(frame.frame)),
        float(STAGES.index(frame.stage)),
        *[float(verb.tag_ == t or (t == "NN" and trigger.tag_.startswith("NN"))) for t in TENSES],
        *[float(any(h.lower_ in {m, "'ll"} if m == "will" else h.lower_ == m for h in helpers)) for m in MODALS],
        float(any(h.lemma_.lower() == "have" for h in helpers)),
        float(any(h.lemma_.lower() == "be" for h in helpers)),
        float(negated),
        float(is_passive(verb)),
        float(len(chain)),
        float(
            any(t.dep_ in {"advcl", "mark"} and any(c.lower_ in {"if", "unless"} for c in t.children) for t in chain)
        ),
        *[float(bool(above & cues(kind))) for kind in cue_kinds()],
        *[float(bool(near & cues(kind))) for kind in cue_kinds()],
    ]


def _modality_features(frame: Frame | None) -> list[float]:
    if frame is None:
        return [-1.0, -1.0, 0.0]
    read = read_modality(frame)
    return [float(STAGES.index(read.stage)), float(FACTUALITIES.index(read.factuality)), float(read.is_firm)]


def _modality_counts(reading: SentenceReading, pair: Pair) -> list[float]:
    """How often each stage and factuality is read off the sentence's frames, and off those that hold a side."""
    every, own = np.zeros(len(STAGES) + len(FACTUALITIES)), np.zeros(len(STAGES) + len(FACTUALITIES))
    for frame in reading.frames:
        read = read_modality(frame)
        at = [STAGES.index(read.stage), len(STAGES) + FACTUALITIES.index(read.factuality)]
        every[at] += 1
        suppliers, recipients = ({m.actor_id for m in side} for side in (frame.suppliers, frame.recipients))
        own[at] += (pair.supplier_id in suppliers) + (pair.recipient_id in recipients)
    return [*every, *own]


@cache
def _vocabulary() -> tuple[str, ...]:
    """Every single-word trigger and cue, sorted."""
    single = {lemma for lemma, _ in triggers()} | {cue for kind in cue_kinds() for cue in cues(kind)}
    return tuple(sorted(word for word in single if " " not in word))


def lexical_features(reading: SentenceReading, frame: Frame | None) -> list[float]:
    """For each trigger and cue of the lexicons: 2 if it governs the frame's trigger or stands beside it, 1 if it
    stands elsewhere in the sentence, else 0."""
    present = dict.fromkeys((t.lemma_.lower() for t in reading.doc), 1.0)
    if frame is not None:
        trigger = frame.trigger
        near = [*governors(trigger), *(c for t in governors(trigger)[:2] for c in t.children)]
        near += list(reading.doc[max(0, trigger.i - 3) : trigger.i + 3])
        present |= dict.fromkeys((t.lemma_.lower() for t in near), 2.0)
    return [present.get(word, 0.0) for word in _vocabulary()]


def value_features(readings: list[SentenceReading], typed: TypedPair, p: float) -> list[float]:
    """What stage and factuality are decided from."""
    reading = readings[typed.pair.reading]
    scores, i, j = reading.scores, typed.pair.supplier, typed.pair.recipient
    before = readings[typed.pair.reading - 1] if typed.pair.reading else None
    context = [0.0] * (len(STAGES) + len(FACTUALITIES))
    if (
        before is not None
        and typed.pair.supplier_id in before.scores.slots
        and typed.pair.recipient_id in before.scores.slots
    ):
        a, b = before.scores.slots.index(typed.pair.supplier_id), before.scores.slots.index(typed.pair.recipient_id)
        context = [*sigmoid(before.scores.stage[a, b]), *sigmoid(before.scores.factuality[a, b])]
    frames = pair_frames(reading, typed.pair)
    second = frames[1] if len(frames) > 1 else None
    speakers = [s.claimant for s in reading.speeches]
    return [
        *map(float, scores.stage[i, j]),
        *map(float, scores.factuality[i, j]),
        *map(float, scores.flag[i, j]),
        *map(float, context),
        float(TYPES.index(typed.support_type)),
        p,
        float(typed.pair.supplier_id in speakers),
        float(typed.pair.recipient_id in speakers),
        float(bool(speakers)),
        *_modality_features(typed.frame),
        *_modality_features(second),
        *_modality_features(item_frame(reading, typed.item)),
        *_modality_counts(reading, typed.pair),
        *frame_features(reading, typed.frame),
        *frame_features(reading, second),
        *lexical_features(reading, typed.frame),
        *sentence_features(reading),
    ]
