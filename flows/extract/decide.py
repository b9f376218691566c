"""Decides which possible claims are made and how they are coded, with the trained decision models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flows.extract.claimant import ClaimantView
from flows.extract.coding import (
    TypedPair,
    item_frame,
    nearest_item,
    support_frame,
    type_rows,
    value_features,
)
from flows.extract.context import ArticleContext
from flows.extract.features import Pair, candidate_pairs, pair_matrix
from flows.extract.frames import Frame
from flows.extract.modality import brake, read_modality
from flows.extract.network import FACTUALITIES, FLAGS, STAGES, TYPES
from flows.extract.reading import SentenceReading
from flows.extract.trees import WEIGHTS, TreeModel, load_trees
from flows.extract.wording import WordModel, blended, blended_odds, load_words, type_features, word_features
from schemas.tables import stage_group

PAIR_THRESHOLD = 0.4
TYPE_THRESHOLD = 0.4
UNSPECIFIC_TYPES = frozenset({"aid", "arms"})
CONSIDERED = 0.15
"""Pairs less probable than this take no part in the article's sums of types."""
DELIVERY_THRESHOLD = 0.7
"""Joint probability of delivered stage and affirmed factuality from which a claim is published as an affirmed delivery.

Chosen by cross-validation on the training articles: 3.4 % of the dyads that they only deny, negate, imagine, ask for
or stop are published as delivered (5.1 % at .5). A lower threshold codes more deliveries right and lets more of these
through."""
TOLD_THRESHOLD = 0.3
"""The same where a frame that holds both sides says so by its grammar; it lets no more through."""
Array = NDArray[np.float32]


@dataclass(frozen=True)
class CodingModels:
    """Models of the coded values of a pair."""

    type: TreeModel
    stage: TreeModel
    factuality: TreeModel
    claimant: TreeModel
    flags: tuple[TreeModel, ...]
    type_words: WordModel
    stage_words: WordModel
    factuality_words: WordModel


@dataclass(frozen=True)
class Models:
    """The decision models; see `flows/learn/decisions.py` for how each is trained."""

    pair: TreeModel
    coding: CodingModels


@dataclass
class Decision:
    """A claim as decided, before its words are looked up. Probabilities are the models' own."""

    typed: TypedPair
    stage: str
    factuality: str
    claimant: str
    is_implied: bool
    is_via_company: bool
    pair_probability: float
    type_probability: float
    stage_probability: float
    factuality_probability: float


@cache
def models(folder: Path = WEIGHTS) -> Models:
    """The models that ship with the project, loaded once a process."""
    flags = tuple(load_trees(folder / f"{flag}.npz") for flag in FLAGS)
    named = {n: load_trees(folder / f"{n}.npz") for n in ("pair", "type", "stage", "factuality", "claimant")}
    pair, kind, stage, factuality, claimant = named.values()
    by_words = (load_words(folder / f"{n}_words.npz") for n in ("type", "stage", "factuality"))
    return Models(pair, CodingModels(kind, stage, factuality, claimant, flags, *by_words))


def decide(context: ArticleContext, readings: list[SentenceReading], using: Models) -> list[Decision]:
    """The claims of an article in the order of its sentences."""
    pairs = candidate_pairs(readings)
    if not pairs:
        return []
    probability = using.pair.probability(pair_matrix(context, readings, pairs))
    considered = [(pair, float(p)) for pair, p in zip(pairs, probability, strict=True) if p >= CONSIDERED]
    if not considered:
        return []
    typed = using.coding.type.probability(type_rows(readings, considered)).reshape(len(considered), len(TYPES))
    view = ClaimantView(context, readings)
    reverse = {(pair.reading, pair.recipient, pair.supplier): p for pair, p in considered}
    decisions = []
    for (pair, p), types in zip(considered, typed, strict=True):
        # Not if the same sentence more probably holds the pair the other way round.
        if p < PAIR_THRESHOLD or reverse.get((pair.reading, pair.supplier, pair.recipient), 0.0) > p:
            continue
        worded = using.coding.type_words.logits(type_features(readings[pair.reading], pair))
        types = blended_odds(types, worded)
        for t in chosen_types(types):
            decisions.append(_coded(view, pair, p, TYPES[t], float(types[t]), using))
    return consistent(decisions)


def consistent(decisions: list[Decision]) -> list[Decision]:
    """A side that denies the transfer in the article is not made to affirm it by a sentence that does not say so.

    A sentence says so where one frame holds both sides; goods of another kind than the denied are left alone.
    """
    denied: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for decision in decisions:
        if decision.factuality == "denied":
            pair = decision.typed.pair
            denied[decision.claimant, pair.supplier_id, pair.recipient_id].add(decision.typed.support_type)
    return [_consistent(decision, denied) for decision in decisions]


def _consistent(decision: Decision, denied: Mapping[tuple[str, str, str], set[str]]) -> Decision:
    typed = decision.typed
    dyad = (typed.pair.supplier_id, typed.pair.recipient_id)
    if decision.factuality != "affirmed" or decision.claimant not in dyad or stage_group(decision.stage) != "delivered":
        return decision
    if typed.frame is not None and sides_held(typed.frame, typed.pair) == (True, True):
        return decision
    types = denied.get((decision.claimant, *dyad), set())
    same = types and (typed.support_type in types or typed.support_type in UNSPECIFIC_TYPES)
    return replace(decision, factuality="denied") if same else decision


