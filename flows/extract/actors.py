"""Finds every mention of an actor in a text: names, adjectives, capitals, seats, forces, leaders, firms, groups.

The longest reading wins; guards turn down readings that are not the actor ("Georgia" the US state); leaders are
resolved by the date of the article and by who else it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flows.extract.gazetteer import Entry, Gazetteer, Rules, fold, gazetteer

TITLE_WORDS = (
    r"President|President-elect|Vice President|Prime Minister|Premier|Chancellor|Minister|Secretary|Secretary[- ]General|"
    r"Gen\.?|General|Lt\. Gen\.|Maj\. Gen\.|Brig\. Gen\.|Adm\.?|Admiral|Col\.|Colonel|Marshal|Field Marshal|Mr\.?|Mrs\.?|Ms\.?|"
    r"Sen\.?|Senator|Rep\.?|Speaker|King|Prince|Crown Prince|Emir|Sheikh|Ayatollah|Imam|Comrade|Dr\.?|Sir|Lord|Lady|Chairman|"
    r"Ambassador|Spokesman|Spokeswoman|Spokesperson|spokesman|spokeswoman|spokesperson|minister|president|chancellor|premier|"
    r"secretary|leader|Leader|chief|Chief|PM|Taoiseach|Adviser|adviser|Governor|Director"
)
TITLED = re.compile(rf"(?:\b(?:{TITLE_WORDS})\s(?:[A-Z]\.\s?)*)$")
OTHER_FIRST_NAME = re.compile(r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?)\s(?:[A-Z]\.\s?)*$")
NOT_A_FIRST_NAME = frozenset(
    "but and when while as if in on at for by from with after before since until because although though that the then "
    "so yet or nor like under over against according to of what how why where who whom both even instead meanwhile thus "
    "however later now today still also only once did does do was is are were has had have will would could should may can "
    "ex former late team camp via under says said than unlike despite let will".split()
)
ORIGIN = re.compile(
    r"^[-\s](?:and\s[A-Z]\w+-)?(?:made|built|designed|manufactured|produced|origin|developed|era|style|type|engineered)\b",
    re.I,
)
MADE_IN = re.compile(r"\b(?:made|built|manufactured|produced|designed)\s(?:in|by)\s(?:the\s)?$", re.I)
_PLACE = r"[A-Z][A-Z.'’\-]+(?:[ /][A-Z][A-Z.'’\-]+){0,3}|[A-Z][\w.'’\-]+(?:[ /][A-Z][\w.'’\-]+){0,3}"
_DATE = r"(?:,?\s(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s\d{1,2}(?:,\s\d{4})?)"
DATELINE = re.compile(
    rf"(?:^|(?<=\n))[ \t]*(?:{_PLACE})(?:,\s[A-Z][\w.]+(?:\s[A-Z][\w.]+){{0,2}})?{_DATE}?"
    rf"(?:\s?\([A-Za-z. /\-]{{2,40}}\)\s?(?:[-–—:]+|\.|(?=\s?[A-Z]))|,?\s?(?:--|[–—]|-\s)\s?(?=[\"“'A-Z]))"
)
WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
DAYS_AROUND_TERM = timedelta(days=120)
YEARS_BEFORE_OFFICE = timedelta(days=15 * 365)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that stand for an actor; `start` and `end` are character offsets in the text.

    `is_origin`: only says where goods were made ("Iranian-made"). `is_dateline`: only says where a report was filed.
    `in_office`: for leaders, whether the article falls in the term (with four months around it).
    """

    start: int
    end: int
    text: str
    actor_id: str
    kind: str
    is_origin: bool = False
    is_dateline: bool = False
    in_office: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    entries: tuple[Entry, ...]


