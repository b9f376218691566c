"""Keeps the declaration of every schema version under `schemas/history/`, and tells which raise a change asks for.

python -m schemas.history            # does the declaration agree with its version? (exit code 1 if not)
python -m schemas.history --write    # keep the declaration of a new version
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from schemas.bumps import LEVELS, Change, Declaration, compare, level_of, next_versions
from schemas.tables import SCHEMA_VERSION, Column, Table, published_tables, vocabulary

HISTORY = Path(__file__).parent / "history"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


class SchemaVersionError(ValueError):
    """The declaration and its version do not agree; the message says what changed and what to do."""


def declaration(tables: Sequence[Table] | None = None) -> Declaration:
    """What a schema version stands for: tables, columns and the values of every vocabulary that they use."""
    declared = published_tables() if tables is None else list(tables)
    names = sorted({column.vocabulary for table in declared for column in table.columns if column.vocabulary})
    return {
        "tables": {table.name: _table(table) for table in declared},
        "vocabularies": {name: {value: dict(more) for value, more in vocabulary(name).items()} for name in names},
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "description": table.description,
        "primary_key": list(table.primary_key),
        "sort_by": list(table.sort_by),
        "may_be_empty": table.may_be_empty,
        "columns": {column.name: _column(column) for column in table.columns},
    }


def _column(column: Column) -> dict[str, Any]:
    """Everything declared of a column; what is not said is left out, as in the declaration itself."""
    defaults = {field.name: field.default for field in fields(Column)}
    return {key: value for key, value in asdict(column).items() if key != "name" and value != defaults[key]}


def known_versions(history: Path = HISTORY) -> list[str]:
    """The schema versions that are kept, oldest first."""
    names = [path.stem for path in history.glob("*.json")]
    return sorted(names, key=_numbers)


def kept(version: str, history: Path = HISTORY) -> Declaration:
    """The declaration of one version; LookupError names the known ones."""
    path = history / f"{version}.json"
    if not path.is_file():
        raise LookupError(
            f"{path}: schema version {version} is not kept; known are {', '.join(known_versions(history))}"
        )
    found: Declaration = json.loads(path.read_text(encoding="utf-8"))
    return found


def changes_between(before: str, after: str, history: Path = HISTORY) -> list[Change]:
    """What a user of version `before` finds changed in version `after`; LookupError if either is not kept."""
    return compare(kept(before, history), kept(after, history))


def check(now: Declaration, version: str = SCHEMA_VERSION, history: Path = HISTORY) -> None:
    """Holds a declaration against what is kept of its version, and every raise against the rule.

    SchemaVersionError says what changed, which version that asks for, and how to keep the new declaration.
    """
    _numbers(version)
    versions = known_versions(history)
    for before, after in pairwise(versions):
        _check_raise(before, after, changes_between(before, after, history))
    if version in versions:
        if version != versions[-1]:
            raise SchemaVersionError(f"schema version {version} is older than the last one kept, {versions[-1]}")
        _check_same(version, compare(kept(version, history), now))
        return
    if versions:
        _check_raise(versions[-1], version, compare(kept(versions[-1], history), now))
    raise SchemaVersionError(f"schema version {version} is not kept yet; run `python -m schemas.history --write`")


def _check_same(version: str, changed: list[Change]) -> None:
    if changed:
        level = level_of(changed)
        allowed = " or ".join(next_versions(version, level))
        raise SchemaVersionError(
            f"the declaration is not that of schemas/history/{version}.json: {_told(changed)}. This is a {level} "
            f"change: raise SCHEMA_VERSION in schemas/tables.py to {allowed}, run `python -m schemas.history --write` "
            f"and add a section to CHANGELOG.md. If no release was published as {version} yet, delete its file and "
            "write it again instead"
        )


def _check_raise(before: str, after: str, changed: list[Change]) -> None:
    level = level_of(changed)
    allowed = next_versions(before, level)
    if after not in allowed:
        why = f"{_told(changed)}. This is a {level} change" if changed else "nothing in the declaration changed"
        raise SchemaVersionError(f"schema version {after} may not follow {before}: {why}; use {' or '.join(allowed)}")


def _told(changed: list[Change]) -> str:
    ordered = sorted(changed, key=lambda change: LEVELS.index(change.level))
    return "; ".join(f"{change.what} ({change.level})" for change in ordered)


def write(now: Declaration, version: str = SCHEMA_VERSION, history: Path = HISTORY) -> Path:
    """Keeps the declaration of a new version; SchemaVersionError if the version is kept already, or is not enough."""
    versions = known_versions(history)
    path = history / f"{version}.json"
    if version in versions:
        _check_same(version, compare(kept(version, history), now))
        return path
    if versions:
        _check_raise(versions[-1], version, compare(kept(versions[-1], history), now))
    text = json.dumps({"schema_version": version, **now}, ensure_ascii=False, indent=1)
    history.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _numbers(version: str) -> tuple[int, ...]:
    if not (match := VERSION.fullmatch(version)):
        raise SchemaVersionError(f"{version!r} is no schema version; write three numbers, such as 1.4.0")
    return tuple(map(int, match.groups()))


def main(arguments: Sequence[str] | None = None) -> None:
    """Checks the declaration or, with `--write`, keeps it; exit code 1 where it does not agree with its version."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep the declaration of a new version")
    try:
        if parser.parse_args(arguments).write:
            print(write(declaration()))
        check(declaration())
    except SchemaVersionError as error:
        raise SystemExit(f"error: {error}") from None
    print(f"schema version {SCHEMA_VERSION} agrees with its declaration")


if __name__ == "__main__":
    main()
