"""What the dataset says of itself (title, licence, creator, sources, limits), read from `schemas/dataset.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PARQUET_MEDIA_TYPE = "application/vnd.apache.parquet"
"""As registered with IANA."""


@dataclass(frozen=True)
class Source:
    """Something that rows were made from; `path` is an address, a file of the release, or empty."""

    title: str
    path: str = ""


@dataclass(frozen=True)
class Limit:
    """Something that a user must know before counting; `title` is a clause without a full stop."""

    title: str
    text: str


@dataclass(frozen=True)
class DatasetFacts:
    """`licence` is an SPDX identifier; `homepage` is empty as long as there is none."""

    name: str
    title: str
    description: str
    licence: str
    licence_title: str
    licence_url: str
    creator: str
    homepage: str
    keywords: tuple[str, ...]
    method: str
    quotation_note: str
    sources: tuple[Source, ...]
    limits: tuple[Limit, ...]

    @property
    def described(self) -> str:
        """Description and note on quotations, for documents with a single text."""
        return f"{self.description} {self.quotation_note}"


@dataclass(frozen=True)
class TableFile:
    """A table as a file of a release."""

    name: str
    n_rows: int
    n_bytes: int
    sha256: str

    @property
    def file_name(self) -> str:
        """Name of the file in the release folder."""
        return f"{self.name}.parquet"


@cache
def dataset_facts() -> DatasetFacts:
    """The facts; TypeError names a missing or unknown one."""
    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("dataset.toml").read_text(encoding="utf-8"))
    sources = tuple(Source(**entry) for entry in raw.pop("source"))
    limits = tuple(Limit(**entry) for entry in raw.pop("limit"))
    return DatasetFacts(**raw | {"keywords": tuple(raw["keywords"])}, sources=sources, limits=limits)


def release_date(version: str) -> str:
    """The ISO date in a release version: `2026.11.23-0a1b2c3d` -> `2026-11-23`."""
    return version.split("-")[0].replace(".", "-")


def cite_as(version: str) -> str:
    """How to cite a release, in one line."""
    facts = dataset_facts()
    return f"{facts.creator}. {facts.title}. Release {version}."
