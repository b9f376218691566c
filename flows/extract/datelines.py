"""Finds the datelines of reports ("MOSCOW (Reuters) -"): they say where a report was filed, not who acts in it."""

from __future__ import annotations

import re

from schemas.lexicons import person_words

_MONTH = r"(?i:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[A-Za-z]*\.?"
_DAY = rf"(?:,?\s(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,?\s\d{{2,4}})?)"
_SOURCE = r"\((?P<source>[A-Za-z /\-]{2,40})\)"
_CAPITALS = r"[A-Z][A-Z.'’\-]+(?:[ /][A-Z][A-Z.'’\-]+){0,4}"
_MIXED = r"[A-Z][\w.'’\-]+(?:[ /][A-Z][\w.'’\-]+){0,2}"
_REGION = r"(?:,\s[A-Z][\w.]+(?:\s[A-Z][\w.]+){0,2})?"
PLACE_IN_CAPITALS = re.compile(
    rf"^[ \t]*{_CAPITALS}{_REGION}(?:\s\([A-Z ]+\))?{_DAY}?"
    rf"(?:(?<=\d)\s\([^()\n]{{2,60}}\)|\s?{_SOURCE}|\s?,?\s?(?:--|[–—]|-\s))",
    re.MULTILINE,
)
"""MOSCOW (Reuters); KYIV, Ukraine (AP); WASHINGTON, March 3 (UPI); LIMA (PERU), 3 MAY 89 (EFE); BEIJING --"""
PLACE_IN_MIXED_CASE = re.compile(
    rf"(?:\A|\n)[ \t]*{_MIXED}{_REGION}{_DAY}?\s?"
    rf"(?:{_SOURCE}\s?[-–—:]|(?:--|[–—]|-\s)\s?(?=[\"“A-Z])|CNN\s)"
)
"""Moscow (AFP) –; Berlin, Germany – Soldiers ...; London CNN"""
REACH = 600
"""Characters from the start of a text within which a dateline in mixed case may stand."""


def dateline_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each dateline; those with an unknown agency in brackets are left out."""
    agencies = person_words("dateline_agency")
    return [
        match.span()
        for matches in (PLACE_IN_CAPITALS.finditer(text), PLACE_IN_MIXED_CASE.finditer(text, 0, REACH))
        for match in matches
        if match["source"] is None or match["source"].strip() in agencies
    ]
