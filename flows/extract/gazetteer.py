"""The automaton behind the actor mention finder: every name of every actor, folded to plain lower case.

Folding keeps each character's place, so that a match in the folded text is a match at the same offsets of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick

from schemas.lexicons import Guard, Leader, actor_lexicon

MENTION_KIND = {"former": "name", "title": "description"}
"""Alias kinds that are reported under a broader one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of an alias. `capitals` are the positions that must be capital letters in mixed-case text."""

    actor_id: str
    kind: str
    alias: str
    capitals: tuple[int, ...]
    from_year: int | None = None
    to_year: int | None = None
    leader: Leader | None = None
    is_surname: bool = False


@dataclass(frozen=True)
class Rules:
    """The guards of one reading of an alias, compiled."""

    before: tuple[re.Pattern[str], ...] = ()
    after: tuple[re.Pattern[str], ...] = ()
    needs: bool = False
    never: bool = False
    not_lower: bool = False
    until: int | None = None
    since: int | None = None


@dataclass(frozen=True)
class Gazetteer:
    """The automaton, the guards by (alias, actor), the guards of every alias, and the homes of non-state actors."""

    automaton: Any
    rules: dict[tuple[str, str], Rules]
    everywhere: tuple[re.Pattern[str], ...]
    homes: dict[str, str]


class _Fold(dict[int, str]):
    """Folding of single characters, worked out when a character is first met; `blanks` also blanks punctuation."""

    def __init__(self, blanks: bool) -> None:
        super().__init__()
        self.blanks = blanks
        for marks, plain in SPECIAL_FOLDS.items():
            self.update({ord(mark): self._final(plain) for mark in marks})

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        self[code] = self._final(base if len(base) == 1 else chr(code))
        return self[code]

    def _final(self, character: str) -> str:
        return " " if self.blanks and not character.isalnum() else character


SPECIAL_FOLDS = {"’‘ʼ`´ʻ": "'", "‐‑‒–−": "-", "\n\t\r\u00a0\u2009\u202f": " ", "øØ": "o", "łŁ": "l", "ıİ": "i"}
FOLD, WORDS = _Fold(blanks=False), _Fold(blanks=True)


def fold(text: str) -> str:
    """Lower case without accents, with plain apostrophes, hyphens and blanks; as long as `text`."""
    return text.translate(FOLD)


def words(text: str) -> str:
    """`fold` with every character that is no letter or digit blanked, and a blank at both ends."""
    return f" {text.translate(WORDS)} "


def _capitals(alias: str) -> tuple[int, ...]:
    return tuple(place for place, character in enumerate(alias) if character.isupper())


@cache
def gazetteer() -> Gazetteer:
    """Build the automaton from the lexicons, once in a process (about 0.1 s)."""
    lexicon = actor_lexicon()
    entries: dict[str, list[Entry]] = defaultdict(list)

    def add(actor_id: str, kind: str, alias: str, **more: Any) -> None:
        entry = Entry(actor_id, kind, alias, _capitals(alias), **more)
        if entry not in entries[fold(alias)]:
            entries[fold(alias)].append(entry)

    for row in lexicon.aliases:
        kind = MENTION_KIND.get(row.kind, row.kind)
        add(row.actor_id, kind, row.alias, from_year=row.from_year, to_year=row.to_year)
    for leader in lexicon.leaders:
        add(leader.actor_id, "leader", leader.full_name, leader=leader)
        if fold(leader.surname) != fold(leader.full_name):
            add(leader.actor_id, "leader", leader.surname, leader=leader, is_surname=True)
    for company in lexicon.companies:
        for alias in (company.company, *company.aliases):
            add(company.actor_id, "company", alias)
    for group in lexicon.nonstate:
        for alias in (group.name, *group.aliases):
            add(group.actor_id, "nonstate", alias)
    for guard in lexicon.guards:
        if guard.rule in ("phrase", "media"):
            add(guard.actor_id, guard.rule, guard.alias)
    automaton = ahocorasick.Automaton()
    for key, values in entries.items():
        # Keys carry their word boundaries, so that "us" is not met within "Russia"; the caller compares punctuation.
        bounded = words(key) if key[-1].isalnum() else words(key)[:-1]
        automaton.add_word(bounded, [*automaton.get(bounded, []), (key, tuple(values))])
    automaton.make_automaton()
    rules, everywhere = _compile(lexicon.guards)
    homes = {group.actor_id: group.home_id for group in lexicon.nonstate if group.home_id}
    return Gazetteer(automaton, rules, everywhere, homes)


def _compile(guards: tuple[Guard, ...]) -> tuple[dict[tuple[str, str], Rules], tuple[re.Pattern[str], ...]]:
    grouped: dict[tuple[str, str], list[Guard]] = defaultdict(list)
    for guard in guards:
        if guard.rule not in ("phrase", "media"):
            grouped[guard.alias, guard.actor_id].append(guard)
    everywhere = _before(grouped.pop(("*", ""), []))
    return {key: _rules(values) for key, values in grouped.items()}, everywhere


def _before(guards: list[Guard]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"(?:{guard.pattern})$") for guard in guards if guard.rule == "before")


def _rules(guards: list[Guard]) -> Rules:
    kinds = {guard.rule for guard in guards}
    years = {guard.rule: int(guard.pattern) for guard in guards if guard.rule in ("until", "since")}
    return Rules(
        before=_before(guards),
        after=tuple(re.compile(guard.pattern) for guard in guards if guard.rule == "after"),
        needs="needs" in kinds,
        never="never" in kinds,
        not_lower="not_lower" in kinds,
        until=years.get("until"),
        since=years.get("since"),
    )