class _Text:
    """A text with what decides on readings: its case, its datelines, the date it was published."""

    def __init__(self, text: str, published: date | None) -> None:
        self.text, self.published = text, published
        letters = sum(map(str.isalpha, text)) or 1
        share = sum(map(str.isupper, text)) / letters
        self.is_upper = share > 0.7
        self.is_lower = share < 0.004 and letters > 40
        self.datelines = [match.span() for match in DATELINE.finditer(text)]
        self.addresses = [match.span() for match in WEB_ADDRESS.finditer(text)]

    def case_fits(self, start: int, entry: Entry) -> bool:
        """Whether the letters that the alias writes as capitals are capitals here (in texts that have both)."""
        if self.is_upper or self.is_lower:
            return True
        return all(self.text[start + place].isupper() for place in entry.capitals)


def find_mentions(text: str, published: date | None = None) -> list[Mention]:
    """Mentions of actors and news outlets in `text`, in order, not overlapping.

    `published` resolves dated names ("Bush", "Belgrade"); without it the latest reading is preferred.
    """
    lexicon = gazetteer()
    context = _Text(text, published)
    found = _longest(_candidates(context, lexicon))
    named = _plainly_named(found, context, lexicon)
    people = _people_in_full(found)
    mentions = []
    for match in found:
        entry = _resolve(match, context, lexicon, named, people)
        if entry is not None:
            mentions.append(_mention(match, entry, context))
    return mentions


def article_actors(mentions: Iterable[Mention]) -> dict[str, int]:
    """How often each actor is mentioned, most often first; datelines and news outlets don't count."""
    counts = Counter(m.actor_id for m in mentions if m.kind != "media" and not m.is_dateline)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _candidates(context: _Text, lexicon: Gazetteer) -> list[_Found]:
    folded = fold(context.text)
    size = len(folded)
    result = []
    for last, (length, entries) in lexicon.automaton.iter(folded):
        start, end = last + 1 - length, last + 1
        if (start and folded[start - 1].isalnum()) or (end < size and folded[end].isalnum() and folded[last] != "."):
            continue
        fitting = tuple(e for e in entries if context.case_fits(start, e) and _allowed(start, end, e, context, lexicon))
        if fitting and not any(a <= start < b for a, b in context.addresses):
            result.append(_Found(start, end, fitting))
    return result


def _allowed(start: int, end: int, entry: Entry, context: _Text, lexicon: Gazetteer) -> bool:
    if entry.kind in ("phrase", "media"):
        return True
    if not _in_years(entry.from_year, entry.to_year, context.published):
        return False
    before = context.text[max(0, start - 40) : start]
    if before.endswith("-") and any(pattern.search(before) for pattern in lexicon.everywhere):
        return False
    rules = lexicon.rules.get((entry.alias, entry.actor_id))
    if rules is None:
        return True
    if (
        rules.never
        or (rules.not_lower and context.is_lower)
        or not _in_years(rules.since, rules.until, context.published)
    ):
        return False
    after = context.text[end : end + 60]
    return not any(p.search(before) for p in rules.before) and not any(p.search(after) for p in rules.after)


def _in_years(first: int | None, last: int | None, published: date | None) -> bool:
    if published is None:
        return last is None
    return (first or 0) <= published.year <= (last or 9999)


def _longest(candidates: list[_Found]) -> list[_Found]:
    """Leftmost, then longest; a match that overlaps an earlier kept one is dropped."""
    kept: list[_Found] = []
    end = 0
    for match in sorted(candidates, key=lambda c: (c.start, -c.end)):
        if match.start >= end:
            kept.append(match)
            end = match.end
    return kept


def _needs(entry: Entry, lexicon: Gazetteer) -> bool:
    rules: Rules | None = lexicon.rules.get((entry.alias, entry.actor_id))
    return rules is not None and rules.needs


def _plainly_named(found: list[_Found], context: _Text, lexicon: Gazetteer) -> Counter[str]:
    """Actors that the text names beyond doubt, with counts: they decide between readings of doubtful aliases."""
    counts: Counter[str] = Counter()
    for match in found:
        actors = {entry.actor_id for entry in match.entries}
        entry = match.entries[0]
        plain = len(actors) == 1 and entry.kind not in ("leader", "phrase", "media") and not _needs(entry, lexicon)
        if plain and not any(a <= match.start < b for a, b in context.datelines):
            counts[entry.actor_id] += 1
    return counts


