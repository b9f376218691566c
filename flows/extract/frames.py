"""Transfer frames by grammar: for each trigger of a parsed sentence, who may supply, who may receive, and what.

Frames are proposals. The decision models weigh them together with the reader network, and a published claim names the
frame that supports it, so that a reader can follow it. Grammar follows the dependency labels of spaCy's English models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from flows.extract.actors import Mention
from flows.extract.lexicon import triggers, words

NOMINAL = {"compound", "amod", "poss", "nmod", "appos", "conj", "nummod", "det", "npadvmod"}
SUBJECT = {"nsubj", "nsubjpass", "csubj"}


@dataclass
class Frame:
    """One reading of one trigger. Sides are actor mentions; `item` spans are character offsets in the sentence."""

    trigger: Token
    frame: str
    stage: str
    suppliers: list[Mention] = field(default_factory=list)
    recipients: list[Mention] = field(default_factory=list)
    between: list[Mention] = field(default_factory=list)
    via: list[Mention] = field(default_factory=list)
    objects: list[Token] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The rule's name, as published with a claim."""
        return f"{self.frame}.{self.trigger.pos_.lower()}.{self.trigger.lemma_.lower()}"


class Sides:
    """Resolves noun phrases of one parsed sentence to the actor mentions inside them."""

    def __init__(self, doc: Doc, mentions: Sequence[Mention], offset: int) -> None:
        self.at: dict[int, Mention] = {}
        for mention in mentions:
            span = doc.char_span(mention.start - offset, mention.end - offset, alignment_mode="expand")
            if span is not None:
                for token in span:
                    self.at.setdefault(token.i, mention)

    def of(self, token: Token | None) -> list[Mention]:
        """Mentions in the noun phrase headed by `token`, its conjuncts included; empty if there are none."""
        if token is None:
            return []
        if self._is_pronoun(token):
            return self._antecedent(token)
        found = self._named(token)
        for part in _phrase(token):
            if part.dep_ == "poss" and self._is_pronoun(part):
                found += [m for m in self._antecedent(part) if m not in found]
        return found

    def _is_pronoun(self, token: Token) -> bool:
        """Whether the word is "it", "they", "us" ...; not where it names an actor ("US")."""
        return token.lower_ in words("own_pronoun") and token.i not in self.at

    def _named(self, token: Token) -> list[Mention]:
        found: list[Mention] = []
        for part in _phrase(token):
            mention = self.at.get(part.i)
            if mention is not None and not mention.is_origin and mention not in found:
                found.append(mention)
        return found

    def _antecedent(self, pronoun: Token) -> list[Mention]:
        """Actors of the subject of a verb above the pronoun, where it names some: "Britain denied that it ..."."""
        for verb in pronoun.ancestors:
            for child in verb.children:
                if child.dep_ in SUBJECT and child.i < pronoun.i and not self._is_pronoun(child):
                    found = self._named(child)
                    if found:
                        return found
        before = reversed([t for t in pronoun.doc[: pronoun.i] if t.dep_ in SUBJECT])
        return next((found for t in before if (found := self._named(t))), [])


def _phrase(token: Token, depth: int = 0) -> Iterator[Token]:
    yield token
    if depth > 4:
        return
    for child in token.children:
        if child.dep_ in NOMINAL and child.pos_ != "VERB":
            yield from _phrase(child, depth + 1)
        elif child.dep_ == "prep" and child.lower_ in {"of", "in", "at"}:
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    yield from _phrase(grandchild, depth + 1)


def read_frames(doc: Doc, mentions: Sequence[Mention], offset: int) -> list[Frame]:
    """All frames of a parsed sentence whose first character is at `offset` of the article's text."""
    sides = Sides(doc, mentions, offset)
    frames: list[Frame] = []
    for token in doc:
        pos = {"VERB": "VERB", "AUX": "VERB", "NOUN": "NOUN", "PROPN": "NOUN", "ADJ": "ADJ"}.get(token.pos_)
        if pos is None:
            continue
        lemma = token.lemma_.lower()
        for frame, stage in triggers().get((lemma, pos), ()):
            read = _verb_frame if pos == "VERB" else _noun_frame if pos == "NOUN" else _adjective_frame
            frames.append(read(token, Frame(token, frame, stage), sides))
        if pos != "ADJ" and token.tag_ in {"VBN", "VBD"}:
            for frame, stage in triggers().get((token.lower_, "ADJ"), ()):
                if any(c.text == "-" for c in token.children) or (token.i and doc[token.i - 1].text == "-"):
                    frames.append(_adjective_frame(token, Frame(token, frame, stage), sides))
    return frames


def subject_of(verb: Token, depth: int = 0) -> Token | None:
    """The subject of a verb, found through control, coordination and relative clauses; None if there is none."""
    for child in verb.children:
        if child.dep_ in SUBJECT:
            if child.lower_ in {"that", "which", "who"} and verb.dep_ == "relcl":
                return verb.head
            return child
    if depth > 3 or verb.head == verb:
        return None
    if verb.dep_ in {"xcomp", "ccomp", "advcl"} and verb.head.pos_ in {"VERB", "AUX"}:
        if verb.head.lemma_.lower() in words("object_control"):
            for child in verb.head.children:
                if child.dep_ in {"dobj", "dative"}:
                    return child
        return subject_of(verb.head, depth + 1)
    if verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"}:
        return subject_of(verb.head, depth + 1)
    if verb.dep_ in {"acl", "relcl"}:
        if verb.tag_ == "VBN":
            return None
        noun = verb.head
        if verb.dep_ == "acl" and verb.tag_ == "VB" and noun.dep_ in {"dobj", "pobj"}:
            return subject_of(noun.head, depth + 1) if noun.head.pos_ in {"VERB", "AUX"} else noun
        return noun
    if verb.dep_ in {"pcomp", "prep"}:
        governor = verb.head.head
        return subject_of(governor, depth + 1) if governor.pos_ in {"VERB", "AUX"} else None
    return None


