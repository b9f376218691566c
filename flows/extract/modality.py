"""Reads stage and factuality off the grammar around a trigger: what governs it, its tense, its negation.

The reading is evidence for the decision models, and a brake: a claim whose grammar denies, negates, stops or only
imagines the transfer is never published as delivered fact (`brake`).
"""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from flows.extract.frames import Frame
from flows.extract.governing import governors_of, is_negated, is_presupposed, kinds, stops_short, subject_clause
from flows.extract.lexicon import cues, words
from schemas.tables import stage_group

GIVING = frozenset({"give", "sell", "equip", "arrive", "station", "get", "buy", "use", "make"})
STAGE_OF_STEP = {
    "block": "blocked",
    "cancel": "cancelled",
    "stop": "suspended",
    "refuse": "refused",
    "ask": "requested",
    "approve": "approved",
    "consider": "considered",
    "offer": "offered",
    "order": "contracted",
    "negotiate": "negotiating",
    "commit": "pledged",
    "choose": "pledged",
}
"""Kinds of step with their stages; of several in a sentence the first in this order counts."""
STOPPING = frozenset({"block", "cancel", "stop"})
FINITE = frozenset({"VBD", "VBZ", "VBP"})


@dataclass(frozen=True)
class Modality:
    """Stage and factuality by grammar; `is_firm` where explicit words say so rather than tense alone."""

    stage: str
    factuality: str
    is_firm: bool


def read_modality(frame: Frame) -> Modality:
    """The grammar's reading of a frame."""
    trigger = frame.trigger
    if frame.frame == "use":
        # Whether arms may or will be used is said of arms already given.
        return Modality(frame.stage, "affirmed", False)
    if is_presupposed(trigger) and frame.frame in GIVING:
        return Modality(frame.stage, "affirmed", False)
    above = governors_of(trigger)
    steps = _steps(frame, above)
    negated = is_negated(trigger, above, frame.objects)
    if steps & STOPPING and "ask" in steps:
        # Who asks for a stop says that deliveries go on.
        return Modality("delivered", "affirmed", False)
    stage, firm = _stage(frame, above, steps)
    factuality, sure = _factuality(frame, above, steps)
    if factuality == "conditional" and not steps:
        stage = "delivered"
    if negated:
        return _negated(Modality(stage, factuality, firm or sure), frame, above, steps)
    return Modality(stage, factuality, firm or sure)


def _negated(read: Modality, frame: Frame, above: list[Token], steps: set[str]) -> Modality:
    if steps & (STOPPING | {"refuse"}):
        # "will not stop sending", "did not rule out": no stop.
        return Modality("considered" if "refuse" in steps else "pledged", read.factuality, False)
    if read.factuality != "affirmed":
        return read
    if "ask" in steps and frame.frame != "ask":
        return Modality("delivered", "conditional", True)
    if steps & {"commit", "consider"} or _is_ahead(frame.trigger, above):
        return Modality("refused", "affirmed", True)
    return Modality(read.stage, "negated", True)


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


def _steps(frame: Frame, above: list[Token]) -> set[str]:
    """Kinds of step that the trigger itself, or a word that governs it, names."""
    found = {frame.frame} & STAGE_OF_STEP.keys()
    below = frame.trigger
    for token in above:
        found |= _steps_of(token, below)
        below = token
    for child in frame.trigger.children:
        # "halted shipments", "arms sales ban": a word before the noun.
        if child.dep_ in {"amod", "compound", "nmod"}:
            found |= kinds(child) & STOPPING
    lemmas = {t.lemma_.lower() for t in above}
    if found & STOPPING and lemmas & words("lifting"):
        found = (found - STOPPING) | {"approve"}
    if "negotiate" in found and lemmas & words("concluding"):
        found = (found - {"negotiate"}) | {"order"}
    return found


