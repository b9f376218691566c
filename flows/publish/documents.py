"""Writes what stands beside the tables of a release: card, dictionary, citation, licence, explorer, JSON-LD."""

from __future__ import annotations

from pathlib import Path
from string import Template

import schemas
from flows.explore.page import write_explorer
from flows.publish.card import card
from flows.publish.coverage import coverage
from flows.publish.durable import json_bytes
from flows.publish.writer import Provenance
from schemas.citation import release_citation
from schemas.croissant import croissant
from schemas.datapackage import datapackage
from schemas.dataset import TableFile, dataset_facts
from schemas.dictionary import data_dictionary
from schemas.jsonld import dataset_jsonld

LICENCE = Path(schemas.__file__).with_name("release_licence.txt")


def write_documents(folder: Path, files: list[TableFile], provenance: Provenance) -> None:
    """Writes all documents of a release, whose tables stand in `folder`; same tables and provenance, same bytes."""
    version = provenance.release_version
    covered = coverage(folder)
    described = {
        "datapackage.json": datapackage(version, files),
        "croissant.json": croissant(version, files),
        "dataset.jsonld": dataset_jsonld(version, files, covered.period, covered.known_languages),
    }
    for name, content in described.items():
        (folder / name).write_bytes(json_bytes(content))
    texts = {
        "README.md": card(files, provenance, covered),
        "DATA_DICTIONARY.md": data_dictionary(),
        "CITATION.cff": release_citation(version),
        "LICENSE": _licence(version),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    page_json_ld = dataset_jsonld(version, files, covered.period, covered.known_languages, base_url="../")
    write_explorer(folder, version, page_json_ld)


def _licence(version: str) -> str:
    facts = dataset_facts()
    return Template(LICENCE.read_text(encoding="utf-8")).substitute(
        title=facts.title,
        version=version,
        licence=facts.licence,
        licence_title=facts.licence_title,
        licence_url=facts.licence_url,
        quotation_note=facts.quotation_note,
    )
