"""Loads the lexicons of named weapon systems and of common nouns for what is given, and checks each row.

`lexicons/systems.csv` names systems, `lexicons/items.csv` terms ("ballistic missile"), `lexicons/spellings.csv` the
spellings that are read alike ("defence", "defense"). `lexicons/SYSTEMS_SOURCES.md` says where the entries come from.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.tables import vocabulary

LEXICONS = Path(__file__).parent / "lexicons"
ROLES = ("kind", "generic", "weak", "carrier", "head", "not")
"""What a term of items.csv does. `kind` names a kind of arms or help; `generic` support of no stated kind ("weapons",
"military aid"); `weak` often means something else ("plane", "base", "support"); `carrier` takes its type from the words
before it ("Patriot battery"); `head` counts only at the end of a compound ("drone plant"); `not` marks a phrase that is
no item though it holds such words ("think tank")."""

_MAKER = re.compile(r"[A-Z]{3}|EUROPE")


@dataclass(frozen=True)
class System:
    """A named weapon system. `maker_id` is an actor code; `is_ambiguous` says that one of its names, listed in
    `ambiguous_names` ("Leopard"), is also an ordinary word, a person or a place."""

    system_id: str
    name: str
    aliases: tuple[str, ...]
    maker_id: str | None
    support_type: str
    unroca_category: str | None
    is_ambiguous: bool
    ambiguous_names: frozenset[str]
    source: str


@dataclass(frozen=True)
class Term:
    """A common noun or phrase for something given; `role` is one of ROLES."""

    term: str
    support_type: str
    role: str
    note: str


@cache
def systems() -> tuple[System, ...]:
    """All systems of systems.csv in the order of the file; ValueError names the line of a row that is wrong."""
    loaded: dict[str, System] = {}
    for where, row in _rows("systems.csv"):
        system = _system(where, row)
        if system.system_id in loaded:
            raise ValueError(f"{where}: system {system.system_id} is listed twice; merge the two rows")
        loaded[system.system_id] = system
    return tuple(loaded.values())


@cache
def system(system_id: str) -> System:
    """The system of that id; KeyError if there is none."""
    for candidate in systems():
        if candidate.system_id == system_id:
            return candidate
    raise KeyError(f"systems.csv has no system {system_id}")


@cache
def terms() -> tuple[Term, ...]:
    """All terms of items.csv in the order of the file; ValueError names the line of a row that is wrong."""
    loaded: dict[str, Term] = {}
    for where, row in _rows("items.csv"):
        term = Term(row["term"], row["support_type"], row["role"], row["note"])
        if not term.term or term.term.casefold() in loaded:
            raise ValueError(f"{where}: term {term.term!r} is empty or listed twice; keep one row")
        if term.support_type not in vocabulary("support_type"):
            raise ValueError(f"{where}: unknown support_type {term.support_type!r}; see vocabularies/support_type.csv")
        if term.role not in ROLES:
            raise ValueError(f"{where}: unknown role {term.role!r}; use one of {', '.join(ROLES)}")
        loaded[term.term.casefold()] = term
    return tuple(loaded.values())


@cache
def spellings() -> tuple[tuple[str, str], ...]:
    """Pairs of spellings that are read alike, lower-cased words with single spaces."""
    pairs = []
    for where, row in _rows("spellings.csv"):
        if not row["spelling"] or not row["variant"] or row["spelling"] == row["variant"]:
            raise ValueError(f"{where}: give two different spellings")
        pairs.append((row["spelling"].lower(), row["variant"].lower()))
    return tuple(pairs)


def _rows(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows of a lexicon, each with "file, line" for messages."""
    with (LEXICONS / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="surplus")
        for row in reader:
            where = f"{name}, line {reader.line_num}"
            if "surplus" in row or None in row.values():
                raise ValueError(
                    f"{where}: {len(reader.fieldnames or ())} columns are needed; quote a value with a comma"
                )
            yield where, row


def _system(where: str, row: dict[str, str]) -> System:
    names = [row["system_id"], *row["aliases"].split(";")] if row["aliases"] else [row["system_id"]]
    if any(not name or name != name.strip() for name in names):
        raise ValueError(f"{where}: an empty name, or one with outer spaces")
    if len(set(names)) != len(names):
        raise ValueError(f"{where}: an alias of {row['system_id']} is listed twice")
    if not row["name"] or not row["source"]:
        raise ValueError(f"{where}: name and source must be given")
    if row["maker_id"] and not _MAKER.fullmatch(row["maker_id"]):
        raise ValueError(f"{where}: maker_id {row['maker_id']!r} is not an ISO 3166 alpha-3 code or EUROPE")
    if row["support_type"] not in vocabulary("support_type"):
        raise ValueError(f"{where}: unknown support_type {row['support_type']!r}; see vocabularies/support_type.csv")
    if row["unroca_category"] and row["unroca_category"] not in vocabulary("unroca_category"):
        raise ValueError(f"{where}: unknown unroca_category {row['unroca_category']!r}; use I to VIII or nothing")
    if row["is_ambiguous"] not in ("true", "false"):
        raise ValueError(f"{where}: is_ambiguous is true or false, not {row['is_ambiguous']!r}")
    ambiguous = frozenset(filter(None, row["ambiguous_names"].split(";")))
    if not ambiguous <= set(names) or bool(ambiguous) != (row["is_ambiguous"] == "true"):
        raise ValueError(f"{where}: ambiguous_names are names of the row, given exactly where is_ambiguous is true")
    return System(
        system_id=row["system_id"],
        name=row["name"],
        aliases=tuple(names[1:]),
        maker_id=row["maker_id"] or None,
        support_type=row["support_type"],
        unroca_category=row["unroca_category"] or None,
        is_ambiguous=row["is_ambiguous"] == "true",
        ambiguous_names=ambiguous,
        source=row["source"],
    )
