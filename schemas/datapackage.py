"""Makes `datapackage.json` of a release: Data Package v2 with a Table Schema for every table.

Specification: https://datapackage.org/standard/data-package/ and https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas.dataset import PARQUET_MEDIA_TYPE, TableFile, dataset_facts, release_date
from schemas.tables import SCHEMA_VERSION, Column, Table, table, vocabulary

PROFILES = "https://datapackage.org/profiles/2.0"
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
    """The descriptor of a release, ready for JSON. `schema_version` and `row_count` are properties of our own."""
    facts = dataset_facts()
    package: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": facts.name,
        "title": facts.title,
        "description": facts.described,
        "version": version,
        "schema_version": SCHEMA_VERSION,
        "created": f"{release_date(version)}T00:00:00Z",
        "licenses": [{"name": facts.licence, "title": facts.licence_title, "path": facts.licence_url}],
        "contributors": [{"title": facts.creator, "roles": ["author", "publisher"]}],
        "sources": [
            {"title": source.title} | ({"path": source.path} if source.path else {}) for source in facts.sources
        ],
        "keywords": list(facts.keywords),
        "resources": [_resource(file) for file in files],
    }
    if facts.homepage:
        package["homepage"] = facts.homepage
    return package


def _resource(file: TableFile) -> dict[str, Any]:
    declared = table(file.name)
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": declared.name,
        "type": "table",
        "path": file.file_name,
        "title": declared.title,
        "description": declared.description,
        "format": "parquet",
        "mediatype": PARQUET_MEDIA_TYPE,
        "bytes": file.n_bytes,
        "hash": f"sha256:{file.sha256}",
        "row_count": file.n_rows,
        "schema": table_schema(declared),
    }


def table_schema(declared: Table) -> dict[str, Any]:
    """Table Schema: fields with types, coded values with their meanings, limits, primary key and foreign keys."""
    schema: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
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
    field: dict[str, Any] = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    if column.vocabulary is not None:
        values = vocabulary(column.vocabulary)
        field["categories"] = [{"value": value, "label": fields["description"]} for value, fields in values.items()]
    if constraints := _constraints(declared, column):
        field["constraints"] = constraints
    return field


def _constraints(declared: Table, column: Column) -> dict[str, Any]:
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
    return constraints
