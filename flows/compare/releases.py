"""Compares two release folders: versions, tables, claims and events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from flows.compare.delta import delta, linked
from flows.compare.event_mapping import event_mapping
from flows.compare.rows import ReleaseUnreadableError, TableChanges, compare_rows
from schemas.tables import tables

CLAIM_TABLES = ("claims", "claims_nonstate")


@dataclass(frozen=True)
class Versions:
    """What a release says of its origin; None where its files do not tell."""

    release: str
    schema: str | None
    extractor: str | None


@dataclass(frozen=True)
class Comparison:
    """Two releases, the earlier one None for the first release. `tables` has every table of the later one."""

    before: Versions | None
    after: Versions
    tables: dict[str, TableChanges]

    @cached_property
    def delta(self) -> pl.DataFrame:
        """The table `delta`; without rows for the first release."""
        compared = delta(self.tables[name] for name in CLAIM_TABLES)
        return compared if self.before is not None else compared.clear()

    @cached_property
    def event_mapping(self) -> pl.DataFrame:
        """The table `event_mapping`; without rows for the first release."""
        claims = [self.tables[name] for name in CLAIM_TABLES]
        before = pl.concat([linked(one.before) for one in claims])
        after = pl.concat([linked(one.after) for one in claims])
        mapping = event_mapping(before, after)
        return mapping if self.before is not None else mapping.clear()


def compare_releases(before: Path | None, after: Path) -> Comparison:
    """Compares two release folders, staged or published; ReleaseUnreadableError names a file that is damaged."""
    return Comparison(
        versions(before) if before is not None else None,
        versions(after),
        {table.name: compare_rows(table, before, after) for table in tables()},
    )


def versions(folder: Path) -> Versions:
    """The versions that the claims of a release carry in their file."""
    path = folder / "claims.parquet"
    try:
        told = pl.read_parquet_metadata(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReleaseUnreadableError(f"{path} cannot be read as Parquet ({error}); name another release") from error
    return Versions(folder.name, told.get("schema_version"), told.get("extractor_version"))
