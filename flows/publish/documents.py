"""Writes what explains a release beside its tables: data package, Croissant, dictionary, README and licence note."""

from __future__ import annotations

from pathlib import Path
from string import Template

import schemas
from flows.publish.durable import json_bytes
from flows.publish.writer import Provenance
from schemas.croissant import croissant
from schemas.datapackage import datapackage
from schemas.dataset import TableFile, dataset_facts
from schemas.dictionary import data_dictionary
from schemas.tables import table

TEMPLATES = Path(schemas.__file__).parent


def write_documents(folder: Path, files: list[TableFile], provenance: Provenance) -> None:
    """Writes all documents of a release; same files and provenance, same bytes."""
    version = provenance.release_version
    (folder / "datapackage.json").write_bytes(json_bytes(datapackage(version, files)))
    (folder / "croissant.json").write_bytes(json_bytes(croissant(version, files)))
    (folder / "DATA_DICTIONARY.md").write_text(data_dictionary(), encoding="utf-8")
    (folder / "README.md").write_text(_filled("release_readme.md", files, provenance), encoding="utf-8")
    (folder / "LICENSE").write_text(_filled("release_licence.txt", files, provenance), encoding="utf-8")


def _filled(template: str, files: list[TableFile], provenance: Provenance) -> str:
    facts = dataset_facts()
    rows = [f"| `{file.file_name}` | {file.n_rows:,} | {table(file.name).title} |" for file in files]
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(
        title=facts.title,
        description=facts.description,
        version=provenance.release_version,
        schema_version=provenance.schema_version,
        extractor_version=provenance.extractor_version,
        tables="\n".join(rows),
        licence=facts.licence,
        licence_title=facts.licence_title,
        licence_url=facts.licence_url,
        quotation_note=facts.quotation_note,
        creator=facts.creator,
    )
