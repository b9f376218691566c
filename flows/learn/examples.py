"""Turns hand-coded articles into training examples of a network: windows with labels for pairs of actors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flows.extract.context import ArticleContext, sentence_window
from flows.extract.network import FACTUALITIES, FLAGS, SPECIAL_CLAIMANTS, STAGES, TYPES
from flows.extract.packaged import Vocabulary
from flows.extract.screen import candidates
from flows.extract.sentences import Sentence
from flows.extract.window import Window, pad
from flows.learn.gold import Claim, by_sentence


@dataclass
class Example:
    """A sentence's window and its coded claims; `article` counts articles, for folds."""

    article_id: str
    sentence: Sentence
    window: Window
    claims: list[Claim]


def article_examples(context: ArticleContext, claims: list[Claim], vocabulary: Vocabulary) -> list[Example]:
    """One example for each sentence that may make a claim."""
    coded = by_sentence(context.sentences, claims)
    wanted = candidates(context)
    return [
        Example(
            context.article.article_id,
            sentence,
            sentence_window(context, sentence, vocabulary),
            coded.get(sentence.index, []),
        )
        for sentence in context.sentences
        if sentence.index in wanted
    ]


def values(claim: Claim, field: str) -> list[Any]:
    """The coded value or, where two coders differed, both."""
    value = claim[field]
    return value if isinstance(value, list) else [value]


def batch_arrays(examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """Inputs and labels of a batch. B examples, N tokens, K slots (padded): pair labels are (B, K, K, values)."""
    windows = [e.window for e in examples]
    tokens, segments, mask = pad(windows)
    b, n = tokens.shape
    k = max(len(w.slots) for w in windows)
    out: dict[str, np.ndarray] = {
        "tokens": tokens,
        "segments": segments,
        "mask": mask,
        "slots": np.zeros((b, k), dtype=np.int64),
        "valid": np.zeros((b, k), dtype=np.float32),
        "pool": np.zeros((b, k, n), dtype=np.float32),
        "sentence": np.zeros((b, n), dtype=np.float32),
        "relation": np.zeros((b, k, k), dtype=np.float32),
        "type": np.zeros((b, k, k, len(TYPES)), dtype=np.float32),
        "stage": np.zeros((b, k, k, len(STAGES)), dtype=np.float32),
        "factuality": np.zeros((b, k, k, len(FACTUALITIES)), dtype=np.float32),
        "flag": np.zeros((b, k, k, len(FLAGS)), dtype=np.float32),
        "claimant": np.zeros((b, k), dtype=np.float32),
        "special": np.zeros((b, len(SPECIAL_CLAIMANTS)), dtype=np.float32),
        "claims": np.zeros(b, dtype=np.float32),
    }
    for row, example in enumerate(examples):
        _fill_inputs(out, row, example.window)
        for claim in example.claims:
            _fill_labels(out, row, example.window.slots, claim)
    return out


def _fill_inputs(out: dict[str, np.ndarray], row: int, window: Window) -> None:
    count = len(window.slots)
    out["slots"][row, :count] = window.slot_positions
    out["valid"][row, :count] = 1
    for slot, places in enumerate(window.sentence_positions):
        if places:
            out["pool"][row, slot, places] = 1 / len(places)
    end = len(window.token_ids)
    out["sentence"][row, window.sentence_begin : end] = 1 / max(1, end - window.sentence_begin)


def _fill_labels(out: dict[str, np.ndarray], row: int, slots: list[str], claim: Claim) -> None:
    out["claims"][row] = 1
    for claimant in values(claim, "claimant"):
        if claimant in SPECIAL_CLAIMANTS:
            out["special"][row, SPECIAL_CLAIMANTS.index(claimant)] = 1
        elif claimant in slots:
            out["claimant"][row, slots.index(claimant)] = 1
    for supplier in values(claim, "supplier"):
        for recipient in values(claim, "recipient"):
            if supplier not in slots or recipient not in slots:
                continue
            at = (row, slots.index(supplier), slots.index(recipient))
            out["relation"][at] = 1
            for name, known in (("type", TYPES), ("stage", STAGES), ("factuality", FACTUALITIES)):
                field = "support_type" if name == "type" else name
                for value in values(claim, field):
                    out[name][(*at, known.index(value))] = 1
            for f, flag in enumerate(FLAGS):
                if claim[flag]:
                    out["flag"][(*at, f)] = 1
