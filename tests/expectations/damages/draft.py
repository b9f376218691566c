"""A release that a damage may change as it likes, and the register of all damages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import polars as pl

from expectations.release import Release
from schemas.tables import table

Kind = Literal["tables", "relinked", "staged", "sealed"]
"""What is damaged: the tables; what link reads, before it makes the tables; the staged files; the sealed release."""
Where = pl.Expr | None
T = TypeVar("T")


@dataclass
class Draft:
    """Tables and texts of a release, and whether one is before it. Rows are sorted again unless `keeps_order`."""

    tables: dict[str, pl.DataFrame]
    texts: pl.DataFrame
    has_previous: bool = True
    keeps_order: bool = False

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]

    def __setitem__(self, name: str, frame: pl.DataFrame) -> None:
        self.tables[name] = frame

    def put(self, name: str, where: Where = None, /, **values: object) -> None:
        """Sets columns of the rows that fit; AssertionError where nothing changes, as that would be no damage."""
        frame = self[name]
        fits = pl.lit(True) if where is None else where
        changed = frame.with_columns(
            pl.when(fits)
            .then(value if isinstance(value, pl.Expr) else pl.lit(value, dtype=frame.schema[column]))
            .otherwise(pl.col(column))
            .cast(frame.schema[column])
            .alias(column)
            for column, value in values.items()
        )
        assert not changed.equals(frame), f"nothing in {name} changes"
        self[name] = changed

    def drop(self, name: str, where: pl.Expr) -> None:
        """Removes the rows that fit; AssertionError where there is none."""
        kept = self[name].filter(~where.fill_null(False))
        assert kept.height < self[name].height, f"nothing in {name} is removed"
        self[name] = kept

    def release(self, good: Release, folder: Path) -> Release:
        """The damaged release, with the file metadata, the texts and the release before of the good one."""
        tables = self.tables
        if not self.keeps_order:
            tables = {name: frame.sort(table(name).sort_by) for name, frame in tables.items()}
        texts = folder / "texts.parquet"
        self.texts.write_parquet(texts)
        return Release(tables, good.schemas, {}, good.previous if self.has_previous else None, texts)


@dataclass(frozen=True)
class Damage:
    """One way to damage a release. `unseen` is the reason why no check can see it; None where one must."""

    name: str
    what: str
    kind: Kind
    do: Callable[[Any], None]
    unseen: str | None = None


REGISTER: dict[str, Damage] = {}


def register(kind: Kind, unseen: str | None = None) -> Callable[[Callable[[T], None]], Callable[[T], None]]:
    """Registers a function under its name; the first line of its docstring says what it does."""

    def registered(do: Callable[[T], None]) -> Callable[[T], None]:
        add(Damage(do.__name__, (do.__doc__ or "").strip().splitlines()[0], kind, do, unseen))
        return do

    return registered


def add(damage: Damage) -> None:
    """Adds a damage; AssertionError where two share a name."""
    assert damage.name not in REGISTER, damage.name
    REGISTER[damage.name] = damage
