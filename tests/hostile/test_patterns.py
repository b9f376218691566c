"""No regular expression of the code takes long for text made from that very expression."""

from __future__ import annotations

import re
import time
from functools import cache
from typing import Any

import pytest

from flows.extract.sentences import MAX_SENTENCE
from flows.ingest.normalise import normalise
from tests.hostile.patterns import attacks, expressions, is_nested

WHOLE_TEXTS = (
    "flows.commands.printing.CONTROL",
    "flows.extract.actors.LOST_BLANK",
    "flows.extract.actors.WORD",
    "flows.extract.datelines.PLACE_IN_CAPITALS",
    "flows.extract.headlines._WORD",
    "flows.extract.sentences._BREAK",
    "flows.ingest.encoding.CONTROL",
    "flows.ingest.near_duplicates.WORD",
    "flows.ingest.normalise.",
    "flows.ingest.readers.html_page.XML_DECLARATION",
    "flows.redaction.",
    "flows.report.text.MARKS",
)
"""Expressions that are given texts of any length; all others are given a sentence, or what stands around a place."""
LENGTH = 20_000
"""Characters at which the square of the length would take seconds."""
MOST_SECONDS = 0.5
EXPONENTIAL = r"(?:[a-z]+)+!", r"(?:a+|b)*c", r"(?:\s*\w*)*x", r"(?:(?:x+))+y"
SET_APART = r"(?:[a-z]+ )+!", r"(?:\s+\w+){0,5}", r"a+b+c+", r"(?:,\s*x)*"


@cache
def found() -> dict[str, re.Pattern[Any]]:
    return expressions()


def slowest(pattern: re.Pattern[Any], length: int, is_of_article: bool = False) -> tuple[float, Any]:
    """Processor seconds of the slowest search in text made from the expression, and the beginning of that text.

    Texts of articles are normalised before anything is looked for in them: they hold no runs of spaces.
    """
    worst: tuple[float, Any] = (0.0, "")
    for text in attacks(pattern, length):
        text = normalise(text) if is_of_article else text
        started = time.process_time()
        pattern.search(text)
        taken = time.process_time() - started
        if taken > worst[0]:
            worst = (taken, text[:60])
        if taken > MOST_SECONDS:
            break
    return worst


def test_expressions_of_every_kind_are_found() -> None:
    names = set(found())
    assert len(names) > 100
    assert {"flows.extract.sentences._BREAK", "flows.ingest.normalise.SPACES"} <= names
    assert any(name.startswith("flows.extract.dates._RULES[3]") for name in names)
    assert any(name.startswith("flows.extract.numerals.amount_pattern()") for name in names)
    assert any(re.fullmatch(r"flows\.extract\.quantities:\d+", name) for name in names)
    assert any(name.startswith("flows.extract.gazetteer guard") for name in names)
    for whole in WHOLE_TEXTS:
        assert any(name.startswith(whole) for name in names), whole


@pytest.mark.timeout(300)
def test_none_takes_long_for_a_sentence() -> None:
    slow = {}
    for name, pattern in found().items():
        taken, text = slowest(pattern, MAX_SENTENCE, name.startswith("flows.extract."))
        if taken > MOST_SECONDS:
            slow[name] = (round(taken, 2), text)
    assert slow == {}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("whole", WHOLE_TEXTS)
def test_none_that_is_given_whole_texts_takes_the_square_of_their_length(whole: str) -> None:
    for name, pattern in found().items():
        if name.startswith(whole):
            taken, text = slowest(pattern, LENGTH, name.startswith("flows.extract."))
            assert taken < MOST_SECONDS, (name, text)


def test_none_repeats_a_repeat() -> None:
    assert [name for name, pattern in found().items() if is_nested(pattern)] == []


@pytest.mark.parametrize("written", EXPONENTIAL)
def test_a_repeat_of_a_repeat_would_be_noticed(written: str) -> None:
    assert is_nested(re.compile(written))


@pytest.mark.parametrize("written", SET_APART)
def test_repeats_that_are_set_apart_may_stand(written: str) -> None:
    assert not is_nested(re.compile(written))


def test_the_square_of_the_length_would_be_noticed() -> None:
    assert slowest(re.compile(r"a+!"), 3 * LENGTH)[0] > MOST_SECONDS
    assert slowest(re.compile(r"(?:x\s*y\s*)+z"), 200)[0] < MOST_SECONDS
