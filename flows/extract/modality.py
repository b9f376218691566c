"""Reads stage and factuality off the grammar around a trigger: what governs it, its tense, its negation.

The reading is evidence for the decision models, and a brake: a claim whose grammar denies, negates, stops or only
imagines the transfer is never published as delivered fact (`brake`).
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from flows.extract.frames import Frame
from flows.extract.lexicon import cues, triggers, words
from schemas.tables import stage_group

STEP_KINDS = frozenset(
    {"commit", "approve", "offer", "consider", "negotiate", "ask", "stop", "cancel", "block", "refuse", "order"}
)
GIVING = frozenset({"give", "sell", "equip", "arrive", "station", "get", "buy", "use", "make"})
PRECEDENCE = (
    "block",
    "cancel",
    "stop",
    "refuse",
    "ask",
    "approve",
    "consider",
    "offer",
    "negotiate",
    "order",
    "commit",
)


@dataclass(frozen=True)
class Modality:
    """Stage and factuality by grammar; `is_firm` where explicit words say so rather than tense alone."""

    stage: str
    factuality: str
    is_firm: bool


def read_modality(frame: Frame) -> Modality:
    """The grammar's reading of a frame."""
    above = _above(frame.trigger)
    steps = _steps(frame, above)
    negated = _negations(frame, above)
    stage, firm = _stage(frame, steps)
    factuality, sure = _factuality(frame, above, steps)
    if factuality == "conditional" and not firm:
        stage = "delivered"
    if negated and steps & {"stop", "cancel", "block", "refuse"}:
        # "will not stop sending", "did not rule out": no stop.
        stage, firm = ("pledged" if "refuse" not in steps else "considered"), False
    elif negated and factuality == "affirmed":
        if _is_ahead(frame.trigger, above):
            stage, firm = "refused", True
        else:
            factuality, sure = "negated", True
    return Modality(stage, factuality, firm or sure)


def brake(modality: Modality, stage: str, factuality: str) -> tuple[str, str]:
    """Stage and factuality as decided, but never delivered fact against explicit words of the sentence."""
    if factuality != "affirmed" or not modality.is_firm:
        return stage, factuality
    if modality.factuality == "suspected":
        return stage, "suspected"
    if stage_group(stage) != "delivered":
        return stage, factuality
    if modality.factuality in {"denied", "negated", "conditional"}:
        return stage, modality.factuality
    if stage_group(modality.stage) != "delivered":
        return modality.stage, factuality
    return stage, factuality


def _above(token: Token) -> list[Token]:
    """Words that govern the trigger, nearest first; ends before a verb of saying whose content the trigger is."""
    found: list[Token] = []
    while token.head != token and len(found) < 8:
        if token.dep_ in {"relcl", "advcl", "parataxis", "appos"} or (token.dep_ == "conj" and token.pos_ == "VERB"):
            break
        token = token.head
        found.append(token)
    return found


def _kinds(token: Token) -> set[str]:
    for child in token.children:
        if child.dep_ in {"prt", "prep", "advmod"}:
            phrasal = triggers().get((f"{token.lemma_.lower()} {child.lower_}", "VERB"))
            if phrasal is not None:
                return {frame for frame, _ in phrasal}
    pos = {"VERB": "VERB", "AUX": "VERB", "NOUN": "NOUN", "PROPN": "NOUN", "ADJ": "ADJ"}.get(token.pos_, "")
    return {frame for frame, _ in triggers().get((token.lemma_.lower(), pos), ())}


def _steps(frame: Frame, above: list[Token]) -> set[str]:
    """Kinds of step that the trigger itself, or a word that governs it, names."""
    found = {frame.frame} & STEP_KINDS
    for token in above:
        found |= _kinds(token) & STEP_KINDS
    for child in frame.trigger.children:
        # "arms embargo", "ban on sales" governs; "halted shipments": a participle before the noun.
        if child.dep_ == "amod":
            found |= _kinds(child) & {"stop", "cancel", "block"}
    return found


