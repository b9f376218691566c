"""The two networks at run time. A small one screens sentences; a larger one reads those that it does not rule out.

A sentence is encoded once; heads then score every ordered pair of its actor slots. `flows/learn/network.py` is the
same computation for training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from flows.extract.encoder import NarrowStack, Places, adapted_layers, relative_bias, stack_graph
from flows.extract.packaged import Encoder, mini_encoder, mini_vocabulary
from flows.extract.prepared import PreparedReader, prepared_reader
from flows.extract.window import Window
from schemas.tables import vocabulary

Array = NDArray[np.float32]
TYPES = list(vocabulary("support_type"))
STAGES = list(vocabulary("stage"))
FACTUALITIES = list(vocabulary("factuality"))
FLAGS = ["implied", "via_company"]
SPECIAL_CLAIMANTS = ["AUTHOR", "MEDIA", "ANALYST", "UNK"]
SIZES = {
    "relation": 1,
    "type": len(TYPES),
    "stage": len(STAGES),
    "factuality": len(FACTUALITIES),
    "flag": len(FLAGS),
    "special": len(SPECIAL_CLAIMANTS),
}
WEIGHTS = Path(__file__).parent / "weights"
SCREENED_LOGIT = -8.5
"""Below this highest relation logit of the screening network a sentence makes no claim and is not read further."""
RULED_OUT_LOGIT = -4.5
"""Below this highest relation logit of the first reader network its word is enough."""


@dataclass
class Scores:
    """Logits for one sentence; K slots. `pair` parts are (K, K, values), `claimant` (K,), `special` (4,)."""

    slots: list[str]
    relation: Array
    type: Array
    stage: Array
    factuality: Array
    flag: Array
    claimant: Array
    special: Array
    claims: float


def split_pair(pair: Array) -> dict[str, Array]:
    """The parts of the pair output, by name."""
    parts, at = {}, 0
    for name in ("relation", "type", "stage", "factuality", "flag"):
        parts[name] = pair[..., at : at + SIZES[name]]
        at += SIZES[name]
    parts["relation"] = parts["relation"][..., 0]
    return parts


def trained_arrays(path: Path) -> dict[str, Array]:
    """What training saved, as float32. FileNotFoundError if it is not there."""
    if not path.exists():
        raise FileNotFoundError(f"no {path.name} in {path.parent}; `make train` writes it")
    return {k: v.astype(np.float32) for k, v in load(path.read_bytes()).items()}


class ScreenNetwork:
    """The small network: MiniLM with adapters in every layer and trained actor numbers."""

    def __init__(self, weights: Path) -> None:
        self.trained = trained_arrays(weights)
        encoder = mini_encoder()
        first = mini_vocabulary().first_marker
        self.words = np.array(encoder.words)
        self.words[first : first + len(self.trained["markers"])] = self.trained["markers"]
        self.encoder = encoder
        layers = adapted_layers(encoder, self.trained)
        self.stack = NarrowStack(stack_graph(layers, encoder.heads, encoder.epsilon, narrows=True))

    def __call__(self, window: Window) -> Scores:
        """Scores of a window made with `mini_vocabulary`."""
        ids = np.array(window.token_ids)
        x = (
            self.words[ids]
            + self.encoder.positions[: len(ids)]
            + self.trained["segments"][np.array(window.segment_ids)]
        )
        x = normalised(x, self.encoder)
        hidden = self.stack(x, relative_bias(self.encoder, len(ids)), places_read(window))
        return head_scores(self.trained, hidden, window)


class ReaderNetwork:
    """The large networks: MPNet, whose lower layers they share; their scores are averaged.

    Where the first rules out every pair (most sentences), the others are not asked.
    """

    def __init__(self, prepared: PreparedReader) -> None:
        self.prepared = prepared

    def __call__(self, window: Window) -> Scores:
        """Scores of a window made with `mpnet_vocabulary`."""
        ready = self.prepared
        ids = np.array(window.token_ids)
        bias = ready.bias(len(ids))
        below = ready.lower(normalised(ready.words[ids].astype(np.float32) + ready.positions[: len(ids)], ready), bias)
        segments, places = np.array(window.segment_ids), places_read(window)
        scores: list[Scores] = []
        for upper, trained in zip(ready.uppers, ready.trained, strict=True):
            hidden = upper(below + trained["segments"][segments], bias, places)
            scores.append(head_scores(trained, hidden, window))
            if highest_relation(scores[0]) < RULED_OUT_LOGIT:
                break
        return mean_scores(scores)


def normalised(x: Array, encoder: Encoder | PreparedReader) -> Array:
    """The embeddings' layer normalisation."""
    centred = x - x.mean(-1, keepdims=True)
    weight, bias = encoder.norm
    out = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + encoder.epsilon) * weight + bias
    return np.ascontiguousarray(out, dtype=np.float32)


def places_read(window: Window) -> Places:
    """The places that `head_scores` looks at: the first, the slots and the sentence; most of a window is context."""
    return np.array([0, *window.slot_positions, *range(window.sentence_begin, len(window.token_ids))], dtype=np.int64)


def head_scores(trained: Mapping[str, Array], hidden: Array, window: Window) -> Scores:
    """The heads: roles of every slot, then every pair of slots."""
    w = trained
    none = np.zeros(hidden.shape[1], np.float32)
    named = np.stack([hidden[p].mean(0) if p else none for p in window.sentence_positions])
    actors = np.concatenate([hidden[window.slot_positions], named], -1)
    whole = hidden[window.sentence_begin :].mean(0)
    z = np.tanh(_linear(w, "sentence", np.concatenate([hidden[0], whole])))
    u, v = np.tanh(_linear(w, "supplier", actors)), np.tanh(_linear(w, "recipient", actors))
    k = len(window.slots)
    ui, vj = np.repeat(u[:, None], k, 1), np.repeat(v[None], k, 0)
    joined = np.concatenate([ui, vj, ui * vj, np.broadcast_to(z, (k, k, z.shape[0]))], -1)
    pair = np.maximum(_linear(w, "pair", joined), 0)
    parts = split_pair(_linear(w, "pair_out", pair))
    claimant = _linear(w, "claimant_out", np.tanh(_linear(w, "claimant", actors) + z))[..., 0]
    special, claims = _linear(w, "special_out", z), float(_linear(w, "claims_out", z)[0])
    return Scores(window.slots, **parts, claimant=claimant, special=special, claims=claims)


def highest_relation(scores: Scores) -> float:
    """The highest relation logit of a pair of different actors; -inf where there are none."""
    off = ~np.eye(len(scores.slots), dtype=bool)
    return float(scores.relation[off].max(initial=-np.inf))


def mean_scores(scores: Sequence[Scores]) -> Scores:
    """Logits averaged over networks."""

    def mean(name: str) -> Any:
        return np.mean([getattr(s, name) for s in scores], axis=0)

    names = ("relation", "type", "stage", "factuality", "flag", "claimant", "special")
    return Scores(scores[0].slots, **{n: mean(n) for n in names}, claims=float(mean("claims")))


@cache
def screen_network() -> ScreenNetwork:
    """The small network with the weights that ship with the project, loaded once a process."""
    return ScreenNetwork(WEIGHTS / "screen.safetensors")


@cache
def reader_network() -> ReaderNetwork:
    """The large networks with the weights that ship with the project, loaded once a process."""
    return ReaderNetwork(prepared_reader(WEIGHTS))


def _linear(weights: Mapping[str, Array], name: str, x: Array) -> Array:
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
