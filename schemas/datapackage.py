"""Makes `datapackage.json` of a release: Frictionless Data Package v1 with a Table Schema for every table.

Specification: https://specs.frictionlessdata.io/data-package/ and https://specs.frictionlessdata.io/table-schema/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.dataset import TableFile, dataset_facts, release_date
from schemas.tables import SCHEMA_VERSION, Column, Table, table, vocabulary

FIELD_TYPES = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "float32": "number",
    "float64": "number",
    "bool": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "list<string>": "array",
}


def datapackage(version: str, files: Iterable[TableFile]) -> dict[str, Any]:
    """The descriptor of a release, ready for JSON."""
    facts = dataset_facts()
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": facts.name,
        "title": facts.title,
        "description": f"{facts.description} {facts.quotation_note}",
        "version": version,
        "schema_version": SCHEMA_VERSION,
        "created": f"{release_date(version)}T00:00:00Z",
        "licenses": [{"name": facts.licence, "title": facts.licence_title, "path": facts.licence_url}],
        "contributors": [{"title": facts.creator, "role": "author"}],
        "keywords": list(facts.keywords),
        "resources": [_resource(file) for file in files],
    }
    if facts.homepage:
        package["homepage"] = facts.homepage
    return package


def _resource(file: TableFile) -> dict[str, Any]:
    declared = table(file.name)
    return {
        "name": declared.name,
        "path": file.file_name,
        "title": declared.title,
        "description": declared.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.n_bytes,
        "hash": f"sha256:{file.sha256}",
        "row_count": file.n_rows,
        "schema": table_schema(declared),
    }


def table_schema(declared: Table) -> dict[str, Any]:
    """Frictionless Table Schema: fields with types, enums and limits, primary key and foreign keys."""
    schema: dict[str, Any] = {
        "fields": [_field(declared, column) for column in declared.columns],
        "primaryKey": list(declared.primary_key),
    }
    foreign = [
        {"fields": [column.name], "reference": {"resource": target[0], "fields": [target[1]]}}
        for column in declared.columns
        if column.foreign_key is not None and (target := column.foreign_key.split("."))
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _field(declared: Table, column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if declared.primary_key == (column.name,):
        constraints["unique"] = True
    if column.vocabulary is not None:
        constraints["enum"] = list(vocabulary(column.vocabulary))
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    field: dict[str, Any] = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    if constraints:
        field["constraints"] = constraints
    return field
