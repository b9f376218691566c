"""Marks the words of an evidence sentence from which the roles of a claim were read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.text import Text

ROLES = {
    "supplier": "bold cyan",
    "recipient": "bold green",
    "item": "yellow",
    "quantity": "bold yellow",
    "trigger": "magenta",
    "claimant": "bold blue",
    "date": "bright_black",
}
"""The roles that a claim gives words for (column `<role>_text`), and how they are shown."""


@dataclass(frozen=True)
class Mark:
    """A role and the place of its words in the evidence."""

    role: str
    start: int
    end: int


def find_roles(claim: Mapping[str, Any]) -> tuple[list[Mark], dict[str, str]]:
    """The roles whose words stand in the evidence, and the words of those read from elsewhere in the article."""
    marks: list[Mark] = []
    elsewhere: dict[str, str] = {}
    for role in ROLES:
        words = claim.get(f"{role}_text")
        if not words:
            continue
        place = _place(words, claim["evidence_text"], {(mark.start, mark.end) for mark in marks})
        if place is None:
            elsewhere[role] = words
        else:
            marks.append(Mark(role, *place))
    return marks, elsewhere


def highlighted(claim: Mapping[str, Any], marks: Sequence[Mark] | None = None) -> Text:
    """The evidence with its roles in colour; `marks` where their places are known better than by the words alone."""
    from rich.text import Text

    text = Text(claim["evidence_text"])
    marks = find_roles(claim)[0] if marks is None else marks
    # The longest first, so that a name within the words of a claimant keeps its own colour.
    for mark in sorted(marks, key=lambda mark: mark.start - mark.end):
        text.stylize(ROLES[mark.role], mark.start, mark.end)
    return text


def bracketed(claim: Mapping[str, Any], marks: Sequence[Mark] | None = None) -> str:
    """The evidence with its roles in brackets, for output without colour: `[supplier: Iran] sent ...`."""
    evidence: str = claim["evidence_text"]
    marks = find_roles(claim)[0] if marks is None else marks
    opening = [(mark.start, 1, -mark.end, f"[{mark.role}: ") for mark in marks]
    closing = [(mark.end, 0, -mark.start, "]") for mark in marks]
    parts, position = [], 0
    for place, _order, _nesting, sign in sorted(opening + closing):
        parts += [evidence[position:place], sign]
        position = place
    return "".join([*parts, evidence[position:]])


def _place(words: str, evidence: str, taken: set[tuple[int, int]]) -> tuple[int, int] | None:
    """Where the words stand on their own in the evidence, rather at a place that no other role has."""
    spans = [found.span() for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", evidence)]
    return next((span for span in spans if span not in taken), spans[0] if spans else None)
