"""The language of a text by py3langid, from its beginning and without chance, so that every run says the same."""

from __future__ import annotations

import py3langid

HEAD_CHARACTERS = 2000
"""The classifier's time grows with the text, and its answer hardly changes after some hundred words."""
FEWEST_LETTERS = 40
SAMPLE_CHARACTERS = 400
"""Enough to see whether there are letters, and whether they are capitals."""
UNDETERMINED = "und"


def language(text: str) -> str:
    """ISO 639-1 code of the language of a text; `und` where there are too few letters to tell.

    Texts in capitals (old wire copy) are lowered first: the classifier has learned from running text.
    """
    head = text[:HEAD_CHARACTERS]
    sample = head[:SAMPLE_CHARACTERS]
    n_letters = sum(map(str.isalpha, sample))
    # Scripts without spaces say as much in a third of the characters.
    if n_letters < (FEWEST_LETTERS if head.isascii() or " " in head else FEWEST_LETTERS // 3):
        return UNDETERMINED
    if sum(map(str.isupper, sample)) > n_letters / 2:
        head = head.lower()
    code, _ = py3langid.classify(head)
    return str(code)
