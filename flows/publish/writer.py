"""Writes a table of a release through its one declared Arrow schema: checked, sorted, described in the file itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.dataset import dataset_facts
from schemas.tables import SCHEMA_VERSION, table

ROW_GROUP_SIZE = 122_880
"""Rows of a row group: what DuckDB reads as a unit."""


class TableShapeError(ValueError):
    """A table has not the declared shape; the message names the file, the column and what to do."""


@dataclass(frozen=True)
class Provenance:
    """What every file of a release says of its origin."""

    release_version: str
    extractor_version: str
    schema_version: str = SCHEMA_VERSION


@dataclass(frozen=True)
class WrittenTable:
    """Size of a written table."""

    n_rows: int
    n_bytes: int


def load_conformed(name: str, source: Path) -> pa.Table:
    """The rows of `source` in the declared schema and order of table `name`.

    TableShapeError if a column is missing, unknown, out of place, of another type, or null where it must not be.
    """
    return conformed(name, pq.read_table(source), source)


def conformed(name: str, rows: pa.Table, source: Path) -> pa.Table:
    """The same for rows in memory; `source` is the file that errors name."""
    schema = arrow_schema(name)
    if rows.column_names != schema.names:
        raise TableShapeError(
            f"{source}: {_difference(rows.column_names, schema.names)}; see schemas/tables/{name}.toml"
        )
    for field in schema:
        n_null = rows[field.name].null_count
        if n_null and not field.nullable:
            first = pc.index(rows[field.name].is_null(), True).as_py()
            raise TableShapeError(f"{source}: {field.name} is null in {n_null} rows (first: row {first}), but required")
    columns = [_cast(source, rows[field.name], field) for field in schema]
    order = [(column, "ascending") for column in table(name).sort_by]
    return pa.Table.from_arrays(columns, schema=schema).sort_by(order)


def _cast(source: Path, column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    try:
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TableShapeError(f"{source}: {field.name} is {column.type}, not {field.type}: {error}") from error


def _difference(found: list[str], declared: list[str]) -> str:
    missing = [name for name in declared if name not in found]
    unknown = [name for name in found if name not in declared]
    if missing or unknown:
        return f"missing columns {missing}, unknown columns {unknown}"
    return f"columns are in another order than declared: {found}"


def write_table(name: str, rows: pa.Table, target: Path, provenance: Provenance) -> WrittenTable:
    """Writes conformed rows as zstd Parquet with page index; same rows and provenance, same bytes."""
    schema = rows.schema.with_metadata(_file_metadata(name, provenance))
    pq.write_table(
        rows.replace_schema_metadata(schema.metadata),
        target,
        compression="zstd",
        write_page_index=True,
        row_group_size=ROW_GROUP_SIZE,
        sorting_columns=pq.SortingColumn.from_ordering(schema, [(key, "ascending") for key in table(name).sort_by]),
    )
    return WrittenTable(rows.num_rows, target.stat().st_size)


def _file_metadata(name: str, provenance: Provenance) -> dict[str, str]:
    """What a file says of itself to readers that see no Arrow schema too, so columns are described here once more."""
    declared = table(name)
    columns = declared.columns
    facts = dataset_facts()
    return {
        "dataset": facts.name,
        "table": declared.name,
        "title": declared.title,
        "description": declared.description,
        "primary_key": json.dumps(list(declared.primary_key)),
        "foreign_keys": json.dumps({column.name: column.foreign_key for column in columns if column.foreign_key}),
        "sort_by": json.dumps(list(declared.sort_by)),
        "columns": json.dumps({column.name: column.description for column in columns}),
        "units": json.dumps({column.name: column.unit for column in columns if column.unit}),
        "schema_version": provenance.schema_version,
        "release_version": provenance.release_version,
        "extractor_version": provenance.extractor_version,
        "licence": facts.licence,
    }
