"""What a table file of a release is like, and which files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.publish.writer import Provenance, TableShapeError, load_conformed, write_table
from schemas.arrow import ARROW_TYPES, arrow_schema
from schemas.tables import RELEASE_TABLES, SCHEMA_VERSION, table
from tests.publish.rows import DENIAL, SHELLS, SUSPICION, table_files

PROVENANCE = Provenance("2026.11.23-0a1b2c3d", "test-1")


def source(folder: Path, *claims: dict[str, object]) -> Path:
    return table_files(folder, *claims)["claims"]


def test_rows_are_sorted_as_declared(tmp_path: Path) -> None:
    late = DENIAL | {"evidence_start": 100, "evidence_end": 148}
    rows = load_conformed("claims", source(tmp_path, late, SHELLS))
    assert rows["evidence_start"].to_pylist() == [0, 100]


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    target = tmp_path / "claims.parquet"
    write_table("claims", load_conformed("claims", source(tmp_path / "linked", SHELLS)), target, PROVENANCE)
    metadata = pq.read_metadata(target).metadata
    assert json.loads(metadata[b"primary_key"]) == ["claim_id"]
    assert metadata[b"release_version"] == b"2026.11.23-0a1b2c3d"
    assert metadata[b"extractor_version"] == b"test-1"
    assert metadata[b"licence"] == b"CC-BY-4.0"
    assert metadata[b"schema_version"] == SCHEMA_VERSION.encode()
    declared = table("claims")
    assert metadata[b"description"] == declared.description.encode()
    assert json.loads(metadata[b"columns"]) == {column.name: column.description for column in declared.columns}
    assert json.loads(metadata[b"units"])["evidence_start"] == "characters"
    assert json.loads(metadata[b"foreign_keys"])["supplier_id"] == "actors.actor_id"
    assert json.loads(metadata[b"sort_by"]) == list(declared.sort_by)


@pytest.mark.parametrize("name", RELEASE_TABLES)
def test_every_column_of_every_table_is_plain_and_described(published: Path, name: str) -> None:
    schema = pq.read_schema(published / f"{name}.parquet")
    assert {str(field.type) for field in schema} <= {str(kind) for kind in ARROW_TYPES.values()}
    assert {str(kind) for kind in ARROW_TYPES.values()}.isdisjoint({"large_string", "string_view"})
    for field, column in zip(schema, table(name).columns, strict=True):
        said = {key.decode(): text.decode() for key, text in field.metadata.items() if not key.startswith(b"PARQUET:")}
        given = {"unit": column.unit, "vocabulary": column.vocabulary, "foreign_key": column.foreign_key}
        assert said == {"description": column.description} | {key: text for key, text in given.items() if text}


def test_the_file_has_the_declared_schema_and_physical_layout(tmp_path: Path) -> None:
    target = tmp_path / "claims.parquet"
    write_table("claims", load_conformed("claims", source(tmp_path / "linked", SHELLS)), target, PROVENANCE)
    assert pq.read_schema(target).equals(arrow_schema("claims"))
    assert pq.read_schema(target).field("claim_id").metadata[b"description"].startswith(b"Hash of article")
    group = pq.read_metadata(target).row_group(0)
    assert group.column(0).compression == "ZSTD"
    assert group.column(0).has_offset_index and group.column(0).has_column_index
    names = [pq.read_schema(target).names[key.column_index] for key in group.sorting_columns]
    assert names == ["article_id", "evidence_start", "claim_id"]


def test_the_order_and_layout_of_the_source_do_not_change_a_byte(tmp_path: Path) -> None:
    rows = [DENIAL, SUSPICION, SHELLS]
    files = []
    for number, ordered in enumerate((rows, rows[::-1])):
        path = source(tmp_path / str(number), *ordered)
        table = pq.read_table(path)
        large = pa.schema(
            [field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field for field in table.schema]
        )
        pq.write_table(table.cast(large) if number else table, path, row_group_size=1 + number)
        target = tmp_path / f"{number}.parquet"
        write_table("claims", load_conformed("claims", path), target, PROVENANCE)
        files.append(target.read_bytes())
    assert files[0] == files[1]


def test_a_null_in_a_required_column_is_refused(tmp_path: Path) -> None:
    path = source(tmp_path, SHELLS, DENIAL)
    table = pq.read_table(path)
    loose = pa.schema([field.with_nullable(True) for field in table.schema])
    stages = pa.array([None, "delivered"], pa.string())
    table = table.cast(loose).set_column(table.column_names.index("stage"), "stage", stages)
    pq.write_table(table, path)
    with pytest.raises(TableShapeError, match=r"claims\.parquet: stage is null in 1 rows \(first: row 0\)"):
        load_conformed("claims", path)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda table: table.drop_columns(["stage"]), r"missing columns \['stage'\]"),
        (lambda table: table.append_column("mood", [["grim"]]), r"unknown columns \['mood'\]"),
        (lambda table: table.select(table.column_names[::-1]), "another order"),
        (lambda table: table.set_column(3, "evidence_start", [["x"]]), "evidence_start is string, not int32"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, change: object, complaint: str) -> None:
    path = source(tmp_path, SHELLS)
    pq.write_table(change(pq.read_table(path)), path)  # type: ignore[operator]
    with pytest.raises(TableShapeError, match=complaint):
        load_conformed("claims", path)
