"""Text made to cost time costs no more than its length: four times the text, about four times the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flows.extract.actors import address_spans, find_mentions
from flows.extract.context import read_context
from flows.extract.datelines import dateline_spans
from flows.extract.dates import find_dates
from flows.extract.items import find_items
from flows.extract.quantities import find_quantities
from flows.extract.quotes import quoted_spans
from flows.extract.screen import candidates
from flows.extract.sentences import MAX_SENTENCE, split_sentences
from flows.ingest.normalise import normalise
from flows.redaction import redacted
from tests.hostile.growth import QUICK, growth, patterns_of, seconds
from tests.hostile.readings import READINGS, article
from tests.hostile.texts import PATTERNS, pattern_text, text

LENGTH = 50_000
STEEPEST = 1.6
"""Exponent of growth: 1 in proportion to the length, 2 by its square; what is measured is unsteady."""
WHOLE_TEXT: dict[str, Callable[[str], Any]] = {
    "normalise": normalise,
    "split_sentences": split_sentences,
    "dateline_spans": dateline_spans,
    "quoted_spans": quoted_spans,
    "find_items": find_items,
    "find_mentions": find_mentions,
    "address_spans": address_spans,
    "redacted": redacted,
}
OF_A_SENTENCE: dict[str, Callable[[str], Any]] = {
    "find_dates": lambda sentence: find_dates(sentence, date(2024, 1, 1)),
    "find_quantities": find_quantities,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", WHOLE_TEXT)
def test_time_grows_with_the_text_and_not_faster(name: str) -> None:
    read = WHOLE_TEXT[name]
    read("Iran sent missiles to Russia.")
    for pattern in PATTERNS:
        long = seconds(read, text(pattern, LENGTH))
        assert long < 3, pattern
        if long > QUICK:
            short = seconds(read, text(pattern, LENGTH // 4), times=3)
            again = seconds(read, text(pattern, LENGTH), times=3)
            assert again < max(12 * short, QUICK), pattern


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", OF_A_SENTENCE)
def test_a_sentence_is_read_at_once_whatever_it_holds(name: str) -> None:
    for pattern in PATTERNS:
        assert seconds(OF_A_SENTENCE[name], text(pattern, MAX_SENTENCE)) < 0.5, pattern


@pytest.mark.timeout(200)
@pytest.mark.parametrize("pattern", ["claims", "quotes_of_claims", "names_and_addresses"])
@pytest.mark.parametrize("name", ["screened", "windows"])
def test_an_article_is_prepared_in_time_that_grows_with_its_length(name: str, pattern: str) -> None:
    READINGS[name]("Iran sent missiles to Russia, officials said.")
    assert growth(name, pattern, (8_000, 32_000), times=2).exponent < STEEPEST


@pytest.mark.timeout(100)
@pytest.mark.parametrize("name", ["article_row", "fragment_text", "published_at"])
def test_records_and_markup_are_read_in_time_that_grows_with_their_length(name: str) -> None:
    READINGS[name]("Iran sent missiles to Russia, officials said.")
    for pattern in patterns_of(name):
        grown = growth(name, pattern, (10_000, 40_000))
        if grown.exponent > STEEPEST:  # a busy machine makes single figures unsteady
            grown = growth(name, pattern, (10_000, 40_000), times=3)
        assert grown.exponent < STEEPEST, grown


def test_of_one_article_no_more_sentences_are_read_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.extract.screen.MOST_CANDIDATES", 7)
    context = read_context(article(pattern_text("claims", 1_000)))
    assert len(context.sentences) > 20
    assert candidates(context) == set(range(7))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_sentence_is_longer_than_the_parser_is_given(pattern: str) -> None:
    whole = text(pattern, 20_000)
    assert all(len(sentence.text) <= MAX_SENTENCE for sentence in split_sentences(whole, whole))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("see https://example.org/iran today", ["https://example.org/iran"]),
        ("write to desk@example.org, please", ["desk@example.org"]),
        ("(www.iran.example)", ["www.iran.example)"]),
        ("a@b and @iran and c@", []),
    ],
)
def test_addresses(words: str, found: list[str]) -> None:
    assert [words[start:end] for start, end in address_spans(words)] == found
