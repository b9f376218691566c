"""Explains a published claim by its sentence: where its roles stand, which frame was read, which cues speak for what.

Only the evidence is parsed again, so that a release explains itself without the texts of its articles. What the
decision models made of the cues, and what the rest of the article told, is not repeated here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span, Token

from flows.extract.actors import Mention, find_mentions
from flows.extract.coding import governors
from flows.extract.frames import Frame, is_passive, read_frames
from flows.extract.lexicon import cue_kinds, cues, triggers
from flows.extract.quotes import lone_speeches
from flows.extract.reading import DEFAULT_MODEL, pipeline

LEXICONS = Path(__file__).parents[2] / "schemas" / "lexicons"
ROLES = ("supplier", "recipient", "item", "trigger", "claimant", "quantity", "date")
BEARINGS = ("stage", "factuality", "claimant")
NEAR_BEFORE, NEAR_AFTER = 4, 2
"""Words before and after the trigger that count as near it, as for the models that decide on stage and factuality."""
Place = tuple[int, int]


@dataclass(frozen=True)
class Role:
    """Words of a role. `start` and `end` are character offsets in the evidence; None: the words are from context."""

    role: str
    text: str
    start: int | None
    end: int | None

    @property
    def is_from_context(self) -> bool:
        """Do the words stand elsewhere in the article?"""
        return self.start is None


@dataclass(frozen=True)
class FrameNote:
    """The rule that a claim names, its frame (`give` of `give.verb.supply`) and what the frame means.

    `stage` is the stage for which the lexicon lists the trigger; None where the network alone connects the sides.
    """

    rule: str
    frame: str
    gloss: str
    stage: str | None


@dataclass(frozen=True)
class Cue:
    """Words that the lexicon lists under `kind`: `bears_on` stage, factuality or claimant, and speaks for `gloss`."""

    text: str
    start: int
    end: int
    kind: str
    bears_on: str
    gloss: str
    is_near: bool


@dataclass(frozen=True)
class VerbForm:
    """The verb that carries the trigger. `tense` as in `present perfect`; `modals` and `negations` are verbatim."""

    text: str
    tense: str
    modals: tuple[str, ...]
    negations: tuple[str, ...]
    is_passive: bool


@dataclass(frozen=True)
class Speaker:
    """Somebody who says something in the sentence; `has_trigger`: the trigger is part of what is said."""

    text: str
    start: int
    end: int
    claimant_id: str
    verb: str
    is_anonymous: bool
    has_trigger: bool


@dataclass(frozen=True)
class Explanation:
    """Why a claim reads as it does. `cues` are in the order of the sentence; `verb` is None without a trigger."""

    roles: tuple[Role, ...]
    frame: FrameNote
    verb: VerbForm | None
    cues: tuple[Cue, ...]
    speakers: tuple[Speaker, ...]


def explain(claim: Mapping[str, Any], model: str = DEFAULT_MODEL) -> Explanation:
    """Explains a row of `claims`. OSError if the spaCy pipeline `model` is not installed."""
    doc = pipeline(model)(claim["evidence_text"])
    mentions = _mentions(claim)
    trigger = find_trigger(doc, claim, mentions)
    speakers = _speakers(doc, claim, mentions, trigger)
    return Explanation(
        roles=tuple(find_roles(claim, trigger, speakers)),
        frame=frame_note(claim["rule"]),
        verb=verb_form(trigger) if trigger is not None else None,
        cues=tuple(find_cues(doc, trigger)),
        speakers=speakers,
    )


def _mentions(claim: Mapping[str, Any]) -> list[Mention]:
    reported: datetime | None = claim.get("reported_at")
    found = find_mentions(claim["evidence_text"], reported.date() if reported else None)
    return [m for m in found if not m.is_dateline and m.kind != "media"]


def find_trigger(doc: Doc, claim: Mapping[str, Any], mentions: Sequence[Mention]) -> Token | None:
    """The trigger; where the word stands several times, the one whose frame is the rule's and holds the sides."""
    places = _occurrences(claim.get("trigger_text"), doc.text)
    spans = [doc.char_span(*place, alignment_mode="expand") for place in places]
    tokens: list[Token] = [span.root for span in spans if span is not None]
    if not tokens:
        return None
    frames = read_frames(doc, mentions, 0)

    def fit(token: Token) -> int:
        return max((_fit(frame, claim) for frame in frames if frame.trigger.i == token.i), default=-1)

    return max(tokens, key=lambda token: (fit(token), -token.i))


