"""The actor lexicons of `schemas/lexicons`, checked row by row as they are read.

Every error says which file and which line is wrong and what would be right.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from schemas.tables import vocabulary

T = TypeVar("T")
LEXICONS = Path(__file__).parent / "lexicons"

ALIAS_KINDS = (
    "name",
    "former",
    "demonym",
    "adjective",
    "capital",
    "seat",
    "institution",
    "force",
    "agency",
    "title",
    "description",
    "group",
)
NONSTATE_KINDS = ("group", "person", "firm", "description")
GUARD_RULES = ("before", "after", "phrase", "media", "needs", "never", "not_lower", "until", "since")
"""What a guard says about an alias.

`before`/`after`: not the actor where the regular expression matches the text that ends/begins at the alias.
`phrase`: the words are a name of something else. `media`: the words name a news outlet.
`needs`: the actor only where the article names it in a plainer way too. `never`: not used, kept with its reason.
`not_lower`: not in texts without capitals. `until`/`since`: only in articles up to/from the year given as pattern.
"""


class LexiconError(ValueError):
    """A row of a lexicon that is wrong; the message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A codable actor: state, group, intergovernmental body, non-state actor or special claimant."""

    actor_id: str
    name: str
    kind: str
    iso2: str
    region: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A name under which texts speak of an actor; `from_year` and `to_year` bound when it does (inclusive)."""

    actor_id: str
    alias: str
    kind: str
    from_year: int | None
    to_year: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Leader:
    """A person who speaks for an actor between two dates; `to_date` is None for those in office.

    `is_distinctive` says that the surname alone, during the term, names this person.
    """

    actor_id: str
    surname: str
    full_name: str
    role: str
    from_date: date
    to_date: date | None
    gender: str
    source: str
    is_distinctive: bool


@dataclass(frozen=True, slots=True)
class Company:
    """An arms firm with the state (or EUROPE, for consortia) as whose supply its sales count."""

    actor_id: str
    company: str
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class NonState:
    """An armed group, party, firm or person without a state behind it; `home_id` is where it acts."""

    actor_id: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    home_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Guard:
    """A reading of an alias that is not the actor; see GUARD_RULES."""

    alias: str
    actor_id: str
    rule: str
    pattern: str
    note: str


class _Row:
    """One row of a lexicon with its place, so that each check can say where it failed."""

    def __init__(self, path: Path, line: int, values: dict[str, str]) -> None:
        self.path, self.line, self.values = path, line, values

    def error(self, message: str) -> LexiconError:
        return LexiconError(f"{self.path.name} line {self.line}: {message}")

    def text(self, column: str) -> str:
        return self.values[column].strip()

    def required(self, column: str) -> str:
        value = self.text(column)
        if not value:
            raise self.error(f"{column} is empty; fill it in or remove the row")
        return value

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        value, choices = self.text(column), sorted(allowed)
        if value not in choices:
            raise self.error(f"{column} is {value!r}; use one of {', '.join(map(repr, choices))}")
        return value

    def actor(self, column: str, known: frozenset[str]) -> str:
        value = self.required(column)
        if value not in known:
            raise self.error(f"{column} is {value!r}, which actors.csv and nonstate.csv don't list; add it there first")
        return value

    def year(self, column: str) -> int | None:
        value = self.text(column)
        if value and not re.fullmatch(r"(1[89]|20)\d\d", value):
            raise self.error(f"{column} is {value!r}; write a year of four digits or nothing")
        return int(value) if value else None

    def day(self, column: str) -> date | None:
        value = self.text(column)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            raise self.error(f"{column} is {value!r}; write a date as YYYY-MM-DD") from None

    def listed(self, column: str) -> tuple[str, ...]:
        values = [value.strip() for value in self.text(column).split(";")]
        if values == [""]:
            return ()
        if "" in values:
            raise self.error(f"{column} has an empty entry; remove the extra semicolon")
        return tuple(values)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="_extra")
        if tuple(reader.fieldnames or ()) != columns:
            raise LexiconError(f"{path.name} line 1: header is {reader.fieldnames}; it must be {','.join(columns)}")
        for values in reader:
            if "_extra" in values or None in values.values():
                raise LexiconError(f"{path.name} line {reader.line_num}: wrong number of fields; quote commas")
            yield _Row(path, reader.line_num, values)


