"""`materiel schema` prints the declarations of tables and vocabularies, all of them and nothing else."""

from __future__ import annotations

import json

import pytest

from schemas.dictionary import data_dictionary
from schemas.tables import RELEASE_TABLES, table, vocabulary
from tests.commands.calling import materiel


def test_the_overview_names_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    answer = materiel("schema")
    assert answer.code == 0
    assert [line.split()[0] for line in answer.lines[2 : 2 + len(RELEASE_TABLES)]] == list(RELEASE_TABLES)


def test_a_table_is_printed_with_its_columns_and_vocabularies() -> None:
    answer = materiel("schema", "claims")
    first_words = [line.split()[0] for line in answer.lines if line.strip()]
    assert set(table("claims").column_names) <= set(first_words)
    assert set(vocabulary("stage")) <= set(first_words)


def test_a_vocabulary_is_printed_with_its_meanings() -> None:
    answer = materiel("schema", "factuality")
    assert [line.split()[0] for line in answer.lines[3:]] == list(vocabulary("factuality"))


def test_markdown_is_the_data_dictionary_of_a_release() -> None:
    assert materiel("schema", "--format", "markdown").out == data_dictionary()


def test_markdown_of_one_table_holds_it_and_its_vocabularies() -> None:
    lines = materiel("schema", "actors", "--format", "markdown").lines
    assert [line for line in lines if line.startswith("#")] == ["### actors.parquet: Actors", "### actor_kind"]


def test_json_holds_the_declarations() -> None:
    dictionary = json.loads(materiel("schema", "events", "--format", "json").out)
    (events,) = dictionary["tables"]
    assert [column["name"] for column in events["columns"]] == table("events").column_names
    assert [one["value"] for one in dictionary["vocabularies"]["event_status"]] == list(vocabulary("event_status"))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    answer = materiel("schema", "weapons")
    assert answer.code == 2
    assert "no table or vocabulary 'weapons'; tables are claims, claims_nonstate" in answer.err