def _stage(frame: Frame, steps: set[str]) -> tuple[str, bool]:
    for kind in PRECEDENCE:
        if kind in steps:
            return _stage_of(kind), True
    trigger = frame.trigger
    verb = _verb(trigger)
    helpers = {c.lemma_.lower() for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    lowered = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    if lowered & {"will", "'ll", "shall", "to", "’ll"} or helpers & {"will", "shall"}:
        return "pledged", bool(helpers & {"will", "shall"})
    if verb.tag_ == "VBG" and "be" in helpers and frame.frame in {"give", "arrive"}:
        return "in_transit", False
    return (frame.stage if frame.frame in GIVING else "delivered"), False


def _stage_of(kind: str) -> str:
    stages = {
        "block": "blocked",
        "cancel": "cancelled",
        "stop": "suspended",
        "refuse": "refused",
        "ask": "requested",
        "approve": "approved",
        "consider": "considered",
        "offer": "offered",
        "negotiate": "negotiating",
        "order": "contracted",
        "commit": "pledged",
    }
    return stages[kind]


def _factuality(frame: Frame, above: list[Token], steps: set[str]) -> tuple[str, bool]:
    around = [frame.trigger, *above]
    lemmas = {t.lemma_.lower() for t in above}
    verb = _verb(frame.trigger)
    modals = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    if lemmas & cues("deny") and "refuse" not in {frame.frame}:
        return "denied", True
    if any(c.dep_ == "mark" and c.lower_ in words("condition_mark") for t in around for c in t.children):
        return "conditional", True
    if any(
        t.dep_ == "advcl" and any(c.lower_ in words("condition_mark") for c in t.children)
        for t in frame.trigger.ancestors
    ):
        return "conditional", True
    if lemmas & (cues("warn") - {"concern", "concerned", "worry", "condemn", "criticise", "criticize", "protest"}):
        return "conditional", True
    if modals & {"would", "could"} and not steps:
        return "conditional", True
    if _is_imagined(frame.trigger, above) or frame.trigger.doc.text.rstrip("\"”’' ").endswith("?"):
        return "conditional", True
    if any(t.lemma_.lower() in words("confirming") and _is_open(t) for t in above):
        return "suspected", True
    # "suspects that", "a potential deal": said of the transfer itself; a doubtful word elsewhere is weaker evidence.
    plain = {t.lemma_.lower() for t in above if t.pos_ == "VERB"}
    plain |= {c.lemma_.lower() for c in frame.trigger.children if c.dep_ in {"amod", "advmod"}}
    if plain & cues("doubt"):
        return "suspected", True
    doubted = lemmas & cues("doubt") or any(c.lemma_.lower() in cues("doubt") for t in around[:3] for c in t.children)
    expected = lemmas & cues("expect") or any(c.lemma_.lower() in cues("expect") for c in verb.children)
    if modals & {"may", "might"}:
        return "suspected", True
    if doubted or (expected and not steps):
        return "suspected", False
    return "affirmed", False


def _is_imagined(trigger: Token, above: list[Token]) -> bool:
    """True for what is only favoured, opposed or thought possible: "support sending", "the prospect of arms"."""
    if any(t.lemma_.lower() in words("imagined") for t in above):
        return True
    gerund = trigger.tag_ in {"VBG", "VB"}
    return gerund and any(t.lemma_.lower() in words("favoured") for t in above[:2])


def _is_open(verb: Token) -> bool:
    """True for "has yet to confirm", "did not confirm", "could not verify"."""
    return any(c.dep_ == "neg" or c.lower_ == "yet" for t in (verb, verb.head) for c in t.children)


def _negations(frame: Frame, above: list[Token]) -> bool:
    """True where an odd number of negations holds the transfer: on the trigger, its goods, or what governs it."""
    scope = [frame.trigger]
    for token in above:
        if token.lemma_.lower() in cues("report"):
            break
        scope.append(token)
    count = sum(c.dep_ == "neg" or c.lower_ in words("negative") for t in scope for c in t.children)
    for goods in frame.objects:
        count += sum(c.lower_ in words("negative") for c in goods.children) if goods.head in scope else 0
        count += goods.lower_ in words("negative")
    return count % 2 == 1


def _is_ahead(trigger: Token, above: list[Token]) -> bool:
    """True for what will or would not be done, which is a refusal rather than a denial."""
    verbs = [t for t in (trigger, *above) if t.pos_ in {"VERB", "AUX"}][:2]
    return any(c.lower_ in words("future") for t in verbs for c in t.children if c.dep_ == "aux")


def _verb(trigger: Token) -> Token:
    """The trigger if it is a verb, else the verb that governs it."""
    if trigger.pos_ in {"VERB", "AUX"}:
        return trigger
    return next((t for t in trigger.ancestors if t.pos_ in {"VERB", "AUX"}), trigger)
