"""What the dataset says of itself (title, licence, creator), read from `schemas/dataset.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


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
    quotation_note: str


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
    return DatasetFacts(**raw | {"keywords": tuple(raw["keywords"])})


def release_date(version: str) -> str:
    """The ISO date in a release version: `2026.11.23-0a1b2c3d` -> `2026-11-23`."""
    return version.split("-")[0].replace(".", "-")