def _steps_of(token: Token, below: Token) -> set[str]:
    lemma = token.lemma_.lower()
    if stops_short(token):
        return set()
    found = set(kinds(token) & STAGE_OF_STEP.keys())
    if below.dep_ == "ccomp" and _is_past_or_present(below):
        # "announced that it has delivered": the clause has a tense of its own.
        found -= {"commit", "offer", "order", "approve"}
    if lemma in cues("refuse") - {"withhold"}:
        found.add("refuse")
    if lemma in cues("urge") - words("obliging") or lemma in words("desire"):
        found.add("ask")
    if lemma in words("weighing"):
        found.add("consider")
    if lemma in words("allowing"):
        found.add("approve")
    if lemma in words("stalling"):
        found.add("stop")
    if found & STOPPING and lemma in words("lifting"):
        # "ended the embargo" lifts; "ended deliveries" stops: the ban below decides.
        return found if not kinds(below) & STOPPING else set()
    return found


def _stage(frame: Frame, above: list[Token], steps: set[str]) -> tuple[str, bool]:
    for kind, stage in STAGE_OF_STEP.items():
        if kind in steps:
            return stage, True
    trigger = frame.trigger
    verb = _carrier(trigger, above)
    helpers = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    if helpers & words("future") - {"would"}:
        return "pledged", True
    if _is_backshifted(verb):
        return "pledged", True
    if _is_imperative(verb):
        return "requested", True
    lemmas = {t.lemma_.lower() for t in above}
    if lemmas & words("scheduled"):
        return "pledged", False
    if "to" in helpers and not lemmas & words("continuing"):
        return "pledged", False
    if trigger.pos_ in {"NOUN", "PROPN"} and _is_announced(trigger):
        return "pledged", False
    if verb.tag_ == "VBG" and helpers & words("being") and frame.frame in {"give", "arrive"}:
        return "in_transit", False
    return (frame.stage if frame.frame in GIVING else "delivered"), False


def _factuality(frame: Frame, above: list[Token], steps: set[str]) -> tuple[str, bool]:
    trigger = frame.trigger
    lemmas = {t.lemma_.lower() for t in above}
    verb = _carrier(trigger, above)
    helpers = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    if lemmas & cues("deny") and not steps & {"refuse", "ask", "offer", "negotiate"}:
        return "denied", True
    if _is_conditional(trigger, above, verb, steps):
        return "conditional", True
    if any(t.lemma_.lower() in words("confirming") and _is_open(t) for t in above):
        return "suspected", True
    # "suspects that", "a potential deal": said of the transfer itself; a doubtful word elsewhere is weaker evidence.
    plain = {t.lemma_.lower() for t in above if t.pos_ == "VERB"}
    plain |= {c.lemma_.lower() for c in trigger.children if c.dep_ in {"amod", "advmod"}}
    if plain & cues("doubt"):
        return "suspected", True
    if helpers & {"may", "might"} or plain & words("expecting"):
        return "suspected", True
    around = [trigger, *above][:3]
    doubted = lemmas & cues("doubt") or any(c.lemma_.lower() in cues("doubt") for t in around for c in t.children)
    expected = any(c.lemma_.lower() in words("expecting") for c in verb.children)
    if doubted or (expected and not steps):
        return "suspected", False
    return "affirmed", False


def _is_conditional(trigger: Token, above: list[Token], verb: Token, steps: set[str]) -> bool:
    """True for what is only asked, imagined, warned of, or hangs on a condition."""
    lemmas = {t.lemma_.lower() for t in above}
    if not lemmas & words("continuing") and any(_has_condition(t) for t in (trigger, *above, *_clauses(trigger))):
        return True
    if lemmas & words("warning") or _is_imagined(trigger, above) or _is_asked(trigger, above):
        return True
    if trigger.pos_ in {"NOUN", "PROPN"} and any(c.lower_ in words("whichever") for c in trigger.children):
        # "Any transfer would ...", "any sale must ...": of none in particular.
        return True
    if not steps and any(_is_unreal(t) for t in _with_complemented(verb)):
        return True
    outer = subject_clause(trigger)
    says = {c.lower_ for c in outer.children if c.dep_ == "aux"} if outer is not None else set()
    return bool(says & {"would", "could"}) and (trigger.tag_ in {"VB", "VBG"} or _is_one_act(trigger)) and not steps


def _is_one_act(noun: Token) -> bool:
    """True for "the delivery", "a sale": one act, which may be still to come, not what goes on."""
    return noun.tag_ == "NN" and noun.lemma_.lower() in words("single_act")


