"""Prepares a sentence for a network: actor slots, context and sentence as token ids with marked mentions.

Each actor that may take part gets a numbered slot at the front ("[1] Iran [2] Russia ..."), and every mention of it in
context and sentence is preceded by the same number token, so that metonyms, leaders and demonyms are tied to their
actor and one pass of the encoder serves every pair of actors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from flows.extract.packaged import Vocabulary

SENTENCE_TOKENS = 110
TITLE_TOKENS = 24
PUBLISHER_TOKENS = 6
UNKNOWN_SLOT = "UNK"


@dataclass(frozen=True)
class Marked:
    """An actor mention by character offsets in the article's text."""

    start: int
    end: int
    actor_id: str


@dataclass
class Window:
    """Encoder input. `slots` are actor ids; positions index `token_ids`."""

    slots: list[str]
    token_ids: list[int]
    segment_ids: list[int]
    slot_positions: list[int]
    sentence_positions: list[list[int]] = field(default_factory=list)
    sentence_begin: int = 0


@cache
def _name_ids(name: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    return tuple(vocabulary.tokenizer.encode(name, add_special_tokens=False).ids)


def _ids(text: str, vocabulary: Vocabulary) -> list[int]:
    return list(vocabulary.tokenizer.encode(text, add_special_tokens=False).ids) if text.strip() else []


def marked_ids(
    text: str, span: tuple[int, int], mentions: Sequence[Marked], slots: Sequence[str], vocabulary: Vocabulary
) -> list[int]:
    """Token ids of the text's span with a number token before each mention of an actor that has a slot."""
    start, end = span
    numbers = {actor: vocabulary.first_marker + k for k, actor in enumerate(slots)}
    ids: list[int] = []
    at = start
    for mention in mentions:
        if mention.start < at or mention.end > end or mention.actor_id not in numbers:
            continue
        ids += _ids(text[at : mention.start], vocabulary)
        ids.append(numbers[mention.actor_id])
        at = mention.start
    ids += _ids(text[at:end], vocabulary)
    return ids


def build_window(
    text: str,
    span: tuple[int, int],
    context: tuple[int, int],
    title: tuple[int, int] | None,
    mentions: Sequence[Marked],
    slots: Sequence[str],
    names: Sequence[str],
    vocabulary: Vocabulary,
    publisher: str = "",
) -> Window:
    """The encoder input for the sentence at `span`, with as much of `context` (the text before it) as fits.

    `mentions` are sorted by start and cover the whole article; `names` are the slots' names in plain English.
    """
    first = vocabulary.first_marker
    ids, positions = [vocabulary.begin], []
    for k, name in enumerate(names):
        positions.append(len(ids))
        ids.append(first + k)
        ids.extend(_name_ids(name, vocabulary)[:4])
    ids.append(vocabulary.end)
    before = marked_ids(text, context, mentions, slots, vocabulary)
    head = [*_ids(publisher, vocabulary)[:PUBLISHER_TOKENS]] if vocabulary.names_publisher else []
    if title and title != span:
        head += marked_ids(text, title, mentions, slots, vocabulary)[:TITLE_TOKENS]
    ids += head + before[max(0, len(before) - (vocabulary.context_tokens - len(head))) :]
    ids.append(vocabulary.end)
    begin = len(ids)
    sentence = marked_ids(text, span, mentions, slots, vocabulary)[:SENTENCE_TOKENS]
    ids += [*sentence, vocabulary.end]
    places: list[list[int]] = [[] for _ in slots]
    for offset, token in enumerate(sentence):
        if first <= token < first + len(slots):
            places[token - first].append(begin + offset)
    segments = [0] * begin + [1] * (len(ids) - begin)
    return Window(list(slots), ids, segments, positions, places, begin)


def pad(windows: Sequence[Window]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Token ids, segment ids and attention mask of a batch, each (windows, longest) int64."""
    longest = max(len(window.token_ids) for window in windows)
    shape = (len(windows), longest)
    tokens, segments, mask = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, window in enumerate(windows):
        n = len(window.token_ids)
        tokens[row, :n] = window.token_ids
        segments[row, :n] = window.segment_ids
        mask[row, :n] = 1
    return tokens, segments, mask
