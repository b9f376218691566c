"""Makes `croissant.json` of a release: MLCommons Croissant 1.1, so that dataset search and ML loaders can read it.

Specification: https://github.com/mlcommons/croissant/blob/main/docs/croissant-spec-1.1.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.dataset import TableFile, cite_as, dataset_facts, release_date
from schemas.tables import Column, Table, table, vocabulary

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
DATA_TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "float32": "sc:Float",
    "float64": "sc:Float",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
    "list<string>": "sc:Text",
}
CONTEXT = Path(__file__).with_name("croissant_context.json")
LOADED_AS = "application/x-parquet"
"""The older media type, the only one by which loaders of Croissant know Parquet."""


def croissant(version: str, files: Iterable[TableFile]) -> dict[str, Any]:
    """The description of a release as JSON-LD: a file object and a record set a table, an enumeration a vocabulary."""
    facts = dataset_facts()
    files = list(files)
    described: dict[str, Any] = {
        "@context": json.loads(CONTEXT.read_text(encoding="utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": facts.name,
        "description": facts.described,
        "license": facts.licence_url,
        "creator": {"@type": "sc:Organization", "name": facts.creator},
        "datePublished": release_date(version),
        "version": semantic_version(version),
        "identifier": version,
        "citeAs": cite_as(version),
        "keywords": list(facts.keywords),
        "distribution": [_file_object(file) for file in files],
        "recordSet": [*(_record_set(file) for file in files), *_enumerations(files)],
    }
    if facts.homepage:
        described["url"] = facts.homepage
    return described


def semantic_version(version: str) -> str:
    """A release version in the form that Croissant recommends: `2026.01.05-0a1b2c3d` -> `2026.1.5+0a1b2c3d`.

    Semantic Versioning allows no leading zeros, and would take what follows a hyphen for a version before the release.
    """
    day, _, digest = version.partition("-")
    return f"{'.'.join(str(int(part)) for part in day.split('.'))}+{digest}"


def _file_object(file: TableFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.file_name,
        "name": file.file_name,
        "description": table(file.name).title,
        "contentUrl": file.file_name,
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": LOADED_AS,
        "sha256": file.sha256,
    }


def _record_set(file: TableFile) -> dict[str, Any]:
    declared = table(file.name)
    return {
        "@type": "cr:RecordSet",
        "@id": declared.name,
        "name": declared.name,
        "description": declared.description,
        "key": [{"@id": f"{declared.name}/{key}"} for key in declared.primary_key],
        "field": [_field(declared, column, file) for column in declared.columns],
    }


def _field(declared: Table, column: Column, file: TableFile) -> dict[str, Any]:
    """A column. What it refers to is said in words and not by `references`.

    mlcroissant 1.1 joins along `references`, and its joins leave nothing for a second reading of the same data: reading
    claims and then events would silently give 20 events of 3,000. `datapackage.json` has the keys for machines.
    """
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{declared.name}/{column.name}",
        "name": column.name,
        "description": _meaning(column),
        "dataType": DATA_TYPES[column.type],
        "source": {"fileObject": {"@id": file.file_name}, "extract": {"column": column.name}},
    }
    if column.type == "list<string>":
        field |= {"isArray": True, "arrayShape": "-1"}
    return field


def _meaning(column: Column) -> str:
    if column.foreign_key is not None:
        return f"{column.description} Refers to {column.foreign_key.replace('.', '/')}."
    if column.vocabulary is not None:
        return f"{column.description} Values are those of the record set {column.vocabulary}."
    return column.description


def _enumerations(files: list[TableFile]) -> list[dict[str, Any]]:
    """A record set with its records in the document for every vocabulary that a column of the files uses."""
    used: dict[str, list[str]] = {}
    for file in files:
        for column in table(file.name).columns:
            if column.vocabulary is not None:
                used.setdefault(column.vocabulary, []).append(f"{file.name}.{column.name}")
    return [_enumeration(name, columns) for name, columns in used.items()]


def _enumeration(name: str, columns: list[str]) -> dict[str, Any]:
    values = vocabulary(name)
    keys = ["value", *next(iter(values.values()))]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"Coded values of {', '.join(columns)}.",
        "dataType": "sc:Enumeration",
        "key": [{"@id": f"{name}/value"}],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{key}",
                "name": key,
                "description": f"The {key.replace('_', ' ')} of {name}.",
                "dataType": "sc:Text",
            }
            for key in keys
        ],
        "data": [
            {f"{name}/{key}": text for key, text in zip(keys, (value, *fields.values()), strict=True)}
            for value, fields in values.items()
        ],
    }