def _with_complemented(verb: Token) -> list[Token]:
    """The verb and those whose complement it is: "could have helped to provide"."""
    chain = [verb]
    while chain[-1].dep_ == "xcomp" and chain[-1].head.pos_ == "VERB":
        chain.append(chain[-1].head)
    return chain


def _is_unreal(verb: Token) -> bool:
    """True for "would send", "should send", unless it is a promise told in the past."""
    return not _is_backshifted(verb) and any(c.dep_ == "aux" and c.lower_ in words("unreal") for c in verb.children)


def _clauses(trigger: Token) -> list[Token]:
    """Adverbial clauses around the trigger, whose marks hold for it too."""
    return [t for t in trigger.ancestors if t.dep_ == "advcl"]


def _has_condition(verb: Token) -> bool:
    """True for "if it sends", "whether it sends", "should it send", "had it sent" and "were it to send"."""
    if any(c.dep_ == "mark" and c.lower_ in words("condition_mark") for c in verb.children):
        return True
    subject = next((c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}), None)
    asked_or_main = verb.dep_ == "ROOT" or verb.doc.text.rstrip().endswith("?")
    if subject is None or asked_or_main or any(c.dep_ == "neg" for c in verb.children):
        return False
    before = [verb, *(c for c in verb.children if c.dep_ == "aux")]
    return any(t.lower_ in words("inverting") and t.i < subject.i for t in before)


def _is_asked(trigger: Token, above: list[Token]) -> bool:
    """True where the sentence ends as a question and its main clause governs the trigger."""
    if not trigger.doc.text.rstrip("\"”’' )").endswith("?"):
        return False
    return any(t.dep_ == "ROOT" for t in (trigger, *above))


def _is_imagined(trigger: Token, above: list[Token]) -> bool:
    """True for what is only favoured, opposed or thought possible: "support sending", "the prospect of arms"."""
    if any(t.lemma_.lower() in words("imagined") for t in above):
        return True
    act = trigger.tag_ in {"VBG", "VB"} or _is_one_act(trigger)
    return act and any(t.lemma_.lower() in words("favoured") for t in above[:2])


def _is_open(verb: Token) -> bool:
    """True for "has yet to confirm", "did not confirm", "could not verify"."""
    return any(c.dep_ == "neg" or c.lower_ == "yet" for t in (verb, verb.head) for c in t.children)


def _is_ahead(trigger: Token, above: list[Token]) -> bool:
    """True for what will or would not be done, which is a refusal rather than a denial."""
    verbs = [t for t in (trigger, *above) if t.pos_ in {"VERB", "AUX"}][:2]
    return any(c.lower_ in words("future") for t in verbs for c in t.children if c.dep_ == "aux")


def _is_backshifted(verb: Token) -> bool:
    """True for "said it would send": a promise, told in the past."""
    if verb.dep_ != "ccomp" or verb.head.tag_ not in {"VBD", "VBN"} or verb.head.lemma_.lower() not in cues("report"):
        return False
    return any(c.dep_ == "aux" and c.lower_ in {"would", "'d", "’d"} for c in verb.children)


def _is_imperative(verb: Token) -> bool:
    if verb.tag_ != "VB" or verb.dep_ not in {"ROOT", "ccomp"}:
        return False
    return not any(c.dep_ in {"aux", "auxpass", "nsubj", "nsubjpass", "expl"} for c in verb.children)


def _is_past_or_present(verb: Token) -> bool:
    helpers = {c.lower_ for c in verb.children if c.dep_ in {"aux", "auxpass"}}
    if helpers & (words("future") | words("unreal")):
        return False
    return verb.tag_ in FINITE or bool(helpers)


def _is_announced(noun: Token) -> bool:
    """True for a package, or for aid that is new: told of when it is announced."""
    if noun.lemma_.lower() in words("announced"):
        return True
    return any(c.lemma_.lower() in words("additional") for c in noun.children)


def _carrier(trigger: Token, above: list[Token]) -> Token:
    """The verb whose tense is the trigger's own: itself if it is a verb, else the nearest verb that governs it."""
    return next((t for t in (trigger, *above) if t.pos_ in {"VERB", "AUX"}), trigger)
