"""The reader as the extract flow runs it: what holds of every claim it publishes, whatever its weights."""

from __future__ import annotations

import re
from typing import Any

import pytest

from flows.extract.engine import EXTRACTOR_VERSION, Article, Reader, Reading
from schemas.arrow import arrow_schema
from schemas.tables import vocabulary
from tests.extract.parsing import PUBLISHED

STORIES = {
    "denial": (
        "Tehran rejects charge of arming Moscow",
        "Iran has sent hundreds of attack drones to Russia since the summer, Ukraine said on Tuesday. "
        'Iran denied it. "We have given weapons to neither side," the foreign ministry said. '
        "The United States believes that missiles will follow.",
    ),
    "package": (
        "Oslo to send tanks to Kyiv",
        "Norway will send eight Leopard 2 tanks to Ukraine in March, the defence ministry said. "
        "Sweden has delivered 5,000 AT4 launchers to Ukraine, and Germany has sent shells. "
        "Ukraine had asked Norway for more air defence batteries.",
    ),
    "sale": (
        None,
        "WASHINGTON - The State Department approved a $2 billion sale of F-16 fighter jets to Bahrain on Monday. "
        "Bahrain bought its first jets from the United States in 1987. Congress may still block the sale.",
    ),
    "rebels": (
        "Rockets in the cellar",
        "Syria gave rockets to Hezbollah, an official who asked not to be named said. "
        "Iran had supplied them to Syria by air.",
    ),
    "sport": ("Norway through on penalties", "Norway beat Ukraine in Warsaw on Sunday. The crowd sang until midnight."),
}


def article(name: str) -> Article:
    title, body = STORIES[name]
    return Article(f"a{len(name):016x}", title, f"{title}\n\n{body}" if title else body, PUBLISHED, "Harbour Gazette")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def readings(reader: Reader) -> dict[str, Reading]:
    return {name: reader.read(article(name)) for name in STORIES}


@pytest.fixture(scope="module")
def claims(readings: dict[str, Reading]) -> list[tuple[Article, dict[str, Any]]]:
    found = [(article(name), row) for name, reading in readings.items() for row in reading.claims]
    assert len(found) >= 3
    return found


Claims = list[tuple[Article, dict[str, Any]]]


def test_reading_twice_gives_the_same(reader: Reader, readings: dict[str, Reading]) -> None:
    assert {name: reader.read(article(name)) for name in reversed(STORIES)} == readings


def test_another_reader_gives_the_same(readings: dict[str, Reading]) -> None:
    assert Reader().read(article("package")) == readings["package"]


def test_sentences_are_counted_with_the_title(readings: dict[str, Reading]) -> None:
    assert {name: reading.n_sentences for name, reading in readings.items()} == {
        "denial": 5,
        "package": 4,
        "sale": 3,
        "rebels": 3,
        "sport": 3,
    }
    assert all(reading.n_candidate_sentences <= reading.n_sentences for reading in readings.values())


def test_an_article_about_something_else_is_screened_out(readings: dict[str, Reading]) -> None:
    assert readings["sport"] == Reading(n_sentences=3, n_candidate_sentences=0, claims=[])


def test_an_empty_article_has_no_sentences(reader: Reader) -> None:
    assert reader.read(Article("a" + "0" * 16, None, "")) == Reading(0, 0, [])


def test_claims_have_the_columns_of_the_table_but_the_event(claims: Claims) -> None:
    assert {frozenset(row) for _, row in claims} == {frozenset(arrow_schema("claims").names) - {"event_id"}}


def test_evidence_is_the_text_at_its_offsets(claims: Claims) -> None:
    for read, row in claims:
        assert read.text[row["evidence_start"] : row["evidence_end"]] == row["evidence_text"]


def test_every_word_given_stands_in_the_article(claims: Claims) -> None:
    for read, row in claims:
        given = {name: words for name, words in row.items() if name.endswith("_text") and words is not None}
        assert {name: words for name, words in given.items() if words not in read.text} == {}


def test_nobody_supplies_himself(claims: Claims) -> None:
    assert [row for _, row in claims if row["supplier_id"] == row["recipient_id"]] == []


def test_codes_are_of_the_vocabularies(claims: Claims) -> None:
    for _, row in claims:
        for field in ("support_type", "stage", "stage_group", "factuality", "claimant_type", "plover_code"):
            assert row[field] in vocabulary(field), (field, row[field])


def test_keys_are_unique(claims: Claims) -> None:
    keys = [row["claim_id"] for _, row in claims]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"c[0-9a-f]{16}", key) for key in keys)


def test_confidence_is_a_probability(claims: Claims) -> None:
    assert all(0 <= row["confidence"] <= 1 for _, row in claims)


def test_the_claimant_ends_the_chain_and_the_article_has_no_words_for_itself(claims: Claims) -> None:
    for _, row in claims:
        assert row["source_chain"][-1] == row["claimant_id"]
        assert row["claimant_id"] != "AUTHOR" or row["claimant_text"] is None


def test_the_version_is_a_release_and_a_hash_and_stands_in_every_claim(claims: Claims) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+-[0-9a-f]{10}", EXTRACTOR_VERSION)
    assert {row["extractor_version"] for _, row in claims} == {EXTRACTOR_VERSION}


def test_a_model_that_is_not_installed_is_an_error_that_names_it() -> None:
    with pytest.raises(OSError, match="en_core_web_nowhere"):
        Reader("en_core_web_nowhere")
