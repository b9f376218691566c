"""Compares two declarations of the tables, and says of every difference which number of the version it raises.

The rule is in docs/versions.md: major where something that a query may rely on is gone or is another thing, minor where
something was added, patch where only the words of explanation differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["major", "minor", "patch"]
LEVELS: tuple[Level, ...] = ("major", "minor", "patch")
Declaration = dict[str, Any]
"""`tables` and `vocabularies` as `schemas.history.declaration` gives them."""
Named = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference: the number that it raises, and what differs in words."""

    level: Level
    what: str


def compare(before: Declaration, after: Declaration) -> list[Change]:
    """Every difference between two declarations, in the order of the declarations."""
    tables = Renaming(before["tables"], after["tables"])
    found = [*tables.changes("table ")]
    for name, declared in tables.kept():
        found += _table(name, before["tables"][name], declared)
    vocabularies = Renaming(before["vocabularies"], after["vocabularies"])
    found += vocabularies.changes("vocabulary ")
    for name, values in vocabularies.kept():
        found += _vocabulary(name, before["vocabularies"][name], values)
    return found


def level_of(changed: list[Change]) -> Level | None:
    """The highest number that any of the changes raises; None without changes."""
    return min((change.level for change in changed), key=LEVELS.index, default=None)


def next_versions(version: str, level: Level | None) -> list[str]:
    """The versions that may follow `version` with changes of that level, nearest first.

    A higher number than needed is right where a change of meaning does not show in the declaration, as is any number
    without any change.
    """
    major, minor, patch = map(int, version.split("."))
    after = {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}"}
    enough = LEVELS[: LEVELS.index(level or "patch") + 1]
    return [after[one] for one in reversed(enough)]


class Renaming:
    """Names that came, went and stayed. One that went and one that came with all else the same were renamed."""

    def __init__(self, before: Named, after: Named) -> None:
        self._before, self._after = before, after
        self._added = [name for name in after if name not in before]
        self._removed = [name for name in before if name not in after]
        self._renamed: dict[str, str] = {}
        for old in self._removed:
            same = [new for new in self._added if after[new] == before[old] and new not in self._renamed.values()]
            if same:
                self._renamed[old] = same[0]

    def kept(self) -> Iterator[tuple[str, Any]]:
        """Names of both sides, with what they are now."""
        return ((name, now) for name, now in self._after.items() if name in self._before)

    def is_reordered(self) -> bool:
        """Do the names of both sides stand in another order?"""
        return [name for name in self._before if name in self._after] != [name for name, _ in self.kept()]

    def changes(self, of: str) -> Iterator[Change]:
        """What went, was renamed and came; `of` is what stands before a name, such as `column claims.`."""
        for name in self._removed:
            if name in self._renamed:
                yield Change("major", f"{of}{name} renamed to {self._renamed[name]}")
            else:
                yield Change("major", f"{of}{name} removed")
        for name in self._added:
            if name not in self._renamed.values():
                yield Change("minor", f"{of}{name} added")


def _table(name: str, before: Named, after: Named) -> Iterator[Change]:
    for key in ("title", "description"):
        if before[key] != after[key]:
            yield Change("patch", f"{key} of table {name} reworded")
    if before["primary_key"] != after["primary_key"]:
        yield _turned("major", f"primary key of table {name}", before["primary_key"], after["primary_key"])
    for key in ("sort_by", "may_be_empty"):
        if before[key] != after[key]:
            yield _turned("minor", f"{key} of table {name}", before[key], after[key])
    columns = Renaming(before["columns"], after["columns"])
    yield from columns.changes(f"column {name}.")
    if columns.is_reordered():
        yield Change("minor", f"columns of table {name} in another order")
    for column, declared in columns.kept():
        yield from _column(f"column {name}.{column}", before["columns"][column], declared)


def _column(name: str, before: Named, after: Named) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key == "description":
            yield Change("patch", f"description of {name} reworded")
        else:
            yield _turned(_level_of_attribute(key, old, new), f"{key} of {name}", old, new)


def _level_of_attribute(key: str, old: Any, new: Any) -> Level:
    """A promise that was taken back, or a value that is to be read otherwise, is major; a promise more is minor."""
    if key in ("type", "unit"):
        return "major"
    if key in ("minimum", "maximum"):
        return "minor"
    if key == "nullable":
        return "major" if new else "minor"
    return "major" if old else "minor"


def _vocabulary(name: str, before: Named, after: Named) -> Iterator[Change]:
    values = Renaming(before, after)
    yield from values.changes(f"value {name}.")
    if values.is_reordered():
        # The order of stages is how far a transfer has come.
        yield Change("major", f"values of vocabulary {name} in another order")
    for value, fields in values.kept():
        old_fields = before[value]
        for key in [*old_fields, *(key for key in fields if key not in old_fields)]:
            old, new = old_fields.get(key), fields.get(key)
            if old != new and key == "description":
                yield Change("patch", f"description of value {name}.{value} reworded")
            elif old != new:
                yield _turned("minor" if old is None else "major", f"{key} of value {name}.{value}", old, new)


def _turned(level: Level, what: str, old: Any, new: Any) -> Change:
    return Change(level, f"{what} turned from {_said(old)} to {_said(new)}")


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
