"""Finds the longest listed phrases in a text, word by word: hyphens, spaces and case make no difference.

A trie over words rather than an automaton over characters: a phrase can only start and end at the edge of a word,
"F16", "F-16" and "F 16" are one key, and most words of a text cost one failed dictionary look-up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

WORD = re.compile(r"[^\W\d_]+|\d+")
"""A word of the trie: a run of letters or a run of digits ("F-16C" is F, 16, C)."""

_GAP = re.compile(r"\s{0,3}[-‐‑–/.]?\s?|\s{1,4}|['’]")
_PLAIN_GAPS = frozenset((" ", "-", "", "/", "‑", "'", "’", "."))
_END = ""

Payload = TypeVar("Payload")


class Word(NamedTuple):
    """A word of a text with its offsets; `key` is its lower-cased form."""

    start: int
    end: int
    key: str


@dataclass(frozen=True)
class PhraseMatch(Generic[Payload]):
    """A phrase found at `start` to `end`; `payloads` holds what was added under it, in the order of adding."""

    start: int
    end: int
    payloads: tuple[Payload, ...]


def words_of(text: str) -> list[Word]:
    """The words of a text in order."""
    return [Word(match.start(), match.end(), match.group().lower()) for match in WORD.finditer(text)]


def plural(word: str) -> str:
    """The regular English plural of a lower-cased word."""
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    if word.endswith("man") and len(word) > 4:
        return word[:-2] + "en"
    return word + "s"


class PhraseTrie(Generic[Payload]):
    """Phrases with what they stand for."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}

    def add(self, phrase: str, payload: Payload) -> None:
        """Add a phrase; one phrase may carry several payloads. ValueError if it holds no word."""
        keys = [match.group().lower() for match in WORD.finditer(phrase)]
        if not keys:
            raise ValueError(f"the phrase {phrase!r} holds no word")
        node = self._root
        for key in keys:
            node = node.setdefault(key, {})
        held = node.setdefault(_END, [])
        if payload not in held:
            held.append(payload)

    def add_all(self, phrases: Iterable[str], payload: Payload) -> None:
        """Add several phrases for one payload."""
        for phrase in phrases:
            self.add(phrase, payload)

    def find(self, text: str, words: list[Word]) -> Iterator[PhraseMatch[Payload]]:
        """The phrases that start at each word, longest first for each start; `words` as made by `words_of`."""
        root = self._root
        for index, word in enumerate(words):
            node = root.get(word.key)
            if node is None:
                continue
            ends: list[tuple[int, list[Payload]]] = []
            here = index
            while True:
                if _END in node:
                    ends.append((words[here].end, node[_END]))
                here += 1
                if here >= len(words):
                    break
                following = node.get(words[here].key)
                if following is None or not _is_gap(text[words[here - 1].end : words[here].start]):
                    break
                node = following
            for end, payloads in reversed(ends):
                yield PhraseMatch(word.start, end, tuple(payloads))


def _is_gap(gap: str) -> bool:
    return gap in _PLAIN_GAPS or ("\n\n" not in gap and _GAP.fullmatch(gap) is not None)
