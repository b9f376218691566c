"""Makes `croissant.json` of a release: MLCommons Croissant 1.0, so that dataset search and ML loaders can read it.

Specification: https://docs.mlcommons.org/croissant/docs/croissant-spec.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.dataset import TableFile, dataset_facts, release_date
from schemas.tables import Column, Table, table

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


def croissant(version: str, files: Iterable[TableFile]) -> dict[str, Any]:
    """The description of a release as JSON-LD: a file object and a record set for every table."""
    facts = dataset_facts()
    files = list(files)
    described: dict[str, Any] = {
        "@context": json.loads(CONTEXT.read_text(encoding="utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": facts.name,
        "description": f"{facts.description} {facts.quotation_note}",
        "license": facts.licence_url,
        "creator": {"@type": "sc:Organization", "name": facts.creator},
        "datePublished": release_date(version),
        "version": version,
        "citeAs": f"{facts.creator}. {facts.title}. Release {version}.",
        "keywords": list(facts.keywords),
        "isLiveDataset": True,
        "distribution": [_file_object(file) for file in files],
        "recordSet": [_record_set(file) for file in files],
    }
    if facts.homepage:
        described["url"] = facts.homepage
    return described


def _file_object(file: TableFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.file_name,
        "name": file.file_name,
        "description": table(file.name).title,
        "contentUrl": file.file_name,
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": "application/x-parquet",
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
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{declared.name}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": DATA_TYPES[column.type],
        "source": {"fileObject": {"@id": file.file_name}, "extract": {"column": column.name}},
    }
    if column.type == "list<string>":
        field["repeated"] = True
    if column.foreign_key is not None:
        field["references"] = {"field": {"@id": column.foreign_key.replace(".", "/")}}
    return field