def _unique(row: _Row, key: object, seen: dict[object, int]) -> None:
    if key in seen:
        raise row.error(f"repeats line {seen[key]} ({key}); remove one of them")
    seen[key] = row.line


def _read(path: Path, columns: tuple[str, ...], build: Callable[[_Row], tuple[object, T]]) -> tuple[T, ...]:
    seen: dict[object, int] = {}
    result = []
    for row in _rows(path, columns):
        key, value = build(row)
        _unique(row, key, seen)
        result.append(value)
    if not result:
        raise LexiconError(f"{path.name}: has no rows; restore it from version control")
    return tuple(result)


def read_actors(folder: Path = LEXICONS) -> tuple[Actor, ...]:
    """States, groups, bodies and special claimants of `actors.csv`; LexiconError for a wrong row."""
    kinds = vocabulary("actor_kind")

    def build(row: _Row) -> tuple[object, Actor]:
        actor = Actor(
            row.required("actor_id"),
            row.required("name"),
            row.one_of("kind", kinds),
            row.text("iso2"),
            row.text("region"),
        )
        if not re.fullmatch(r"[A-Z][A-Z0-9]+", actor.actor_id):
            raise row.error(f"actor_id is {actor.actor_id!r}; use capital letters and digits")
        if actor.kind == "state" and len(actor.actor_id) != 3:
            raise row.error(f"actor_id of a state is {actor.actor_id!r}; use its ISO 3166-1 alpha-3 code")
        return actor.actor_id, actor

    return _read(folder / "actors.csv", ("actor_id", "name", "kind", "iso2", "region"), build)


def read_nonstate(folder: Path = LEXICONS) -> tuple[NonState, ...]:
    """Armed groups, parties, firms and persons of `nonstate.csv`; LexiconError for a wrong row."""
    states = frozenset(actor.actor_id for actor in read_actors(folder))

    def build(row: _Row) -> tuple[object, NonState]:
        name, home = row.required("name"), row.text("home_id")
        if row.text("actor_id") != f"NSA:{name}":
            raise row.error(f"actor_id is {row.text('actor_id')!r}; it must be 'NSA:{name}'")
        if home and home not in states:
            raise row.error(f"home_id is {home!r}; use a code of actors.csv or nothing")
        kind = row.one_of("kind", NONSTATE_KINDS)
        return name, NonState(f"NSA:{name}", name, row.listed("aliases"), kind, home, row.text("note"))

    return _read(folder / "nonstate.csv", ("actor_id", "name", "aliases", "kind", "home_id", "note"), build)


def known_ids(folder: Path = LEXICONS) -> frozenset[str]:
    """Every actor code of `actors.csv` and `nonstate.csv`."""
    return frozenset(a.actor_id for a in read_actors(folder)) | frozenset(a.actor_id for a in read_nonstate(folder))


def read_aliases(folder: Path = LEXICONS) -> tuple[Alias, ...]:
    """Names, adjectives, seats and institutions of `aliases.csv`; LexiconError for a wrong row."""
    known = known_ids(folder)

    def build(row: _Row) -> tuple[object, Alias]:
        first, last = row.year("from_year"), row.year("to_year")
        if first and last and first > last:
            raise row.error(f"from_year {first} is after to_year {last}; swap them")
        alias = Alias(
            row.actor("actor_id", known),
            row.required("alias"),
            row.one_of("kind", ALIAS_KINDS),
            first,
            last,
            row.text("note"),
        )
        return (alias.actor_id, alias.alias), alias

    return _read(folder / "aliases.csv", ("actor_id", "alias", "kind", "from_year", "to_year", "note"), build)