def chosen_types(probability: NDArray[np.float64]) -> list[int]:
    """Types over the threshold; the most probable one if none is."""
    over = [int(t) for t in np.flatnonzero(probability >= TYPE_THRESHOLD)]
    return over or [int(probability.argmax())]


def typed_pair(readings: list[SentenceReading], pair: Pair, support_type: str) -> TypedPair:
    """The pair with a type, the item of that type that the sentence names and the frame nearest to it."""
    reading = readings[pair.reading]
    item = nearest_item(reading, pair, support_type)
    return TypedPair(pair, support_type, support_frame(reading, pair, item), item)


def _coded(view: ClaimantView, pair: Pair, p: float, support_type: str, type_p: float, using: Models) -> Decision:
    readings = view.readings
    typed = typed_pair(readings, pair, support_type)
    row = np.array([value_features(readings, typed, p)], dtype=np.float32)
    words = word_features(readings[pair.reading], typed)
    stage = blended(using.coding.stage.probability(row)[0], using.coding.stage_words.probability(words))
    factuality = blended(using.coding.factuality.probability(row)[0], using.coding.factuality_words.probability(words))
    flags = [float(model.probability(row)[0]) >= 0.5 for model in using.coding.flags]
    names, rows = view.rows(typed)
    coded = cautious(stage, factuality, is_told(typed))
    for frame in braking_frames(readings[pair.reading], typed):
        coded = brake(read_modality(frame), *coded)
    claimant = chosen_claimant(names, using.coding.claimant.probability(rows), coded[1], pair)
    return Decision(
        typed,
        *coded,
        claimant,
        flags[0],
        flags[1],
        p,
        type_p,
        float(stage.max()),
        float(factuality.max()),
    )


def chosen_claimant(names: list[str], probability: NDArray[np.float64], factuality: str, pair: Pair) -> str:
    """The most probable claimant; of a denial the more probable side, since only a party to the transfer denies it."""
    sides = [k for k, name in enumerate(names) if name in (pair.supplier_id, pair.recipient_id)]
    among = sides if factuality == "denied" and sides else range(len(names))
    return names[max(among, key=lambda k: float(probability[k]))]


def is_told(typed: TypedPair) -> bool:
    """True if a frame that holds both sides says by its grammar that the transfer took place."""
    if typed.frame is None or sides_held(typed.frame, typed.pair) != (True, True):
        return False
    read = read_modality(typed.frame)
    return stage_group(read.stage) == "delivered" and read.factuality == "affirmed"


def cautious(stage: NDArray[np.float64], factuality: NDArray[np.float64], is_told_by_grammar: bool) -> tuple[str, str]:
    """The most probable stage and factuality, but an affirmed delivery only where both together are probable enough.

    Where they are not, the more probable of the best other stage and the best other factuality takes its place.
    """
    s, f = int(stage.argmax()), int(factuality.argmax())
    delivered = np.array([stage_group(name) == "delivered" for name in STAGES])
    affirmed = FACTUALITIES.index("affirmed")
    enough = TOLD_THRESHOLD if is_told_by_grammar else DELIVERY_THRESHOLD
    if not delivered[s] or f != affirmed or stage[delivered].sum() * factuality[affirmed] >= enough:
        return STAGES[s], FACTUALITIES[f]
    other_stage = np.where(delivered, 0.0, stage)
    other_fact = np.where(np.arange(len(factuality)) == affirmed, 0.0, factuality)
    if 1 - stage[delivered].sum() >= 1 - factuality[affirmed]:
        return STAGES[int(other_stage.argmax())], FACTUALITIES[f]
    return STAGES[s], FACTUALITIES[int(other_fact.argmax())]


def braking_frames(reading: SentenceReading, typed: TypedPair) -> list[Frame]:
    """Frames whose explicit words hold the claim back: the one that supports it and, where that one holds no side of
    the pair or there is none, the goods themselves ("No arms for ...", "the desire for tanks")."""
    frames = [typed.frame] if typed.frame is not None else []
    if typed.frame is None or not speaks_of(typed.frame, typed.pair):
        goods = item_frame(reading, typed.item)
        frames += [goods] if goods is not None else []
    return frames


def speaks_of(frame: Frame, pair: Pair) -> bool:
    """True if the frame holds a side of the pair, or no side at all."""
    suppliers, recipients = ({m.actor_id for m in side} for side in (frame.suppliers, frame.recipients))
    between = {m.actor_id for m in frame.between}
    return not suppliers | recipients | between or any(sides_held(frame, pair))


def sides_held(frame: Frame, pair: Pair) -> tuple[bool, bool]:
    """Whether the frame holds the pair's supplier as supplier and its recipient as recipient."""
    suppliers, recipients = (
        {m.actor_id for m in [*side, *frame.between]} for side in (frame.suppliers, frame.recipients)
    )
    return pair.supplier_id in suppliers, pair.recipient_id in recipients
