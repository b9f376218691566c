"""The declared tables are those of the declared schema version, and every version was raised by enough."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from schemas import history
from schemas.history import SchemaVersionError, changes_between, check, declaration, kept, known_versions, write
from schemas.tables import SCHEMA_VERSION, published_tables


@pytest.fixture
def first() -> dict[str, Any]:
    return copy.deepcopy(declaration())


@pytest.fixture
def folder(tmp_path: Path, first: dict[str, Any]) -> Path:
    """A history that knows version 1.0.0."""
    write(first, "1.0.0", tmp_path)
    return tmp_path


def with_column(declared: dict[str, Any]) -> dict[str, Any]:
    later = copy.deepcopy(declared)
    later["tables"]["claims"]["columns"]["mood"] = {"type": "string", "description": "The mood."}
    return later


def test_the_declaration_agrees_with_the_schema_version() -> None:
    """If this fails, the message says what changed, which version that asks for, and the command that keeps it."""
    check(declaration())


def test_the_present_version_is_the_last_one_kept() -> None:
    assert known_versions()[-1] == SCHEMA_VERSION
    assert list(kept(SCHEMA_VERSION)["tables"]) == [table.name for table in published_tables()]


def test_everything_declared_is_kept(first: dict[str, Any]) -> None:
    claims = first["tables"]["claims"]
    assert claims["primary_key"] == ["claim_id"]
    assert claims["columns"]["evidence_start"] == {
        "type": "int32",
        "description": claims["columns"]["evidence_start"]["description"],
        "unit": "characters",
        "minimum": 0,
    }
    assert claims["columns"]["stage"]["vocabulary"] == "stage"
    assert first["vocabularies"]["stage"]["used"]["stage_group"] == "delivered"


def test_a_changed_declaration_under_the_old_version_is_refused(folder: Path, first: dict[str, Any]) -> None:
    check(first, "1.0.0", folder)
    with pytest.raises(SchemaVersionError) as raised:
        check(with_column(first), "1.0.0", folder)
    told = str(raised.value)
    assert "column claims.mood added (minor)" in told
    assert "raise SCHEMA_VERSION in schemas/tables.py to 1.1.0 or 2.0.0" in told
    assert "python -m schemas.history --write" in told


@pytest.mark.parametrize("version", ["1.0.1", "1.2.0", "3.0.0", "0.9.0"])
def test_a_raise_that_is_too_small_or_skips_a_version_is_refused(
    folder: Path, first: dict[str, Any], version: str
) -> None:
    for step in (check, write):
        with pytest.raises(SchemaVersionError, match=r"claims\.mood added \(minor\).*use 1\.1\.0 or 2\.0\.0"):
            step(with_column(first), version, folder)
    assert known_versions(folder) == ["1.0.0"]


@pytest.mark.parametrize("version", ["1.1.0", "2.0.0"])
def test_a_raise_must_be_kept_and_then_agrees(folder: Path, first: dict[str, Any], version: str) -> None:
    with pytest.raises(SchemaVersionError, match=r"is not kept yet; run `python -m schemas\.history --write`"):
        check(with_column(first), version, folder)
    write(with_column(first), version, folder)
    check(with_column(first), version, folder)
    assert [change.what for change in changes_between("1.0.0", version, folder)] == ["column claims.mood added"]


def test_what_is_kept_is_never_written_over(folder: Path, first: dict[str, Any]) -> None:
    before = (folder / "1.0.0.json").read_bytes()
    with pytest.raises(SchemaVersionError, match="delete its file and write it again"):
        write(with_column(first), "1.0.0", folder)
    assert (folder / "1.0.0.json").read_bytes() == before


def test_a_file_that_was_edited_into_a_wrong_raise_is_refused(folder: Path, first: dict[str, Any]) -> None:
    later = with_column(first)
    (folder / "1.0.1.json").write_text(json.dumps({"schema_version": "1.0.1", **later}), encoding="utf-8")
    with pytest.raises(SchemaVersionError, match=r"schema version 1\.0\.1 may not follow 1\.0\.0"):
        check(later, "1.0.1", folder)


def test_an_older_version_than_the_last_one_is_refused(folder: Path, first: dict[str, Any]) -> None:
    write(with_column(first), "1.1.0", folder)
    with pytest.raises(SchemaVersionError, match=r"1\.0\.0 is older than the last one kept, 1\.1\.0"):
        check(first, "1.0.0", folder)


def test_versions_are_ordered_by_their_numbers(tmp_path: Path) -> None:
    for version in ("1.10.0", "1.9.0", "2.0.0"):
        (tmp_path / f"{version}.json").touch()
    assert known_versions(tmp_path) == ["1.9.0", "1.10.0", "2.0.0"]


def test_what_is_no_version_is_named(folder: Path, first: dict[str, Any]) -> None:
    with pytest.raises(SchemaVersionError, match=r"'1\.1' is no schema version; write three numbers"):
        check(first, "1.1", folder)


def test_an_unknown_version_is_named_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(LookupError, match=r"schema version 9\.0\.0 is not kept; known are 1\.0\.0"):
        kept("9.0.0", folder)


def test_the_command_says_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], first: dict[str, Any]
) -> None:
    history.main([])
    assert capsys.readouterr().out == f"schema version {SCHEMA_VERSION} agrees with its declaration\n"
    monkeypatch.setattr(history, "declaration", lambda: with_column(first))
    with pytest.raises(SystemExit, match="error: the declaration is not that of"):
        history.main(["--write"])
