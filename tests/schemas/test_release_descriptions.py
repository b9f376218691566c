"""What is generated from the declarations: data package, Croissant and data dictionary say the same of every column."""

from __future__ import annotations

import json

import pytest

from schemas.croissant import croissant
from schemas.datapackage import datapackage, table_schema
from schemas.dataset import TableFile, dataset_facts, release_date
from schemas.dictionary import data_dictionary
from schemas.tables import RELEASE_TABLES, Table, table, tables, vocabulary

VERSION = "2026.11.23-0a1b2c3d"
FILES = [TableFile(name, n_rows=7, n_bytes=1000 + k, sha256=f"{k:064x}") for k, name in enumerate(RELEASE_TABLES)]


def fields_of(name: str) -> dict[str, dict[str, object]]:
    return {field["name"]: field for field in table_schema(table(name))["fields"]}


@pytest.mark.parametrize("declared", tables(), ids=lambda declared: declared.name)
def test_every_column_is_described_everywhere(declared: Table) -> None:
    resource = next(r for r in datapackage(VERSION, FILES)["resources"] if r["name"] == declared.name)
    record_set = next(r for r in croissant(VERSION, FILES)["recordSet"] if r["name"] == declared.name)
    assert [field["name"] for field in resource["schema"]["fields"]] == declared.column_names
    assert [field["name"] for field in record_set["field"]] == declared.column_names
    section = data_dictionary().split(f"### {declared.name}.parquet")[1].split("\n### ")[0]
    assert all(f"| `{column.name}` | `{column.type}` |" in section for column in declared.columns)


def test_a_coded_column_lists_its_values() -> None:
    constraints = fields_of("claims")["factuality"]["constraints"]
    assert constraints == {"required": True, "enum": list(vocabulary("factuality"))}


def test_a_nullable_column_is_not_required() -> None:
    assert "constraints" not in fields_of("claims")["item_text"]


def test_limits_and_units_are_kept() -> None:
    assert fields_of("claims")["confidence"]["constraints"] == {"required": True, "minimum": 0, "maximum": 1}
    assert fields_of("claims")["evidence_start"]["unit"] == "characters"


def test_a_single_key_is_unique_and_a_joint_one_is_not() -> None:
    assert fields_of("claims")["claim_id"]["constraints"] == {"required": True, "unique": True}
    assert "unique" not in str(fields_of("dyads_monthly")["supplier_id"])
    assert len(table_schema(table("dyads_monthly"))["primaryKey"]) > 1


def test_keys_to_other_tables_resolve() -> None:
    for declared in tables():
        for key in table_schema(declared).get("foreignKeys", []):
            assert key["reference"]["fields"][0] in table(key["reference"]["resource"]).column_names


def test_croissant_says_what_a_column_refers_to() -> None:
    described = {record_set["@id"]: record_set for record_set in croissant(VERSION, FILES)["recordSet"]}
    fields = {field["name"]: field for field in described["claims"]["field"]}
    assert fields["supplier_id"]["description"].endswith("Refers to actors/actor_id.")
    assert fields["factuality"]["description"].endswith("Values are those of the record set factuality.")
    assert [row["factuality/value"] for row in described["factuality"]["data"]] == list(vocabulary("factuality"))


def test_lists_are_arrays_in_croissant() -> None:
    claims = next(r for r in croissant(VERSION, FILES)["recordSet"] if r["name"] == "claims")
    chain = next(f for f in claims["field"] if f["name"] == "source_chain")
    assert (chain["isArray"], chain["arrayShape"]) == (True, "-1")


@pytest.mark.parametrize(
    ("version", "semantic"),
    [("2026.11.23-0a1b2c3d", "2026.11.23+0a1b2c3d"), ("2026.01.05-01234567", "2026.1.5+01234567")],
)
def test_croissant_has_a_semantic_version_whatever_the_day(version: str, semantic: str) -> None:
    assert croissant(version, FILES)["version"] == semantic
    assert croissant(version, FILES)["identifier"] == version


def test_files_are_given_with_size_and_digest() -> None:
    resource = datapackage(VERSION, FILES)["resources"][0]
    assert (resource["path"], resource["bytes"], resource["hash"]) == ("claims.parquet", 1000, f"sha256:{0:064x}")
    file_object = croissant(VERSION, FILES)["distribution"][1]
    assert (file_object["contentUrl"], file_object["sha256"]) == ("claims_nonstate.parquet", f"{1:064x}")


def test_descriptions_are_plain_json_and_the_same_every_time() -> None:
    for made in (datapackage, croissant):
        assert json.dumps(made(VERSION, FILES)) == json.dumps(made(VERSION, list(FILES)))


def test_the_date_comes_from_the_version() -> None:
    assert release_date(VERSION) == "2026-11-23"
    assert croissant(VERSION, FILES)["datePublished"] == "2026-11-23"


def test_quotations_are_set_apart_from_the_licence() -> None:
    assert dataset_facts().licence == "CC-BY-4.0"
    assert "quote their publishers" in datapackage(VERSION, FILES)["description"]


def test_the_dictionary_explains_every_value_that_is_used() -> None:
    text = data_dictionary()
    used = {column.vocabulary for declared in tables() for column in declared.columns if column.vocabulary}
    for name in used:
        assert f"### {name}\n" in text
        assert all(f"| `{value}` |" in text for value in vocabulary(name))
