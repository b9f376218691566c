"""The list of articles that must not be published any more: `withdrawn.csv` in the output folder, kept by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE = "withdrawn.csv"
KEYS = ("article_id", "url", "source_id", "corpus")
COLUMNS = (*KEYS, "note")

Key = tuple[str | None, str | None, str | None, str | None]


class WithdrawalListError(ValueError):
    """The list of withdrawals cannot be read for sure; the message names the line and what to do."""


@dataclass(frozen=True)
class Withdrawals:
    """Rows of the list; each stands for the articles that agree with all its values that are not None."""

    rows: tuple[Key, ...] = ()

    @cached_property
    def _by_value(self) -> dict[tuple[str, str], list[Key]]:
        found: dict[tuple[str, str], list[Key]] = defaultdict(list)
        for row in self.rows:
            found[next((name, value) for name, value in zip(KEYS, row, strict=True) if value is not None)].append(row)
        return found

    def __bool__(self) -> bool:
        return bool(self.rows)

    def name(self, article_id: str, url: str | None, source_id: str | None, corpus: str) -> bool:
        """Whether the list names an article."""
        values = (article_id, url, source_id, corpus)
        candidates = (
            row
            for name, value in zip(KEYS, values, strict=True)
            if value is not None
            for row in self._by_value.get((name, value), ())
        )
        return any(
            all(wanted in (None, value) for wanted, value in zip(row, values, strict=True)) for row in candidates
        )

    @staticmethod
    def load(output: Path) -> Withdrawals:
        """The list of an output folder; empty where there is none. WithdrawalListError names a line that is wrong."""
        path = output / FILE
        if not path.exists():
            return Withdrawals()
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
            if unknown or not set(KEYS[:3]) & set(reader.fieldnames or ()):
                raise WithdrawalListError(
                    f"{path}: unknown columns {unknown}; the first line must name some of {', '.join(COLUMNS)}"
                )
            return Withdrawals(tuple(_key(path, reader.line_num, row) for row in reader))


def _key(path: Path, line: int, row: dict[str, str]) -> Key:
    if None in row:
        raise WithdrawalListError(f"{path}: line {line} has more values than the first line has names; quote commas")
    article_id, url, source_id, corpus = ((row.get(name) or "").strip() or None for name in KEYS)
    if article_id is None and url is None and source_id is None:
        raise WithdrawalListError(f"{path}: line {line} names no article; give its {', '.join(KEYS[:3])}")
    return article_id, url, source_id, corpus