def _people_in_full(found: list[_Found]) -> set[str]:
    return {
        entry.leader.full_name
        for match in found
        for entry in match.entries
        if entry.leader is not None and not entry.is_surname
    }


def _resolve(match: _Found, context: _Text, lexicon: Gazetteer, named: Counter[str], people: set[str]) -> Entry | None:
    """The reading that holds here, or None where the words stand for no actor."""
    if any(entry.kind == "phrase" for entry in match.entries):
        return None
    leaders = [entry for entry in match.entries if entry.kind == "leader"]
    others = [entry for entry in match.entries if entry.kind != "leader"]
    usable = [
        e for e in others if not _needs(e, lexicon) or named[e.actor_id] or named[lexicon.homes.get(e.actor_id, "")]
    ]
    if usable:
        return max(usable, key=lambda e: (named[e.actor_id], named[lexicon.homes.get(e.actor_id, "")]))
    return _resolve_leader(match, leaders, context, named, people) if leaders else None


def _resolve_leader(
    match: _Found, leaders: list[Entry], context: _Text, named: Counter[str], people: set[str]
) -> Entry | None:
    started = [entry for entry in leaders if _could_be(entry, context.published)]
    if started and started[0].is_surname:
        started = _by_surname(match, started, context, named, people)
    if not started:
        return None
    return max(started, key=lambda e: _fit(e, context.published, named))


def _could_be(entry: Entry, published: date | None) -> bool:
    leader = entry.leader
    if leader is None or published is None:
        return leader is not None
    ahead = DAYS_AROUND_TERM if entry.is_surname and not leader.is_distinctive else YEARS_BEFORE_OFFICE
    return leader.from_date <= published + ahead


def _by_surname(
    match: _Found, leaders: list[Entry], context: _Text, named: Counter[str], people: set[str]
) -> list[Entry]:
    """Those of the leaders that the surname can stand for here."""
    introduced = [e for e in leaders if e.leader and e.leader.full_name in people]
    before = context.text[max(0, match.start - 40) : match.start]
    if TITLED.search(before):
        return introduced or [e for e in leaders if _in_office(e, context.published) or named[e.actor_id]]
    first_name = OTHER_FIRST_NAME.search(before)
    if first_name and first_name[1].lower() not in NOT_A_FIRST_NAME:
        word = first_name[1]
        return [e for e in leaders if e.leader and word in e.leader.full_name.split()]
    if introduced:
        return introduced
    return [e for e in leaders if e.leader and e.leader.is_distinctive and not context.is_lower]


def _in_office(entry: Entry, published: date | None) -> bool:
    leader = entry.leader
    if leader is None or published is None:
        return leader is not None and leader.to_date is None
    end = leader.to_date or date.max - DAYS_AROUND_TERM
    return leader.from_date - DAYS_AROUND_TERM <= published <= end + DAYS_AROUND_TERM


def _fit(entry: Entry, published: date | None, named: Counter[str]) -> tuple[bool, bool, date]:
    """Prefer those in office, then those whose state the article names, then the latest."""
    assert entry.leader is not None
    in_office = _in_office(entry, published)
    started = entry.leader.from_date
    return (in_office, named[entry.actor_id] > 0, started if published is None or started <= published else date.min)


def _mention(match: _Found, entry: Entry, context: _Text) -> Mention:
    before, after = context.text[max(0, match.start - 40) : match.start], context.text[match.end : match.end + 30]
    is_dateline = any(a <= match.start < b for a, b in context.datelines)
    is_origin = entry.kind != "leader" and bool(ORIGIN.match(after) or MADE_IN.search(before))
    in_office = entry.kind != "leader" or _in_office(entry, context.published)
    words = context.text[match.start : match.end]
    return Mention(match.start, match.end, words, entry.actor_id, entry.kind, is_origin, is_dateline, in_office)
