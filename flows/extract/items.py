"""Finds the words of a text that name what is given, weapon systems or kinds of arms and help, with the support type.

Longest listed phrases first (`schemas/lexicons`), then neighbours are joined to one noun phrase ("Leopard 2 battle
tanks", "spare parts for MiG-29s") whose type its head and its modifiers decide together. A name that is also an
ordinary word ("Patriot", "Leopard") counts only in military company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from flows.extract.item_phrases import Found, Reading, longest_phrases
from schemas.systems import terms

PLATFORMS = frozenset({"missiles", "air_defence", "drones", "aircraft", "armour", "naval", "artillery", "small_arms"})
_HEAD_DECIDES = frozenset(
    {"ammunition", "technology", "training", "finance", "intelligence", "dual_use", "equipment", "forces", "access"}
)
_GOVERNS = frozenset({"technology", "training", "ammunition", "equipment", "dual_use", "intelligence"})
"""Types of a noun that keep their type over what follows "for", "of", "on": "parts for F-16s", "training on tanks"."""


@dataclass(frozen=True)
class ItemMention:
    """Words that name something given. `start` and `end` are offsets in the text; `head` the singular head word;
    `is_generic` says that it names no kind ("weapons", "aid"), `is_weak` that the words often mean something else."""

    start: int
    end: int
    text: str
    support_type: str
    system_id: str | None
    head: str
    is_generic: bool
    is_weak: bool = False


def find_items(text: str, start: int = 0, end: int | None = None) -> list[ItemMention]:
    """The items named in `text[start:end]` (a sentence of an article's text, say), in order and without overlap.

    Offsets are those of `text`. The rest of `text` is looked at only to learn which ambiguous names are weapons in it.
    """
    piece = text[start:end]
    found = _in_company(piece, text, longest_phrases(piece))
    mentions = [mention for group in _groups(piece, found) if (mention := _mention(piece, group)) is not None]
    mentions = [_taught(piece, _retyped(one, text)) for one in _governed(piece, mentions)]
    return [replace(one, start=one.start + start, end=one.end + start) for one in mentions] if start else mentions


_TRAINED_ON = re.compile(
    r"\btrain(?:s|ed|ing)?\b[^.,;]{0,60}\b(?:on|to\s+(?:use|fly|operate|maintain)|how\s+to\s+use|use\s+of)\s+(?:[\w-]+\s+){0,3}$",
    re.I,
)


def _taught(text: str, mention: ItemMention) -> ItemMention:
    """A weapon that somebody is trained on: "train pilots on F-16s"."""
    if mention.support_type not in PLATFORMS or not _TRAINED_ON.search(
        text, max(0, mention.start - 110), mention.start
    ):
        return mention
    return replace(mention, support_type="training")


_BARE_MISSILES = re.compile(
    r"(?:missiles?|launchers?|batter(?:y|ies))(?: (?:systems?|launchers?|batter(?:y|ies)|deals?))?", re.I
)


def _retyped(mention: ItemMention, text: str) -> ItemMention:
    """Bare "missiles" are air defence in an article that names air-defence systems and no other missiles."""
    if mention.support_type != "missiles" or mention.system_id or not _BARE_MISSILES.fullmatch(mention.text):
        return mention
    return replace(mention, support_type="air_defence") if _is_on_air_defence(text) else mention


@lru_cache(maxsize=8)
def _is_on_air_defence(text: str) -> bool:
    counts = {"air_defence": 0, "missiles": 0}
    for one in longest_phrases(text):
        kind = one.reading.support_type
        if kind in counts and not _BARE_MISSILES.fullmatch(text, one.start, one.end):
            counts[kind] += 1
    return counts["air_defence"] > 2 * counts["missiles"] and counts["air_defence"] > 1


_TITLES = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Adm|General|Colonel|Captain|Secretary|President|Senator|Judge)\.?\s+$"
)


def _in_company(text: str, whole: str, found: list[Found]) -> list[Found]:
    """Drops the ambiguous names that stand in no military company."""
    if not any(one.needs_company for one in found):
        return found
    company = any(not one.needs_company and one.reading.role in ("kind", "generic") for one in found)
    capitals = text.isupper()
    kept: list[Found] = []
    for index, one in enumerate(found):
        if one.needs_company:
            has_head = _has_head(text, one, found[index + 1] if index + 1 < len(found) else None)
            lower = text[one.start].islower()
            if not has_head and (
                lower or not (company or _is_known(whole, one.reading)) or _is_other_name(text, one, capitals)
            ):
                continue
        kept.append(one)
    return kept


_HEADS = re.compile(
    r"[\s-](?:class|system|batter|launcher|missile|jet|helicopter|tank|vehicle|drone|fighter|aircraft|torpedo)", re.I
)


def _has_head(text: str, one: Found, following: Found | None) -> bool:
    """A weapon noun stands right after the name: "Patriot batteries", "Leopard tanks"."""
    if following is not None and not following.needs_company and _JOINT.fullmatch(text, one.end, following.start):
        return following.reading.role in ("kind", "carrier")
    return _HEADS.match(text, one.end) is not None


def _is_other_name(text: str, one: Found, capitals: bool) -> bool:
    """Part of a person's or another thing's name: "General Abrams", "Patriot Act"."""
    if _TITLES.search(text, max(0, one.start - 12), one.start):
        return True
    if capitals:
        return False
    return re.match(r"[ ][A-Z][a-z]+|\s\((?:Reuters|AP|AFP|UPI)\b", text[one.end : one.end + 12]) is not None


@lru_cache(maxsize=8)
def _sure_names(text: str) -> frozenset[str]:
    """Systems that the text names in a way that leaves no doubt, and support types of its plain words for arms."""
    found = longest_phrases(text)
    sure = set()
    for index, one in enumerate(found):
        if one.reading.system is None:
            if one.reading.role == "kind" and one.reading.support_type in PLATFORMS:
                sure.add(one.reading.support_type)
            continue
        if not one.needs_company or _has_head(text, one, found[index + 1] if index + 1 < len(found) else None):
            sure.add(one.reading.system.system_id)
    return frozenset(sure)


def _is_known(text: str, reading: Reading) -> bool:
    """The text names the system beyond doubt, or speaks of its kind (drones, for "the Predator")."""
    return not _sure_names(text).isdisjoint({reading.system.system_id, reading.support_type} if reading.system else ())


_JOINT = re.compile(r"[\s\"“”‘’'-]{1,3}|\s?/\s?")


def _groups(text: str, found: list[Found]) -> Iterator[list[Found]]:
    """Neighbours with nothing but a space or hyphen between them form one noun phrase."""
    group: list[Found] = []
    for one in found:
        if group and not _is_one_phrase(text, group[-1], one):
            yield group
            group = []
        if one.reading.role != "not":
            group.append(one)
    if group:
        yield group


def _is_one_phrase(text: str, left: Found, right: Found) -> bool:
    """False for a verb and its object too: "supplies engines", "train pilots"."""
    is_verb = left.reading.role == "weak" and left.reading.support_type in ("aid", "training")
    if right.reading.role == "not" or (is_verb and right.reading.role in ("kind", "weak")):
        return False
    return _JOINT.fullmatch(text, left.end, right.start) is not None


def _mention(text: str, group: list[Found]) -> ItemMention | None:
    """The one item that a noun phrase names, or None if it is only a carrier ("delivery") or a bare head."""
    while group and group[0].reading.role in ("carrier", "head"):
        if group[0].reading.role == "carrier" and len(group) == 1 and group[0].reading.support_type != "arms":
            break
        group = group[1:]
    current: ItemMention | None = None
    for one in group:
        part = _part(text, one)
        current = part if current is None else _join(text, current, part, one.reading)
    return current


def _part(text: str, one: Found) -> ItemMention:
    reading = one.reading
    words = text[one.start : one.end]
    if reading.system is not None:
        kind, system_id = reading.system.support_type, reading.system.system_id
        return ItemMention(one.start, one.end, words, kind, system_id, _name_head(reading.alias, system_id), False)
    assert reading.term is not None
    head = re.split(r"[\s-]", reading.term.term)[-1].lower()
    weak = reading.role in ("weak", "carrier", "head")
    return ItemMention(
        one.start, one.end, words, reading.term.support_type, None, head, weak or reading.role == "generic", weak
    )


@cache
def _name_head(alias: str, system_id: str) -> str:
    """The common noun at the end of a name ("missile" of "Silkworm missile"), or the system itself."""
    last = alias.split()[-1].lower()
    is_noun = " " in alias and any(term.term.lower() == last and term.role != "not" for term in terms())
    return last if is_noun else system_id


def _join(text: str, left: ItemMention, right: ItemMention, reading: Reading) -> ItemMention:
    """One noun phrase of a modifier and what follows it."""
    kind = _joint_type(left, right, reading)
    generic = right.is_generic if kind == right.support_type and right.system_id is None else left.is_generic
    if left.system_id or right.system_id or not left.is_generic or not right.is_generic:
        generic = False
    return ItemMention(
        start=left.start,
        end=right.end,
        text=text[left.start : right.end],
        support_type=kind,
        system_id=right.system_id or left.system_id,
        head=right.head,
        is_generic=generic,
        is_weak=left.is_weak and right.is_weak and reading.role != "kind",
    )


def _joint_type(left: ItemMention, right: ItemMention, reading: Reading) -> str:
    """The type of a compound: "tank ammunition" is ammunition, "Patriot battery" air defence."""
    if reading.system is not None:
        return right.support_type
    if reading.role == "carrier":
        return left.support_type
    if right.head == "trainer" and left.support_type == "aircraft":
        return "aircraft"
    if right.head == "engine":
        return left.support_type if left.support_type in ("aircraft", "naval", "armour") else "dual_use"
    if reading.role == "generic":
        if right.support_type == "equipment" and left.support_type not in ("air_defence", "arms", "aid"):
            return "equipment"
        return right.support_type if left.is_generic else left.support_type
    if left.support_type == "air_defence" and right.support_type in (
        "missiles",
        "artillery",
        "armour",
        "ammunition",
        "small_arms",
    ):
        return "air_defence"
    if left.system_id is not None:
        return _system_type(left, right)
    if right.is_weak and right.support_type in ("arms", "aid"):
        return left.support_type
    return right.support_type


def _system_type(left: ItemMention, right: ItemMention) -> str:
    """The type of a named system with a noun after it: the system's, unless the noun names another thing."""
    if right.support_type == "ammunition":
        return left.support_type if left.support_type in ("missiles", "air_defence", "drones") else "ammunition"
    if right.head in ("part", "parts", "component") and left.support_type in ("missiles", "air_defence"):
        return left.support_type
    if right.support_type in _HEAD_DECIDES:
        return right.support_type
    if right.support_type == "missiles" and left.support_type in ("aircraft", "naval", "armour", "artillery"):
        return "missiles" if right.head in ("missile", "rocket", "torpedo") else left.support_type
    return left.support_type


_LINK = re.compile(
    r"\s+(?:for|on|of|to|in|with)\s+(?:(?:the|its|their|a|an|these|those|our|his|how|to|use|using|operate|operating|fly|flying"
    r"|new|more|modern|advanced|old|older|[A-Za-z]+-(?:made|built|supplied|range)|[A-Z][a-z]+(?:an|ish|ese|ian)|[A-Z]\.?[A-Z]\.?)\s+){0,4}"
)
_AND = re.compile(r"(?:,)?\s+(?:and|or)\s+(?:(?:the|their|its|other|[A-Z][a-z]+(?:an|ish|ese|ian))\s+){0,2}")


def _governed(text: str, mentions: list[ItemMention]) -> list[ItemMention]:
    """Joins "parts for F-16s", "training on tanks" to one mention with the governing noun's type."""
    result: list[ItemMention] = []
    for mention in mentions:
        if result:
            left = result[-1]
            if _governs(text, left, mention):
                kind = "aircraft" if left.head == "engine" and mention.support_type == "aircraft" else left.support_type
                result[-1] = replace(
                    left,
                    end=mention.end,
                    text=text[left.start : mention.end],
                    support_type=kind,
                    system_id=left.system_id or mention.system_id,
                    is_generic=False,
                    is_weak=False,
                )
                continue
            if (
                left.support_type == "finance"
                and left.is_weak
                and re.fullmatch(r"\s+of\s+(?:[\w-]+\s+){0,2}", text[left.end : mention.start])
            ):
                result.pop()
        result.append(mention)
    return result


def _governs(text: str, left: ItemMention, right: ItemMention) -> bool:
    if (
        left.support_type not in _GOVERNS
        or right.support_type not in PLATFORMS
        or (left.is_generic and not left.is_weak)
    ):
        return False
    if left.text.find(" ") > 0 and left.system_id and left.support_type in PLATFORMS:
        return False
    return _LINK.fullmatch(text, left.end, right.start) is not None