def _fit(frame: Frame, claim: Mapping[str, Any]) -> int:
    sides = ((frame.suppliers, claim["supplier_id"]), (frame.recipients, claim["recipient_id"]))
    held = [any(m.actor_id == actor for m in side) for side, actor in sides]
    return 3 * int(frame.name == claim["rule"]) + sum(held)


def find_roles(claim: Mapping[str, Any], trigger: Token | None, speakers: Sequence[Speaker] = ()) -> Iterator[Role]:
    """The words of every role with their place: the nearest to the trigger, rather one that no other role has."""
    evidence = claim["evidence_text"]
    centre = trigger.idx if trigger is not None else 0
    taken: set[Place] = set()
    for role in ROLES:
        words = claim.get(f"{role}_text")
        if not words:
            continue
        places = _occurrences(words, evidence)
        if role == "claimant":
            places = [(s.start, s.end) for s in speakers if s.text == words] or places
        if not places:
            yield Role(role, words, None, None)
            continue
        place = min(places, key=lambda span: (span in taken, max(span[0] - centre, centre - span[1]), span))
        taken.add(place)
        yield Role(role, words, *place)


def _occurrences(words: str | None, evidence: str) -> list[Place]:
    """Where the words stand on their own in the evidence."""
    if not words:
        return []
    return [found.span() for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", evidence)]


def frame_note(rule: str) -> FrameNote:
    """What a rule such as `give.verb.supply` means; an unknown one is named as such, as releases outlive rules."""
    frame, _, trigger = rule.partition(".")
    pos, _, lemma = trigger.partition(".")
    stage = dict(triggers().get((lemma, pos.upper()), ())).get(frame)
    return FrameNote(rule, frame, frame_glosses().get(frame, "not a frame of this version of the extractor"), stage)


def verb_form(trigger: Token) -> VerbForm:
    """Tense, modality and negation of the verb that carries the trigger: itself, or the nearest that governs it."""
    chain = _chain(trigger)
    verb = next((t for t in chain if t.pos_ in {"VERB", "AUX"}), trigger)
    helpers = [c for c in verb.children if c.dep_ in {"aux", "auxpass"}]
    modals = tuple(h.text for h in helpers if h.tag_ == "MD")
    negations = [c for t in chain[:3] for c in t.children if c.dep_ == "neg"]
    negations += [c for c in trigger.children if c.lemma_.lower() in {"no", "without"} and c not in negations]
    return VerbForm(verb.text, _tense(verb, helpers), modals, tuple(n.text for n in negations), is_passive(verb))


def _chain(trigger: Token) -> list[Token]:
    """The trigger and its governors, each once: tokens are made anew when asked for, so a root may come repeatedly."""
    return list(dict.fromkeys(governors(trigger)))


def _tense(verb: Token, helpers: Sequence[Token]) -> str:
    lemmas = {h.lemma_.lower() for h in helpers}
    finite = next((t for t in (*helpers, verb) if t.tag_ in {"VBD", "VBZ", "VBP"}), None)
    if any(h.tag_ == "MD" and h.lower_ in {"will", "shall", "'ll", "’ll", "wo"} for h in helpers):
        time = "future"
    elif any(h.tag_ == "MD" for h in helpers):
        time = "modal"
    elif any(h.tag_ == "TO" for h in helpers):
        time = "infinitive"
    elif finite is not None:
        time = "past" if finite.tag_ == "VBD" else "present"
    else:
        time = {"VBN": "past participle", "VBG": "participle or gerund", "VB": "base form"}.get(
            verb.tag_, "no verb form"
        )
    perfect = " perfect" if "have" in lemmas else ""
    return time + perfect + (" progressive" if verb.tag_ == "VBG" and "be" in lemmas else "")


def find_cues(doc: Doc, trigger: Token | None) -> Iterator[Cue]:
    """Every cue of the lexicon in the sentence, in order; of cues of one kind that overlap, the longest."""
    near = near_words(trigger) if trigger is not None else frozenset()
    found = [(span, kind) for kind in cue_kinds() for span in _cues_of(doc, kind)]
    for span, kind in sorted(found, key=lambda pair: (pair[0].start, pair[0].end, pair[1])):
        bears_on, gloss = cue_glosses()[kind]
        is_near = any(token.i in near for token in span)
        yield Cue(span.text, span.start_char, span.end_char, kind, bears_on, gloss, is_near)


def near_words(trigger: Token) -> frozenset[int]:
    """The words near the trigger, its own dependents, and the words above it with what modifies them."""
    chain = _chain(trigger)
    verb = next((t for t in chain if t.pos_ in {"VERB", "AUX"}), trigger)
    above = {t.i for t in chain} | {
        c.i for t in chain[1:] for c in t.children if c.dep_ in {"aux", "neg", "advmod", "mark", "amod"}
    }
    beside = {c.i for t in (trigger, verb) for c in t.children}
    around = range(max(0, trigger.i - NEAR_BEFORE), min(len(trigger.doc), trigger.i + NEAR_AFTER + 1))
    return frozenset(above | beside | set(around))


def _cues_of(doc: Doc, kind: str) -> Iterator[Span]:
    listed = cues(kind)
    longest = max(len(cue.split()) for cue in listed)
    last = 0
    for start in range(len(doc)):
        if start < last:
            continue
        for end in range(min(len(doc), start + longest), start, -1):
            span = doc[start:end]
            if span.text.lower() in listed or " ".join(t.lemma_.lower() for t in span) in listed:
                last = end
                yield span
                break


def _speakers(
    doc: Doc, claim: Mapping[str, Any], mentions: Sequence[Mention], trigger: Token | None
) -> tuple[Speaker, ...]:
    """The speakers of the sentence; one whose words are the claimant's stands for the claim's claimant.

    A pronoun that is not is UNK here, as the sentences before are not read.
    """
    found = []
    for speech in lone_speeches(doc, mentions):
        is_claimant = speech.text.lower() == str(claim.get("claimant_text")).lower()
        claimant = claim["claimant_id"] if is_claimant else speech.claimant
        has_trigger = trigger is not None and trigger.i in speech.scope
        found.append(
            Speaker(speech.text, speech.start, speech.end, claimant, speech.verb, speech.is_anonymous, has_trigger)
        )
    return tuple(found)


@cache
def frame_glosses() -> dict[str, str]:
    """What every frame means, from `frames.csv`. ValueError names the line of a wrong row."""
    return {row["frame"]: row["gloss"] for row in _rows("frames.csv", ("frame", "gloss"))}


@cache
def cue_glosses() -> dict[str, tuple[str, str]]:
    """Kind of cue → what it bears on and for what it speaks, from `cue_kinds.csv`.

    ValueError names the line of a wrong row, or a kind of `cues.csv` that has no row.
    """
    glosses = {}
    for number, row in enumerate(_rows("cue_kinds.csv", ("kind", "bears_on", "gloss")), start=2):
        if row["bears_on"] not in BEARINGS:
            raise ValueError(f"cue_kinds.csv line {number}: bears_on is {row['bears_on']!r}, not one of {BEARINGS}")
        glosses[row["kind"]] = (row["bears_on"], row["gloss"])
    missing = set(cue_kinds()) - glosses.keys()
    if missing:
        raise ValueError(f"cue_kinds.csv has no row for {', '.join(sorted(missing))}, which cues.csv uses")
    return glosses


def _rows(name: str, columns: Sequence[str]) -> list[dict[str, str]]:
    with (LEXICONS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        if not all(row.get(column) for column in columns):
            raise ValueError(f"{name} line {number}: needs {' and '.join(columns)}")
    return rows