def is_passive(verb: Token) -> bool:
    """True for a passive verb, a bare participle behind a noun included."""
    if any(child.dep_ in {"nsubjpass", "auxpass", "agent"} for child in verb.children):
        return True
    return verb.dep_ == "acl" and verb.tag_ == "VBN"


def _prepositional(token: Token) -> Iterator[tuple[str, Token]]:
    for child in token.children:
        if child.dep_ in {"prep", "dative", "agent"} and child.pos_ in {"ADP", "SCONJ", "PART"}:
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    yield child.lower_, grandchild
        elif child.dep_ == "dative":
            yield "dative", child


def _verb_frame(verb: Token, frame: Frame, sides: Sides) -> Frame:
    subject = subject_of(verb)
    objects = [c for c in verb.children if c.dep_ in {"dobj", "attr", "oprd"}]
    around = list(_prepositional(verb))
    for noun in objects:
        around += [(p, t) for p, t in _prepositional(noun)]
    passive = is_passive(verb)
    if passive:
        patient = verb.head if verb.dep_ == "acl" else subject
        agents = [t for p, t in around if p == "by"]
        objects = [patient] if patient is not None else []
    kind = frame.frame
    frame.objects = objects
    frame.via = _all(sides, [t for p, t in around if p in words("via_preposition")])
    if kind in {"get", "buy", "order", "choose", "use", "ask"}:
        receiver = agents if passive else [subject] if subject is not None else []
        frame.recipients = _all(sides, receiver)
        frame.suppliers = _all(
            sides, [t for p, t in around if p in {"from", "of"} or (kind == "ask" and p in {"on", "to"})]
        )
        if kind == "ask" and not passive:
            frame.suppliers += _all(sides, objects)
    elif kind == "equip":
        frame.suppliers = _all(sides, agents if passive else [subject])
        frame.recipients = _all(sides, [patient] if passive and patient is not None else objects)
        frame.recipients += _all(sides, [t for p, t in around if p in words("recipient_preposition")])
    elif kind == "arrive":
        frame.recipients = _all(sides, [t for p, t in around if p in {"in", "to", "into", "at"}] + objects)
        frame.suppliers = _all(
            sides, [t for p, t in around if p == "from"] + ([subject] if subject is not None else [])
        )
    else:
        givers = agents if passive else [subject]
        frame.suppliers = _all(sides, givers)
        frame.recipients = _all(
            sides, [t for p, t in around if p in words("recipient_preposition") | {"dative", "with", "against"}]
        )
        if not passive and kind in {"give", "sell", "offer", "refuse", "stop", "block", "cancel"}:
            frame.recipients += [m for m in _all(sides, objects) if m not in frame.suppliers]
        if passive and patient is not None and kind in {"give", "offer", "refuse", "sell"}:
            frame.recipients += _all(sides, [patient])
        frame.suppliers += _all(sides, [t for p, t in around if p == "from"])
    return frame


def _noun_frame(noun: Token, frame: Frame, sides: Sides) -> Frame:
    own = [c for c in noun.children if c.dep_ in {"poss", "amod", "nmod", "compound"}]
    around = list(_prepositional(noun))
    head = noun.head if noun.dep_ in {"pobj", "dobj", "nsubj", "nsubjpass"} else None
    of = [t for p, t in around if p == "of"]
    for token in of:
        around += list(_prepositional(token))
    frame.objects = of + [c for c in noun.children if c.dep_ in {"compound", "amod", "nmod"}]
    frame.via = _all(sides, [t for p, t in around if p in words("via_preposition")])
    holders = _all(sides, own)
    by, to = (
        _all(sides, [t for p, t in around if p in group])
        for group in (words("supplier_preposition"), words("recipient_preposition"))
    )
    frame.between = _all(sides, [t for p, t in around if p in {"between", "with"}])
    owner = _all(sides, [subject_of(head)]) if head is not None and head.pos_ == "VERB" and not holders else []
    if frame.frame in {"get", "ask", "order"}:
        frame.recipients, frame.suppliers = holders or owner, by + (frame.between or [])
    else:
        frame.suppliers, frame.recipients = by + holders + ([] if by else owner), to
    return frame


def _adjective_frame(token: Token, frame: Frame, sides: Sides) -> Frame:
    """ "Western-supplied missiles", "missiles supplied by ...": the modifier before the hyphen supplies."""
    before = [c for c in token.children if c.dep_ in {"npadvmod", "amod", "compound", "advmod", "nmod"}]
    mentions = [sides.at[c.i] for c in before if c.i in sides.at]
    if not mentions and token.i > 1 and token.doc[token.i - 1].text == "-" and token.i - 2 in sides.at:
        mentions = [sides.at[token.i - 2]]
    frame.suppliers = mentions + _all(sides, [t for p, t in _prepositional(token) if p == "by"])
    frame.objects = [token.head]
    return frame


def _all(sides: Sides, tokens: Iterable[Token | None]) -> list[Mention]:
    found: list[Mention] = []
    for token in tokens:
        found += [m for m in sides.of(token) if m not in found]
    return found