def read_leaders(folder: Path = LEXICONS) -> tuple[Leader, ...]:
    """Dated leaders, ministers and spokespersons of `leaders.csv`; LexiconError for a wrong row."""
    known = known_ids(folder)

    def build(row: _Row) -> tuple[object, Leader]:
        start, end = row.day("from_date"), row.day("to_date")
        if start is None:
            raise row.error("from_date is empty; give the first day in office")
        if end is not None and end < start:
            raise row.error(f"to_date {end} is before from_date {start}; swap them")
        leader = Leader(
            row.actor("actor_id", known),
            row.required("surname"),
            row.required("full_name"),
            row.required("role"),
            start,
            end,
            row.one_of("gender", ("m", "f")),
            row.required("source"),
            row.one_of("is_distinctive", ("yes", "")) == "yes",
        )
        return (leader.actor_id, leader.surname, leader.full_name, leader.role, start), leader

    columns = (
        "actor_id",
        "surname",
        "full_name",
        "role",
        "from_date",
        "to_date",
        "gender",
        "source",
        "is_distinctive",
    )
    return _read(folder / "leaders.csv", columns, build)


def read_companies(folder: Path = LEXICONS) -> tuple[Company, ...]:
    """Arms firms with their home states of `companies.csv`; LexiconError for a wrong row."""
    known = known_ids(folder)

    def build(row: _Row) -> tuple[object, Company]:
        company = Company(
            row.actor("actor_id", known), row.required("company"), row.listed("aliases"), row.text("note")
        )
        return (company.actor_id, company.company), company

    return _read(folder / "companies.csv", ("actor_id", "company", "aliases", "note"), build)


def read_guards(folder: Path = LEXICONS) -> tuple[Guard, ...]:
    """Readings of aliases that are not the actor, of `guards.csv`; LexiconError for a wrong row."""
    known = known_ids(folder)

    def build(row: _Row) -> tuple[object, Guard]:
        rule, pattern = row.one_of("rule", GUARD_RULES), row.values["pattern"]
        unbound = rule == "phrase" or row.text("alias") == "*"
        actor_id = "" if unbound and not row.text("actor_id") else row.actor("actor_id", known)
        if rule in ("before", "after"):
            _check_pattern(row, pattern)
        if rule in ("until", "since") and row.year("pattern") is None:
            raise row.error("pattern is empty; give the year")
        guard = Guard(row.required("alias"), actor_id, rule, pattern, row.text("note"))
        return (guard.alias, guard.actor_id, rule, pattern), guard

    return _read(folder / "guards.csv", ("alias", "actor_id", "rule", "pattern", "note"), build)


def _check_pattern(row: _Row, pattern: str) -> None:
    if not pattern.strip():
        raise row.error("pattern is empty; give a regular expression")
    try:
        re.compile(pattern)
    except re.error as error:
        raise row.error(f"pattern is no regular expression ({error})") from None


PERSON_WORD_ROLES = ("title", "not_first_name", "dateline_agency")


@cache
def person_words(role: str, folder: Path = LEXICONS) -> frozenset[str]:
    """The words of one role in `person_words.csv`.

    `title` stands before surnames; `not_first_name` are other words with a capital that may; `dateline_agency` are
    the short names in brackets after the place of a report. LexiconError for a wrong row.
    """

    def build(row: _Row) -> tuple[object, tuple[str, str]]:
        word, word_role = row.required("word"), row.one_of("role", PERSON_WORD_ROLES)
        if word_role != "dateline_agency" and word != word.lower():
            raise row.error(f"word is {word!r}; write it in lower case")
        return (word, word_role), (word, word_role)

    rows = _read(folder / "person_words.csv", ("word", "role", "note"), build)
    return frozenset(word for word, word_role in rows if word_role == role)


@dataclass(frozen=True)
class ActorLexicon:
    """All actor lexicons together."""

    actors: tuple[Actor, ...]
    aliases: tuple[Alias, ...]
    leaders: tuple[Leader, ...]
    companies: tuple[Company, ...]
    nonstate: tuple[NonState, ...]
    guards: tuple[Guard, ...]


@cache
def actor_lexicon(folder: Path = LEXICONS) -> ActorLexicon:
    """Read and check every actor lexicon once; LexiconError names the file and line that is wrong."""
    return ActorLexicon(
        read_actors(folder),
        read_aliases(folder),
        read_leaders(folder),
        read_companies(folder),
        read_nonstate(folder),
        read_guards(folder),
    )
