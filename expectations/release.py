"""A release as the rules see it: every table read again from its Parquet file, with what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import RELEASE_TABLES

COMPARED_COLUMNS = {
    "articles": ["article_id", "corpus", "published_at"],
    "claims": [
        *("article_id", "reported_at", "factuality", "supplier_text", "recipient_text", "item_text", "trigger_text"),
        *("claimant_text", "system_id", "quantity_low", "event_start_date"),
    ],
    "claims_nonstate": ["article_id", "reported_at"],
}
"""What a release is held against in the one before: its rows by partition and the shares of `bounds.toml`."""


@dataclass(frozen=True)
class Release:
    """Tables by name. `unreadable` gives the reason for each table that is missing or no Parquet file.

    `texts` is the file of ingested articles with their texts (`ARTICLE_TEXT_SCHEMA`), which is never published;
    `previous` is the release published before, of which only `COMPARED_COLUMNS` are read.
    """

    tables: dict[str, pl.DataFrame]
    schemas: dict[str, pa.Schema]
    unreadable: dict[str, str] = field(default_factory=dict)
    previous: Release | None = None
    texts: Path | None = None
    computed: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def table(self, name: str) -> pl.DataFrame:
        """One table; LookupError says why there is none."""
        if name not in self.tables:
            raise LookupError(f"table {name}: {self.unreadable.get(name, 'was not read')}")
        return self.tables[name]

    def all_claims(self, columns: list[str]) -> pl.DataFrame:
        """These columns of both claim tables."""
        return pl.concat([self.table(name).select(columns) for name in ("claims", "claims_nonstate")])


T = TypeVar("T")


def once(compute: Callable[[Release], T]) -> Callable[[Release], T]:
    """Computes something of a release the first time it is asked for, as many rules look at the same joins."""
    name = f"{compute.__module__}.{compute.__qualname__}"

    @wraps(compute)
    def remembered(release: Release) -> T:
        if name not in release.computed:
            release.computed[name] = compute(release)
        found: T = release.computed[name]
        return found

    return remembered


def read_release(folder: Path, previous: Path | None = None, texts: Path | None = None) -> Release:
    """Reads the nine tables of `folder`, and what they are compared with of `previous` where there is one.

    A table that is missing or damaged is recorded and not raised: its rules cannot be evaluated, and the gate says so.
    """
    before = None if previous is None else _read(previous, COMPARED_COLUMNS)
    release = _read(folder, dict.fromkeys(RELEASE_TABLES))
    return replace(release, previous=before, texts=texts)


def _read(folder: Path, columns_of: Mapping[str, list[str] | None]) -> Release:
    tables: dict[str, pl.DataFrame] = {}
    found: dict[str, pa.Schema] = {}
    unreadable: dict[str, str] = {}
    for name, columns in columns_of.items():
        path = folder / f"{name}.parquet"
        if not path.is_file():
            unreadable[name] = f"{path.name} is missing"
            continue
        try:
            read = pq.ParquetFile(path).read(columns)
        except (pa.ArrowException, OSError) as error:
            unreadable[name] = f"{path.name} cannot be read: {error}"
            continue
        found[name] = read.schema
        tables[name] = pl.DataFrame(read)
    return Release(tables, found, unreadable)
