"""Splits the normalised text of an article into sentences with their character offsets.

Rules rather than a parser's boundaries: they keep the headline apart, survive glued sentences ("in ruins.Biden said")
and abbreviations, and give the same spans whatever model parses the sentences later.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEXICONS = Path(__file__).parents[2] / "schemas" / "lexicons"
MAX_SENTENCE = 1500
"""Longest sentence in characters; longer ones (tables, lists without stops) are cut at the last space before."""

_CLOSERS = re.escape("\"'”’)]»")
_BREAK = re.compile(
    rf"(?P<stop>[.!?…]+)(?P<close>[{_CLOSERS}]*)(?P<gap>\s*)(?=(?P<next>\S))|\n\s*\n?|(?<=\S)\s+[•▪●]\s+"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence: `start` and `end` are character offsets in the article's text; `index` counts from 0."""

    index: int
    start: int
    end: int
    text: str
    is_title: bool = False


@cache
def abbreviations() -> frozenset[str]:
    """Words after which a full stop seldom ends a sentence, lower-cased, without the last stop."""
    with (LEXICONS / "abbreviations.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["abbreviation"].lower() for row in csv.DictReader(file))


def split_sentences(text: str, title: str | None = None) -> list[Sentence]:
    """Sentences of `text` in order, without gaps of words: every non-space character is in one of them.

    `title`, where it opens the text, is a sentence of its own.
    """
    spans: list[tuple[int, int]] = []
    body = 0
    if title and text.startswith(title):
        body = len(title)
        spans.extend(_cut_long(text, 0, body))
    spans.extend(_spans(text, body))
    sentences: list[Sentence] = []
    for start, end in spans:
        start, end = _strip(text, start, end)
        if start < end:
            is_title = body > 0 and start < body
            sentences.append(Sentence(len(sentences), start, end, text[start:end], is_title))
    return sentences


def _spans(text: str, begin: int) -> list[tuple[int, int]]:
    spans = []
    start = begin
    for match in _BREAK.finditer(text, begin):
        if match["stop"] is None:
            cut, restart = match.start(), match.end()
        elif _ends_sentence(text, match):
            cut = match.end("close")
            restart = cut
        else:
            continue
        spans.append((start, cut))
        start = restart
    spans.append((start, len(text)))
    return [piece for span in spans for piece in _cut_long(text, *span)]


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = match["next"]
    if "\n" in match["gap"]:
        return True
    opens = following.isupper() or following in "\"'“‘([«-–—*#>" or (following.isdigit() and bool(match["gap"]))
    if not opens:
        return False
    if match["stop"][0] in "!?…" or len(match["stop"]) > 1:
        return bool(match["gap"]) or bool(match["close"])
    word = re.search(r"(\S+)$", text[max(0, match.start() - 40) : match.start()])
    last = word.group(1).lstrip("\"'“‘([«-–—") if word else ""
    if not match["gap"] and not match["close"]:
        # A glued stop ends a sentence only between words: not in "U.S", "idrw.ORG", "3.B".
        tail = text[match.end() : match.end() + 3]
        return len(last) > 1 and last[-1].islower() and "." not in last and (len(tail) > 1 and tail[1:2] != ".")
    if last.lower() in abbreviations() or re.fullmatch(r"[A-Z]", last):
        return False if match["close"] == "" else last.lower() in {"u.s", "u.n", "u.k", "e.u"}
    return last not in {"U.S", "U.N", "U.K"}


def _cut_long(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        cut = cut if cut > 0 else start + MAX_SENTENCE
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
