"""Texts of the data as the report shows them: in one line, with nothing that XML forbids or Markdown would read."""

from __future__ import annotations

import re

MARKS = re.compile(r"([\\`*_{}\[\]<>#!|&~$])")


def one_line(text: str) -> str:
    """The text without line breaks and control characters: XML forbids some, and others turn the line round."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def shortened(text: str, n_chars: int) -> str:
    """The text in one line of at most `n_chars` characters."""
    line = one_line(text)
    return line if len(line) <= n_chars else line[: n_chars - 1].rstrip() + "…"


def escaped(text: str) -> str:
    """The text in one line, no part of which is read as Markdown or HTML."""
    return MARKS.sub(r"\\\1", one_line(text))
