"""Makes the schema.org `Dataset` of a release as JSON-LD, for the file `dataset.jsonld` and for pages that embed it.

Vocabulary: https://schema.org/Dataset
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.dataset import PARQUET_MEDIA_TYPE, TableFile, cite_as, dataset_facts, release_date
from schemas.tables import SCHEMA_VERSION, Column, table

MEASURED = ("claims", "events")
"""Tables whose columns are what the dataset measures; the others list what the columns refer to."""


def dataset_jsonld(
    version: str,
    files: Iterable[TableFile],
    period: tuple[date, date] | None,
    languages: Iterable[str] = (),
    base_url: str = "",
) -> dict[str, Any]:
    """The release as a schema.org `Dataset`.

    `period` is the first and the last day of publication of the articles, None where none is dated; `languages` are
    ISO 639-1 codes. `base_url` goes before the names of files: the address of the release folder with its slash, or
    the way to it from the page that embeds this.
    """
    facts = dataset_facts()
    creator = {"@type": "Organization", "name": facts.creator}
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": facts.title,
        "alternateName": facts.name,
        "description": facts.described,
        "identifier": f"{facts.name}-{version}",
        "version": version,
        "schemaVersion": SCHEMA_VERSION,
        "datePublished": release_date(version),
        "license": facts.licence_url,
        "creator": creator,
        "publisher": creator,
        "creditText": cite_as(version),
        "isAccessibleForFree": True,
        "keywords": list(facts.keywords),
        "inLanguage": list(languages),
        "measurementTechnique": facts.method,
        "variableMeasured": [_variable(name, column) for name in MEASURED for column in table(name).columns],
        "distribution": [_download(file, base_url) for file in files],
    }
    if period is not None:
        described["temporalCoverage"] = f"{period[0].isoformat()}/{period[1].isoformat()}"
    if facts.homepage:
        described["url"] = facts.homepage
    return described


def _variable(name: str, column: Column) -> dict[str, Any]:
    variable: dict[str, Any] = {
        "@type": "PropertyValue",
        "name": f"{name}.{column.name}",
        "description": column.description,
    }
    if column.unit:
        variable["unitText"] = column.unit
    if column.minimum is not None:
        variable["minValue"] = column.minimum
    if column.maximum is not None:
        variable["maxValue"] = column.maximum
    return variable


def _download(file: TableFile, base_url: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.file_name,
        "description": table(file.name).title,
        "contentUrl": f"{base_url}{file.file_name}",
        "contentSize": f"{file.n_bytes} B",
        "encodingFormat": PARQUET_MEDIA_TYPE,
        "sha256": file.sha256,
    }
