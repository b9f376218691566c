"""Finds every mention of an actor in a text: names, adjectives, capitals, seats, forces, leaders, firms, groups.

The longest reading wins; guards turn down readings that are not the actor ("Georgia" the US state); leaders are
resolved by the date of the article and by who else it names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flows.extract.datelines import dateline_spans
from flows.extract.gazetteer import Entry, Gazetteer, Rules, fold, gazetteer, words
from flows.extract.leaders import in_office, is_introduced, resolve_leader
from flows.extract.spans import covers, joined

ORIGIN = re.compile(
    r"^[-\s](?:made|built|designed|manufactured|produced|origin|developed|era|style|type|engineered)\b", re.IGNORECASE
)
MADE_IN = re.compile(r"\b(?:made|built|manufactured|produced|designed)\s(?:in|by)\s(?:the\s)?$", re.IGNORECASE)
LOST_BLANK = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{3})")
"""Where scraped pages lost the blank between two words ("TheChinese government"); "McCain" has none."""
GLUED_REACH = 60
CASE_SAMPLE = 3000
"""Characters by which a text is judged to be all in capitals or without any."""
WORD = re.compile(r"\S+")
WEB_ADDRESS = re.compile(r"https?://|www\.")
LAST_PART = re.compile(r"\.\w+")


def address_spans(text: str) -> list[tuple[int, int]]:
    """Web and mail addresses, word by word: one pattern for both would take the cube of a word without end."""
    spans = []
    for word in WORD.finditer(text):
        at = word[0].find("@", 1)
        web = WEB_ADDRESS.search(word[0])
        parts = list(LAST_PART.finditer(word[0], at + 2)) if at > 0 else []
        if web is not None and (web.start() == 0 or not parts):
            spans.append((word.start() + web.start(), word.end()))
        elif parts:
            spans.append((word.start(), word.start() + parts[-1].end()))
    return spans


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a text that stand for an actor; `start` and `end` are character offsets in the text.

    `is_origin`: only says where goods were made ("Iranian-made"). `is_dateline`: only says where a report was filed.
    `in_office`: for leaders, whether the article falls in the term (with four months around it, true where undated).
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
        sample = text[:CASE_SAMPLE]
        letters = sum(map(str.isalpha, sample)) or 1
        share = sum(map(str.isupper, sample)) / letters
        self.is_upper = share > 0.7
        self.is_lower = share < 0.004 and letters > 40
        self.datelines = joined(dateline_spans(text))
        has_address = "://" in text or "www." in text or "@" in text
        self.addresses = address_spans(text) if has_address else []

    def before(self, place: int) -> str:
        """The 40 characters before `place`; in words with capitals where the whole text is in capitals."""
        words_before = self.text[max(0, place - 40) : place]
        return words_before.title() if self.is_upper else words_before

    def after(self, place: int) -> str:
        """The 60 characters from `place` on, as in `before`."""
        words_after = self.text[place : place + 60]
        return words_after.title() if self.is_upper else words_after

    def is_address(self, place: int) -> bool:
        """Whether `place` lies in a web or mail address."""
        return covers(self.addresses, place)

    def is_dateline(self, place: int) -> bool:
        """Whether `place` lies in a dateline."""
        return covers(self.datelines, place)

    def case_fits(self, start: int, entry: Entry) -> bool:
        """Whether the letters that the alias writes as capitals are capitals here (in texts that have both)."""
        if not entry.capitals or self.is_upper or self.is_lower:
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
    result = _candidates_in(folded, 0, context, lexicon)
    for glued in LOST_BLANK.finditer(context.text):
        start = glued.end()
        window = folded[start : start + GLUED_REACH]
        result += [found for found in _candidates_in(window, start, context, lexicon) if found.start == start]
    return result


def _candidates_in(folded: str, offset: int, context: _Text, lexicon: Gazetteer) -> list[_Found]:
    """Readings of a piece of folded text that starts at `offset` in the text."""
    result = []
    for last, keys in lexicon.automaton.iter(words(folded)):
        for key, entries in keys:
            # `last` is the place of a closing blank, or of the last character where the key ends in a full stop.
            end = last - 1 if key[-1].isalnum() else last
            start = end - len(key)
            if start < 0 or folded[start:end] != key or context.is_address(offset + start):
                continue
            place, stop = offset + start, offset + end
            fitting = tuple(
                e for e in entries if context.case_fits(place, e) and _allowed(place, stop, e, context, lexicon)
            )
            if fitting:
                result.append(_Found(place, stop, fitting))
    return result


def _allowed(start: int, end: int, entry: Entry, context: _Text, lexicon: Gazetteer) -> bool:
    if entry.kind in ("phrase", "media"):
        return True
    if not _in_years(entry.from_year, entry.to_year, context.published):
        return False
    before = context.before(start)
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
    after = context.after(end)
    return not any(p.search(before) for p in rules.before) and not any(p.search(after) for p in rules.after)


def _in_years(first: int | None, last: int | None, published: date | None) -> bool:
    if published is None:
        return last is None
    return (first or 0) <= published.year <= (last or 9999)


def _longest(candidates: list[_Found]) -> list[_Found]:
    """Of matches that overlap the longest, of equally long ones the first ("the [North Korea] issue")."""
    kept: list[_Found] = []
    for match in sorted(candidates, key=lambda c: (c.start, -c.end)):
        overlapped = 0
        while overlapped < len(kept) and kept[-1 - overlapped].end > match.start:
            overlapped += 1
        rivals = kept[len(kept) - overlapped :]
        if all(match.end - match.start > rival.end - rival.start for rival in rivals):
            kept[len(kept) - overlapped :] = [match]
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
        if plain and not context.is_dateline(match.start):
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
    usable = [e for e in others if not _needs(e, lexicon) or named[e.actor_id] or _home(e, named, lexicon)]
    if usable and not is_introduced(leaders, people):
        # A reading bound to years is meant where the article is of those years ("Belgrade" in 1985).
        return max(usable, key=lambda e: (named[e.actor_id] + _home(e, named, lexicon), e.to_year is not None))
    before, after = context.before(match.start), context.after(match.end)
    return resolve_leader(leaders, before, after, context.published, named, people) if leaders else None


def _home(entry: Entry, named: Counter[str], lexicon: Gazetteer) -> int:
    """How often the article names the state where a non-state actor is at home."""
    return named[lexicon.homes.get(entry.actor_id, "")]


def _mention(match: _Found, entry: Entry, context: _Text) -> Mention:
    before, after = context.text[max(0, match.start - 40) : match.start], context.text[match.end : match.end + 30]
    return Mention(
        match.start,
        match.end,
        context.text[match.start : match.end],
        entry.actor_id,
        entry.kind,
        is_origin=entry.kind != "leader" and bool(ORIGIN.match(after) or MADE_IN.search(before)),
        is_dateline=context.is_dateline(match.start),
        in_office=in_office(entry, context.published),
    )
