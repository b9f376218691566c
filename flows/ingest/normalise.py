"""One form for every text: NFC, plain spaces and line feeds, no control or invisible characters, paragraphs kept."""

from __future__ import annotations

import re
import unicodedata

LINE_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028]")
PARAGRAPH_BREAK = re.compile("\u2029")
# Zero-width space, word joiner, byte order mark, soft hyphen, and the marks of direction. The zero-width joiners
# U+200C and U+200D stay: Persian and the Indian scripts spell with them.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
# Not a lone plain space: replacing each of them by itself would take most of the time.
ODD_SPACE = r"\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
SPACES = re.compile(rf"[ {ODD_SPACE}]{{2,}}|[{ODD_SPACE}]")
AROUND_BREAK = re.compile(r" ?\n ?")
BLANK_LINES = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    """The text in its one form; `normalise(normalise(x)) == normalise(x)` for every x.

    Runs of spaces become one space, three and more line breaks become two (one blank line), and the ends are stripped.
    A lone surrogate, which no encoding can write, becomes U+FFFD.
    """
    text = PARAGRAPH_BREAK.sub("\n\n", LINE_BREAK.sub("\n", text))
    text = CONTROL.sub("", INVISIBLE.sub("", SURROGATE.sub("\ufffd", text)))
    # Composing may bring forth a space or a mark that was written otherwise, so spaces are cleaned after it.
    text = SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return BLANK_LINES.sub("\n\n", AROUND_BREAK.sub("\n", text)).strip(" \n")


def normalise_line(text: str | None) -> str | None:
    """The same on one line, for titles and names; None where nothing is left."""
    return (normalise(text).replace("\n", " ").replace("  ", " ") or None) if text else None
