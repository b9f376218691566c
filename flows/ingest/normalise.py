"""One form for every text: NFC, plain spaces and line feeds, no control or invisible characters, paragraphs kept."""

from __future__ import annotations

import re
import unicodedata

LINE_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028]")
PARAGRAPH_BREAK = re.compile("\u2029")
# Characters that are not seen: soft hyphen, grapheme joiner, fillers, marks of direction, zero-width space, word joiner,
# operators, variation selectors, byte order mark, annotations, tags. Within a name they would hide it from the reader.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# The zero-width joiners stay where Persian, the Indian scripts and emoji need them; no script up to Armenian does.
JOINERS = re.compile("[\u200c\u200d]+")
WITHOUT_JOINERS = re.compile(r"[0-9A-Za-z\u00c0-\u058f\u1e00-\u1fff]")
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
    text = unicodedata.normalize("NFC", text)
    if JOINERS.search(text):
        text = unicodedata.normalize("NFC", JOINERS.sub(_joiners, text))
    text = SPACES.sub(" ", text)
    return BLANK_LINES.sub("\n\n", AROUND_BREAK.sub("\n", text)).strip(" \n")


def normalise_line(text: str | None) -> str | None:
    """The same on one line, for titles and names; None where nothing is left."""
    return (normalise(text).replace("\n", " ").replace("  ", " ") or None) if text else None


def _joiners(match: re.Match[str]) -> str:
    """Zero-width joiners as they are, or nothing where a neighbour is of a script that does not spell with them."""
    around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return "" if WITHOUT_JOINERS.search(around) else match[0]
