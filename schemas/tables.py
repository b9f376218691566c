"""The declaration of every table, read from `schemas/tables/*.toml`: columns, types, units, meaning and keys.

Arrow schemas, expectation suites, the data package and the data dictionary are all made from these objects.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA_VERSION = "1.2.0"
"""Version of the tables' shape, raised as docs/versions.md says; `python -m schemas.history` tells if it must be."""

RELEASE_TABLES = (
    "claims",
    "claims_nonstate",
    "events",
    "articles",
    "actors",
    "systems",
    "dyads_monthly",
    "rejects",
    "corpus_files",
)
CHANGE_TABLES = ("delta", "event_mapping")
"""Tables that compare a release with the one before: part of its folder, but not of its content and its digest."""
TYPES = ("string", "int32", "int64", "float32", "float64", "bool", "date", "timestamp", "list<string>")


@dataclass(frozen=True)
class Column:
    """One column. `foreign_key` is `table.column`; `vocabulary` names a file of `schemas/vocabularies`."""

    name: str
    type: str
    description: str
    nullable: bool = False
    unit: str | None = None
    vocabulary: str | None = None
    foreign_key: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    verbatim: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a release. `sort_by` is the order of its rows; `may_be_empty` says that no rows can be right."""

    name: str
    title: str
    description: str
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]
    columns: tuple[Column, ...]
    may_be_empty: bool = False

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")


@cache
def table(name: str) -> Table:
    """The declaration of one table; ValueError names the file and the column that is wrong."""
    path = HERE / "tables" / f"{name}.toml"
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = tuple(_column(path, entry) for entry in raw.pop("column"))
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise ValueError(f"{path.name}: a column is declared twice")
    for key in (*raw["primary_key"], *raw["sort_by"]):
        if key not in names:
            raise ValueError(f"{path.name}: key column {key} is not declared")
    return Table(
        name=raw["name"],
        title=raw["title"],
        description=raw["description"],
        primary_key=tuple(raw["primary_key"]),
        sort_by=tuple(raw["sort_by"]),
        columns=columns,
        may_be_empty=raw.get("may_be_empty", False),
    )


def _column(path: Path, entry: dict[str, Any]) -> Column:
    column = Column(**entry)
    if column.type not in TYPES:
        raise ValueError(f"{path.name}: column {column.name} has unknown type {column.type}; use one of {TYPES}")
    if column.vocabulary is not None and not (HERE / "vocabularies" / f"{column.vocabulary}.csv").exists():
        raise ValueError(f"{path.name}: column {column.name} has unknown vocabulary {column.vocabulary}")
    return column


def tables() -> list[Table]:
    """The tables that make the content of a release."""
    return [table(name) for name in RELEASE_TABLES]


def published_tables() -> list[Table]:
    """All tables of a release folder, with those that compare it with the release before."""
    return [table(name) for name in (*RELEASE_TABLES, *CHANGE_TABLES)]


@cache
def vocabulary(name: str) -> dict[str, dict[str, str]]:
    """The values of a vocabulary, each with its other fields (`description` and, for stages, `stage_group`)."""
    with (HERE / "vocabularies" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("value"): row for row in csv.DictReader(file)}


def stage_group(stage: str) -> str:
    """The group of a stage (`delivered` for `in_transit`); KeyError for an unknown stage."""
    return vocabulary("stage")[stage]["stage_group"]
