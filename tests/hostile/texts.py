"""Texts made to cost time: one pattern repeated, or one word without end."""

from __future__ import annotations

PATTERNS = {
    "one_word": "a",
    "capitals": "A",
    "digits": "7",
    "digits_and_commas": "1,000,",
    "digits_and_dots": "1.2.",
    "dots": ".",
    "dots_and_spaces": ". ",
    "dashes": "-",
    "dashed_word": "a-",
    "spaced_dashes": " - ",
    "spaces": " ",
    "odd_spaces": "\u00a0\t",
    "breaks": "\n",
    "breaks_and_spaces": " \n ",
    "quotes": '"',
    "open_quotes": "“a ",
    "apostrophes": "’",
    "open_brackets": "(",
    "nested_brackets": "((a)",
    "bracketed_numbers": "(1 ",
    "of_of": "of ",
    "commas": "a, ",
    "names_and_commas": "Iran, Russia, ",
    "names_in_capitals": "IRAN RUSSIA ",
    "initials": "A. B. ",
    "at_signs": "a@",
    "addresses": "www.a",
    "addresses_unfinished": "http://",
    "months": "May ",
    "hundreds": "hundreds of ",
    "money": "$5 million ",
    "and_and": "and ",
    "train_on": "train ",
    "said": "said ",
    "since": "since a, ",
    "letters_and_digits": "T-72B3 ",
    "combining": "e\u0301",
    "colons": "a:",
    "slashes": "a/",
    "angle_brackets": "<a ",
}


def text(name: str, length: int) -> str:
    """The pattern of that name, repeated to `length` characters."""
    pattern = PATTERNS[name]
    return (pattern * (length // len(pattern) + 1))[:length]
