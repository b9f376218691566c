"""Support types, stage and factuality from the words around a claim: logistic regression over lemmas and their places.

It sees what the trees do not: any word of the sentence, before or after the two sides, the goods and the trigger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Token

from flows.extract.coding import TypedPair, governors, item_types, pair_frames
from flows.extract.features import Pair
from flows.extract.frames import Frame
from flows.extract.modality import read_modality
from flows.extract.reading import SentenceReading

WORDS_SHARE = 0.4
"""Weight of this model's log-probability beside that of the trees; chosen by cross-validation."""
SUPPLIER, RECIPIENT, OTHER_ACTOR, NUMBER = "<S>", "<R>", "<A>", "<0>"
PAST_AND_PARTICIPLES = frozenset({"VBD", "VBN", "VBG"})
NO_TYPE = "none"
NEAR_TRIGGER, NEAR_SIDE, NEAR_GOODS = 6, 3, 4
Features = dict[str, float]


@dataclass(frozen=True)
class WordModel:
    """`weights` (features, classes) and `bias` (classes,); `names` gives the row of a feature."""

    names: Mapping[str, int]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probability(self, features: Features) -> NDArray[np.float64]:
        """Probabilities (classes,) of classes that exclude each other; unseen features say nothing."""
        raw = self.logits(features)
        risen = np.exp(raw - raw.max())
        shares: NDArray[np.float64] = risen / risen.sum()
        return shares

    def logits(self, features: Features) -> NDArray[np.float64]:
        """Scores (classes,); of classes that do not exclude each other, each is the log-odds of its own."""
        raw = self.bias.astype(np.float64)
        for name, value in features.items():
            if (row := self.names.get(name)) is not None:
                raw = raw + value * self.weights[row]
        return raw

    def save(self, path: Path) -> None:
        """Writes names and weights (half precision) as a compressed npz file."""
        text = "\n".join(sorted(self.names, key=self.names.__getitem__)).encode()
        np.savez_compressed(
            path, names=np.frombuffer(text, np.uint8), weights=self.weights.astype(np.float16), bias=self.bias
        )


def load_words(path: Path) -> WordModel:
    """The model saved at `path`; FileNotFoundError if it is not there."""
    with np.load(path) as data:
        names = data["names"].tobytes().decode().split("\n")
        return WordModel({n: k for k, n in enumerate(names)}, data["weights"].astype(np.float32), data["bias"])


def blended(trees: NDArray[np.float64], words: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weighted geometric mean of two distributions over the same classes."""
    mixed = np.exp((1 - WORDS_SHARE) * np.log(trees + 1e-4) + WORDS_SHARE * np.log(words + 1e-4))
    shares: NDArray[np.float64] = mixed / mixed.sum()
    return shares


def blended_odds(trees: NDArray[np.float64], words: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weighted mean, in log-odds, of probabilities by trees and log-odds by words, both (classes,)."""
    sure = np.clip(trees, 1e-4, 1 - 1e-4)
    odds = (1 - WORDS_SHARE) * np.log(sure / (1 - sure)) + WORDS_SHARE * np.clip(words, -9, 9)
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return chances


def type_features(reading: SentenceReading, pair: Pair) -> Features:
    """Words as in `word_features`, whatever the goods, with the types of the items and what the trigger governs."""
    frames = pair_frames(reading, pair)
    found = word_features(reading, TypedPair(pair, NO_TYPE, frames[0] if frames else None, None))
    del found[f"type {NO_TYPE}"]
    types = item_types(reading)
    found |= {f"item {name}": 1.0 for name in types}
    if len(types) == 1:
        found |= {f"only item {name}": 1.0 for name in types}
    for goods in frames[0].objects if frames else []:
        found[f"object {goods.lemma_.lower()}"] = 1.0
        found |= {f"in object {token.lemma_.lower()}": 1.0 for token in goods.subtree}
    return found


def word_features(reading: SentenceReading, typed: TypedPair) -> Features:
    """Words of the sentence, in pairs and by place; actors appear as what they are to the pair, numbers alike."""
    words = _words(reading, typed)
    found: Features = {f"word {word}": 1.0 for word in words}
    found |= {f"two {a} {b}": 0.7 for a, b in pairwise(words)}
    found[f"type {typed.support_type}"] = 1.0
    if reading.sentence.is_title:
        found["headline"] = 1.0
    for at, word in enumerate(words):
        if word in (SUPPLIER, RECIPIENT):
            found |= {f"after {word} {near}": 1.0 for near in words[at + 1 : at + 1 + NEAR_SIDE]}
            found |= {f"before {word} {near}": 1.0 for near in words[max(0, at - NEAR_SIDE) : at]}
    if typed.frame is None:
        found["no frame"] = 1.0
    else:
        found |= _trigger_features(typed.frame, words)
    goods = _goods(reading, typed)
    if goods is not None:
        found |= {f"before goods {near}": 1.0 for near in words[max(0, goods.i - NEAR_GOODS) : goods.i]}
        found |= {f"over goods {words[above.i]}": 1.0 for above in governors(goods)[1:5]}
    return found


def _words(reading: SentenceReading, typed: TypedPair) -> list[str]:
    """One word a token: the lemma (verbs with their tense), or what stands for an actor or a number."""
    start = reading.sentence.start
    kinds = {typed.pair.supplier_id: SUPPLIER, typed.pair.recipient_id: RECIPIENT}
    actors: dict[int, str] = {}
    for mention in reading.mentions:
        for token in reading.doc:
            if token.idx < mention.end - start and token.idx + len(token) > mention.start - start:
                actors[token.i] = kinds.get(mention.actor_id, OTHER_ACTOR)
    return [actors.get(token.i) or _word(token) for token in reading.doc]


def _word(token: Token) -> str:
    if token.like_num:
        return NUMBER
    lemma: str = token.lemma_.lower().strip().replace("\n", " ")
    return f"{lemma}/{token.tag_}" if token.tag_ in PAST_AND_PARTICIPLES else lemma


def _trigger_features(frame: Frame, words: list[str]) -> Features:
    at, read = frame.trigger.i, read_modality(frame)
    chain = governors(frame.trigger)
    found = {
        f"trigger {words[at]}": 1.0,
        f"frame {frame.frame}": 1.0,
        f"stage {read.stage}": 1.0,
        f"factuality {read.factuality}": 1.0,
    }
    found |= {f"before trigger {word}": 1.0 for word in words[max(0, at - NEAR_TRIGGER) : at]}
    found |= {f"after trigger {word}": 1.0 for word in words[at : at + NEAR_TRIGGER + 1]}
    found |= {f"over trigger {words[above.i]}": 1.0 for above in chain[1:6]}
    return found | {f"under {child.dep_} {words[child.i]}": 1.0 for above in chain[:3] for child in above.children}


def _goods(reading: SentenceReading, typed: TypedPair) -> Token | None:
    if typed.item is None:
        return None
    at = typed.item.start - reading.sentence.start
    return next((token for token in reading.doc if token.idx <= at < token.idx + len(token)), None)
