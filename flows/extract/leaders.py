"""Decides which leader a surname or full name stands for, by the date of the article and by who else it names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from flows.extract.gazetteer import Entry
from schemas.lexicons import person_words

WORD_BEFORE = re.compile(r"([\w'’.\-]+)\s(?:[A-Z]\.\s?)*$")
"""The word before a surname, past initials ("John F. Kerry")."""
WORD_AFTER = re.compile(r"^\s([A-Z][a-z]+)\b(?!')")
DAYS_AROUND_TERM = timedelta(days=120)
YEARS_BEFORE_OFFICE = timedelta(days=15 * 365)


def in_office(entry: Entry, published: date | None) -> bool:
    """Whether the article falls in the leader's term, with four months around it; true where either is unknown."""
    leader = entry.leader
    if leader is None or published is None:
        return True
    end = leader.to_date or date.max - DAYS_AROUND_TERM
    return leader.from_date - DAYS_AROUND_TERM <= published <= end + DAYS_AROUND_TERM


def resolve_leader(
    entries: Sequence[Entry],
    before: str,
    after: str,
    published: date | None,
    named: Mapping[str, int],
    people: Collection[str],
) -> Entry | None:
    """The leader meant by a name, or None.

    `before` and `after` are the text around the name, `named` counts the actors that the article names plainly,
    `people` holds the full names in the article. Several leaders of one name: first those in office, then those
    whose state is named, then the latest.
    """
    possible = [entry for entry in entries if _could_be(entry, published)]
    if possible and possible[0].is_surname:
        possible = _by_surname(possible, before, after, published, named, people)
    if not possible:
        return None
    return max(possible, key=lambda entry: _fit(entry, published, named))


def is_introduced(entries: Sequence[Entry], people: Collection[str]) -> bool:
    """Whether the article gives the full name of one of these leaders, or these entries are the full name."""
    return any(entry.leader is not None and entry.leader.full_name in people for entry in entries)


def _could_be(entry: Entry, published: date | None) -> bool:
    leader = entry.leader
    if leader is None or published is None:
        return leader is not None
    ahead = YEARS_BEFORE_OFFICE if leader.is_distinctive or not entry.is_surname else DAYS_AROUND_TERM
    return leader.from_date <= published + ahead


def _by_surname(
    entries: list[Entry],
    before: str,
    after: str,
    published: date | None,
    named: Mapping[str, int],
    people: Collection[str],
) -> list[Entry]:
    """Those of the leaders that the surname can stand for here."""
    introduced = [entry for entry in entries if entry.leader and entry.leader.full_name in people]
    distinctive = [entry for entry in entries if entry.leader and entry.leader.is_distinctive]
    match = WORD_BEFORE.search(before)
    word = match[1] if match else ""
    if word.lower() in person_words("title"):
        titled = [e for e in entries if _term_or_state_fits(e, published, named)]
        # "Chairman Abdullah Abdullah": what follows a title may be a first name.
        return introduced or ([] if WORD_AFTER.search(after) and not distinctive else titled)
    if _is_first_name(word):
        return [entry for entry in entries if entry.leader and word in entry.leader.full_name.split()]
    return introduced or distinctive


def _is_first_name(word: str) -> bool:
    return (
        word[:1].isupper()
        and word[1:2].islower()
        and word.isalpha()
        and word.lower() not in person_words("not_first_name")
    )


def _term_or_state_fits(entry: Entry, published: date | None, named: Mapping[str, int]) -> bool:
    return named.get(entry.actor_id, 0) > 0 or (published is not None and in_office(entry, published))


def _fit(entry: Entry, published: date | None, named: Mapping[str, int]) -> tuple[bool, bool, date]:
    started = entry.leader.from_date if entry.leader else date.min
    is_past = published is None or started <= published
    return (in_office(entry, published), named.get(entry.actor_id, 0) > 0, started if is_past else date.min)
