"""Finds the phrases of the lexicons of systems and items in a text, each with what it stands for.

Case decides what the words alone leave open: "TOW" is a missile and "tow" is not, "F 16" is an aircraft, "a 16" is not.
A name that is also an ordinary word is marked, for the caller to look at its company.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from flows.extract.phrases import PhraseMatch, PhraseTrie, plural, words_of
from schemas.systems import System, Term, spellings, systems, terms


@dataclass(frozen=True)
class Reading:
    """What a phrase stands for: a term or a system under one of its names."""

    term: Term | None = None
    system: System | None = None
    alias: str = ""

    @property
    def support_type(self) -> str:
        return self.system.support_type if self.system else self.term.support_type if self.term else ""

    @property
    def role(self) -> str:
        return self.term.role if self.term else "kind"


@dataclass(frozen=True)
class Found:
    """A phrase found, with its reading; `needs_company` where the name alone proves nothing."""

    start: int
    end: int
    reading: Reading
    needs_company: bool = False


@cache
def _trie() -> PhraseTrie[Reading]:
    trie: PhraseTrie[Reading] = PhraseTrie()
    for term in terms():
        for phrase in _forms(term.term.lower()):
            trie.add(phrase, Reading(term=term))
    for system in systems():
        for alias in (system.system_id, *system.aliases):
            trie.add_all(_name_forms(alias), Reading(system=system, alias=alias))
    return trie


def _forms(phrase: str) -> set[str]:
    """A term with its plural and all spellings."""
    forms = {phrase}
    for spelling, variant in spellings():
        for form in list(forms):
            flat = form.replace("-", " ")
            for one, other in ((spelling, variant), (variant, spelling)):
                if re.search(rf"\b{re.escape(one)}\b", flat):
                    forms.add(re.sub(rf"\b{re.escape(one)}\b", other, flat))
    for form in list(forms):
        first, _, last = form.rpartition(" ")
        if last.isascii() and re.fullmatch(r"[a-z-]*[a-z]", last):
            forms.add(f"{first} {plural(last)}".strip())
    return forms


def _name_forms(alias: str) -> set[str]:
    last = re.search(r"[^\W\d_]+$", alias)
    if last is None or len(last.group()) < 2:
        return {alias}
    return {alias, alias + "s", alias[: last.start()] + plural(last.group().lower())}


def longest_phrases(text: str) -> list[Found]:
    """The longest phrases from left to right, without overlap."""
    words = words_of(text)
    found: list[Found] = []
    reach = 0
    for match in _trie().find(text, words):
        if match.start < reach:
            continue
        candidate = _admit(text, match)
        if candidate is not None:
            found.append(candidate)
            reach = candidate.end
    return found


_SUFFIX = re.compile(r"(?:[A-Z]{1,4}\d{0,2})?(?:/[A-Z]{1,3}\b)?(?:['’]?s\b)?")


def _admit(text: str, match: PhraseMatch[Reading]) -> Found | None:
    """The match with the reading that its case and surroundings allow, or None."""
    systems_read = [reading for reading in match.payloads if reading.system is not None]
    for reading in systems_read:
        shape = _named(text, match, reading)
        if shape is not None:
            return shape
    for reading in match.payloads:
        if (
            reading.term is not None
            and _is_whole(text, match.start, match.end)
            and _fits_case(text, match, reading.term)
        ):
            return Found(match.start, match.end, reading)
    return None


def _is_whole(text: str, start: int, end: int) -> bool:
    """No letter or digit is glued to either side ("AF16"), but for the glued lines of pages ("tanksGermany")."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    starts = not before.isalnum() or (before.islower() and text[start].isupper())
    return starts and (not after.isalnum() or (after.isupper() and text[end - 1].islower()))


def _fits_case(text: str, match: PhraseMatch[Reading], term: Term) -> bool:
    """An acronym must be written in capitals; "Shell" and "Mine" inside a sentence are names."""
    written = text[match.start : match.end]
    if term.term.isupper() and len(term.term) < 6:
        return written[: len(term.term) - 1].isupper()
    return True


def _named(text: str, match: PhraseMatch[Reading], reading: Reading) -> Found | None:
    """The match read as that system, or None where the writing forbids it."""
    assert reading.system is not None
    alias, written = reading.alias, text[match.start : match.end]
    end = match.end
    if alias[-1].isdigit() or re.search(r"\d[A-Z]$", alias):
        suffix = _SUFFIX.match(text, match.end)
        end = suffix.end() if suffix else match.end
    if not _is_whole(text, match.start, end):
        return None
    if any(char.isdigit() for char in alias):
        return Found(match.start, end, reading) if _is_designation(text, match, alias) else None
    has_capital = written[0].isupper() or written[1:].isupper()
    if alias.isupper() and len(alias) < 5 and not written[: len(alias)].isupper():
        return None
    is_word = alias in reading.system.ambiguous_names
    if not has_capital and not is_word:
        return None if alias[0].isupper() else Found(match.start, end, reading)
    return Found(match.start, end, reading, needs_company=is_word)


def _is_designation(text: str, match: PhraseMatch[Reading], alias: str) -> bool:
    """ "F-16", "F16", "Mi-8", not "a 10" or "it's 400": a capital letter, and no loose "A 10"."""
    written = text[match.start : match.end]
    if not any(char.isupper() for char in written):
        return False
    if match.start and text[match.start - 1] in "'’" and len(written.split()[0]) == 1:
        return False
    if re.match(r"[A-Z]-\d(?!\d)", alias) and not re.match(r"\w[-‑–]", written):
        return False  # "C2" and "A4" mean too many other things than a C-2 or an A-4.
    loose = re.match(r"([A-Z])\s(\d+)", written)
    return loose is None or (loose[1] not in "AI" and len(loose[2]) > 1)
