"""What differs from the release before is published with the release, described and sealed like everything in it."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.publish.release import publish
from schemas.arrow import arrow_schema
from schemas.tables import CHANGE_TABLES, SCHEMA_VERSION
from tests.compare.releases import AFTER, BEFORE, published_release, staged_release, two_releases
from tests.publish import frictionless_parquet

WRITTEN = ("delta.parquet", "event_mapping.parquet", "changes.json", "changes.md")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The later of two releases."""
    return two_releases(tmp_path_factory.mktemp("published"))[1]


@pytest.mark.parametrize("name", CHANGE_TABLES)
def test_the_tables_are_written_as_declared(later: Path, name: str) -> None:
    file = pq.ParquetFile(later / f"{name}.parquet")
    metadata = file.metadata.metadata
    assert file.schema_arrow.equals(arrow_schema(name))
    assert file.metadata.num_rows == 4
    assert metadata[b"schema_version"].decode() == SCHEMA_VERSION
    assert metadata[b"release_version"].decode() == later.name


@pytest.mark.parametrize("name", CHANGE_TABLES)
def test_they_are_described_with_the_other_tables(later: Path, name: str) -> None:
    package = json.loads((later / "datapackage.json").read_text(encoding="utf-8"))
    resource = next(one for one in package["resources"] if one["name"] == name)
    assert [field["name"] for field in resource["schema"]["fields"]] == arrow_schema(name).names
    assert (resource["row_count"], resource["bytes"]) == (4, (later / f"{name}.parquet").stat().st_size)
    croissant = json.loads((later / "croissant.json").read_text(encoding="utf-8"))
    assert name in {one["name"] for one in croissant["recordSet"]}
    assert f"### {name}.parquet" in (later / "DATA_DICTIONARY.md").read_text(encoding="utf-8")
    assert f"| `{name}.parquet` | 4 |" in (later / "README.md").read_text(encoding="utf-8")


def test_their_rows_are_as_the_data_package_says(later: Path) -> None:
    frictionless_parquet.register()
    try:
        report = frictionless.validate(str(later / "datapackage.json"))
    finally:
        frictionless_parquet.deregister()
    checked = {task.name: [error.message for error in task.errors] for task in report.tasks}
    assert {name: checked[name] for name in CHANGE_TABLES} == {name: [] for name in CHANGE_TABLES}


def test_they_are_sealed_but_no_part_of_the_content(later: Path) -> None:
    manifest = json.loads((later / "release.json").read_text(encoding="utf-8"))
    assert set(WRITTEN) <= set(manifest["files"])
    assert not set(CHANGE_TABLES) & set(manifest["tables"])


def test_coded_values_are_those_of_the_vocabularies(later: Path) -> None:
    package = json.loads((later / "datapackage.json").read_text(encoding="utf-8"))
    for name, column in (("delta", "change"), ("event_mapping", "relation"), ("delta", "table_name")):
        resource = next(one for one in package["resources"] if one["name"] == name)
        field = next(one for one in resource["schema"]["fields"] if one["name"] == column)
        assert set(pl.read_parquet(later / f"{name}.parquet")[column]) <= set(field["constraints"]["enum"])


def test_the_same_releases_have_the_same_bytes_wherever_they_are_made(later: Path, tmp_path: Path) -> None:
    (_, again) = two_releases(tmp_path)
    assert again.name == later.name
    for name in WRITTEN:
        assert (again / name).read_bytes() == (later / name).read_bytes(), name


def test_what_was_released_before_does_not_decide_whether_something_changed(tmp_path: Path) -> None:
    """The delta differs with the release before, the content does not."""
    output = tmp_path / "output"
    published_release(tmp_path / "a", output, BEFORE)
    after = published_release(tmp_path / "b", output, AFTER)
    assert (after / "delta.parquet").exists()
    again = staged_release(tmp_path / "c", output, AFTER)
    assert again.is_unchanged
    assert not list((output / "staging").iterdir())


def test_going_back_keeps_the_earlier_release_with_its_own_changes(tmp_path: Path) -> None:
    output = tmp_path / "output"
    first = published_release(tmp_path / "a", output, BEFORE)
    kept = {name: (first / name).read_bytes() for name in WRITTEN}
    published_release(tmp_path / "b", output, AFTER)
    staged = staged_release(tmp_path / "c", output, BEFORE)
    assert publish(staged, output, {}) == first
    assert {name: (first / name).read_bytes() for name in WRITTEN} == kept
