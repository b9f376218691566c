"""Reads numbers, scales, currencies and the words of bounds ("more than"), as `schemas/lexicons` lists them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

LEXICONS = Path(__file__).parents[2] / "schemas" / "lexicons"

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


@cache
def _table(name: str) -> list[dict[str, str]]:
    with (LEXICONS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


@cache
def _values() -> dict[str, tuple[float, str]]:
    return {row["word"]: (float(row["value"]), row["kind"]) for row in _table("numerals.csv")}


def _words(*kinds: str) -> str:
    return _alternatives([word for word, (_, kind) in _values().items() if kind in kinds])


@cache
def amount_pattern() -> re.Pattern[str]:
    """Matches an amount; groups bound, money (before), number, plus, money2, number2 (of a range), money3 (after)."""
    before = (
        r"(?<![A-Za-z])(?:"
        + _alternatives([row["written"] for row in _table("currencies.csv") if row["place"] != "after"])
        + ")"
    )
    after = _alternatives([row["written"] for row in _table("currencies.csv") if row["place"] != "before"])
    spelled = rf"(?:{_words('tens')})(?:[\s-](?:{_words('count')}))?|(?:{_words('count')})"
    scale = rf"(?:[\s-]?(?:{_words('scale')})\b)+|(?:{_words('glued')})\b"
    number = (
        rf"(?:a|several|a\s+few|few|a\s+couple\s+of|half\s+a|another)\s+(?:{_words('scale')})\b(?:\s+(?:{_words('scale')})\b)?"
        rf"|(?:{_words('vague')})\b(?:\s+of\s+(?:{_words('vague')})\b)?|(?:{_DIGITS}|\b(?:{spelled})\b)(?:{scale})?"
        rf"|\b(?:a\s+pair\s+of|a\s+couple\s+of|half\s+a\s+dozen)|\b(?:{_words('scale')})\b"
    )
    bound = _alternatives([row["phrase"] for row in _table("bounds.csv")])
    extra = r"(?:(?:an?\s+)?(?:additional|extra|further|initial|total|record|another|estimated)\s+(?:of\s+)?)*"
    return re.compile(
        rf"(?:\b(?P<bound>{bound})\s+)?{extra}(?:(?:between|from)\s+)?(?P<money>(?:{before})\s?)?(?P<number>{number})(?P<plus>\+)?"
        rf"(?:\s?(?:to|and|or|[-–])\s?(?:(?:about|around|nearly|almost|more\s+than)\s)?(?P<money2>(?:{before})\s?)?(?P<number2>(?:{_DIGITS}|\b(?:{spelled})\b)(?:{scale})?))?"
        rf"(?:[\s-](?:of\s+)?\(?(?P<money3>{after})\b)?",
        re.I,
    )


@cache
def _codes() -> dict[str, str]:
    return {row["written"].lower(): row["code"] for row in _table("currencies.csv")}


def currency_of(before: str | None, after: str | None) -> str | None:
    """The ISO 4217 code of the words of a currency, None if there are none; KeyError for unlisted words."""
    written = before or after
    return None if not written else _codes()[re.sub(r"\s+", " ", written.strip().lower())]


@cache
def _bounds() -> dict[str, str]:
    return {row["phrase"]: row["bound"] for row in _table("bounds.csv")}


def bound_of(phrase: str) -> str:
    """Which bound a phrase leaves: "low" ("more than"), "high" ("up to") or "exact" ("about")."""
    return _bounds()[re.sub(r"\s+", " ", phrase.lower())]


def scale_of(written: str) -> float:
    """The product of the scale words in a number: 1e6 for "2.5 million"."""
    factor = 1.0
    for word in re.findall(r"[a-z]+", written.lower()):
        value, kind = _values().get(word, (1.0, ""))
        if kind in ("scale", "glued"):
            factor *= value
    return factor


def value_of(written: str) -> tuple[float, bool]:
    """The number that words stand for, and whether it is only a floor ("dozens", "several hundred")."""
    text = written.lower().replace(",", "")
    words = re.findall(r"[a-z]+|\d+(?:\.\d+)?", text)
    if words[:2] == ["half", "a"]:
        return scale_of(text) / 2, False
    total, vague = 0.0, words[0] in ("several", "few") or words[:2] == ["a", "few"]
    if vague:
        return 2 * scale_of(text), True
    if "pair" in words or "couple" in words:
        return 2.0 * scale_of(text), False
    for word in words:
        value, kind = (float(word), "digits") if word[0].isdigit() else _values().get(word, (0.0, ""))
        if kind == "vague":
            vague = True
            total = total * value / 2 if total else value
        elif kind in ("count", "tens", "digits"):
            total += value
        elif kind in ("scale", "glued"):
            total = (total or 1.0) * value
    return round(total, 4), vague
