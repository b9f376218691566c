"""Who a noun phrase that speaks stands for: an actor, an outlet, an analyst, or nobody that the article names.

A company, a former official and an institute count as analysts. What the article told before resolves surnames
("Kirby"), bare offices ("the ministry") and pronouns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from flows.extract.frames import SUBJECT, Sides
from flows.extract.lexicon import cues, words

FIRST_PERSON = "FIRST"
"""Stands for "I" and "we" until the speaker of the quote around them is known."""
KINDS = ("actor", "person", "office", "outlet", "analyst", "document", "pronoun", "unnamed")
BODIES = frozenset({"NATO", "EU", "UN", "AU", "GCC", "ECOWAS", "G7", "ARAB", "WARSAW"})
"""Bodies of states: their experts speak for them."""
_SAME = {"compound", "appos"}
_MODIFIERS = {"amod", "poss", "nmod"}
_OWNERS = {"of", "at", "for", "from", "with", "by", "in"}
_DEEPEST = 4
_FILED = re.compile(r"(?:SOURCE: )?[A-Z][\w .,/’'&]{0,40}(?:\([^()]{2,40}\))?\s?(?:--?|[–—])\s")
_PRONOUNS = {"she": "he", "his": "he", "her": "he", "its": "it", "their": "they"}


@dataclass(frozen=True)
class Speaker:
    """`claimant` is an actor id or MEDIA, ANALYST, UNK (`FIRST_PERSON` for "we"); `kind` is one of `KINDS`."""

    claimant: str
    kind: str


UNNAMED = Speaker("UNK", "unnamed")


def core(noun: Token, depth: int = 0) -> Iterator[tuple[Token, int]]:
    """The words that say who a noun is, with their depth below it: modifiers, appositions, what it is "of"."""
    yield noun, depth
    if depth >= _DEEPEST:
        return
    for child in noun.children:
        if child.dep_ in _SAME or (child.dep_ in _MODIFIERS and child.pos_ != "VERB"):
            yield from core(child, depth + (child.dep_ not in _SAME))
        elif child.dep_ == "prep" and child.lower_ in _OWNERS:
            for grandchild in child.children:
                if grandchild.dep_ == "pobj":
                    yield from core(grandchild, depth + 2)


@dataclass
class SpeakerMemory:
    """What the article has told so far: surnames and offices with whom they speak for, and the last of each pronoun."""

    names: dict[str, Speaker] = field(default_factory=dict)
    offices: dict[str, Speaker] = field(default_factory=dict)
    pronouns: dict[str, Speaker] = field(default_factory=dict)

    def learn(self, doc: Doc, sides: Sides, outlets: frozenset[int]) -> None:
        """Ties names and offices to actors: "Pentagon spokesman John Kirby", "Dmitry Medvedev, the president"."""
        for token in doc:
            if token.pos_ not in {"PROPN", "NOUN"} or token.dep_ == "compound":
                continue
            if token.dep_ == "appos":
                found = self._described(token, sides, outlets) or self._described(token.head, sides, outlets)
            else:
                found = self._described(token, sides, outlets)
            if found is None:
                continue
            if token.pos_ == "PROPN" and token.i not in sides.at:
                self.names.setdefault(token.lower_, found)
            for word, depth in core(token):
                if depth <= 1 and word.lemma_.lower() in words("office"):
                    self.offices[word.lemma_.lower()] = found

    def notice(self, token: Token, sides: Sides) -> None:
        """Keeps the subjects of clauses, to which later pronouns refer."""
        if token.dep_ not in SUBJECT or token.pos_ == "PRON":
            return
        mention = sides.at.get(token.i)
        if mention is not None and not mention.is_origin and mention.kind != "company":
            is_person = mention.kind == "leader"
            self._keep(Speaker(mention.actor_id, "person" if is_person else "actor"), token)
        elif token.lower_ in self.names and token.pos_ == "PROPN":
            self._keep(self.names[token.lower_], token)

    def _keep(self, speaker: Speaker, noun: Token) -> None:
        if noun.tag_ in {"NNS", "NNPS"} or any(c.dep_ == "conj" for c in noun.children):
            self.pronouns["they"] = speaker
        elif speaker.kind == "person" or any(w.lemma_.lower() in words("person") for w, d in core(noun) if d <= 1):
            self.pronouns["he"] = speaker
        else:
            self.pronouns["it"] = speaker

    def resolve(self, noun: Token, sides: Sides, outlets: frozenset[int]) -> Speaker:
        """The speaker that a noun phrase names; remembers it for the pronouns and offices that follow."""
        if noun.pos_ == "PRON" and _PRONOUNS.get(noun.lower_, noun.lower_) in words("speaking_pronoun"):
            return self._pronoun(noun.lower_)
        whole = _part_of(noun)
        if whole is not None:
            return self.resolve(whole, sides, outlets)
        found = self._described(noun, sides, outlets) or self._remembered(noun)
        if found is None:
            found = _unresolved(noun)
            if found is not UNNAMED:
                self._keep(found, noun)
            return found
        self._keep(found, noun)
        for word, depth in core(noun):
            if word.pos_ == "PROPN" and depth <= 1 and word.i not in sides.at and noun.pos_ == "PROPN":
                self.names.setdefault(word.lower_, found)
            if depth <= 1 and word.pos_ in {"NOUN", "PROPN"} and word.i not in sides.at:
                self.offices[word.lemma_.lower()] = found
        return found

    def _pronoun(self, pronoun: str) -> Speaker:
        if pronoun in words("first_person"):
            return Speaker(FIRST_PERSON, "pronoun")
        order = {"he": ("he", "it"), "it": ("it", "they")}.get(_PRONOUNS.get(pronoun, pronoun), ("they", "it", "he"))
        found = next((self.pronouns[one] for one in order if one in self.pronouns), UNNAMED)
        return Speaker(found.claimant, "pronoun")

    def _remembered(self, noun: Token) -> Speaker | None:
        for word, depth in core(noun):
            if word.pos_ == "PROPN" and depth <= 1 and word.lower_ in self.names:
                return self.names[word.lower_]
        if not is_definite(noun):
            return None
        lemma = noun.lemma_.lower()
        if lemma in words("person") and noun.tag_ == "NN" and "he" in self.pronouns:
            return self.pronouns["he"]
        return self.offices.get(lemma)

    def _described(self, noun: Token, sides: Sides, outlets: frozenset[int]) -> Speaker | None:
        """The speaker by the words of the phrase alone; None if they do not tell."""
        phrase = [(word, depth) for word, depth in core(noun) if not is_filing(word)]
        near = [word for word, depth in phrase if depth <= 1]
        lemmas = {word.lemma_.lower() for word in near} | {word.lower_ for word in near}
        mentions = [sides.at[w.i] for w, _ in phrase if w.i in sides.at and not sides.at[w.i].is_origin]
        if noun.lemma_.lower() in words("outlet") | cues("media"):
            return Speaker("MEDIA", "outlet")
        if lemmas & cues("analyst") or _two_words(near) & cues("analyst"):
            body = next((m.actor_id for m in mentions if m.actor_id in BODIES), None)
            return Speaker(body, "actor") if body else Speaker("ANALYST", "analyst")
        if any(m.kind == "company" for m in mentions) or lemmas & words("company"):
            return Speaker("ANALYST", "analyst")
        if any(w.i in outlets for w in near) or lemmas & cues("media") or _two_words(near) & cues("media"):
            return Speaker("MEDIA", "outlet")
        return Speaker(mentions[0].actor_id, self._kind(noun, lemmas, mentions)) if mentions else None

    def _kind(self, noun: Token, lemmas: set[str], mentions: list) -> str:  # type: ignore[type-arg]
        if noun.lemma_.lower() in words("document"):
            return "document"
        if any(m.kind == "leader" for m in mentions) or lemmas & words("person"):
            return "person"
        return "office" if lemmas & words("office") else "actor"


def is_definite(noun: Token) -> bool:
    """ "the ministry", "officials": something already told, or told nowhere."""
    return not any(c.dep_ in {"det", "nummod"} and c.lower_ in words("indefinite") for c in noun.children)


def is_filing(word: Token) -> bool:
    """True in the words before the dash that opens a report: "WASHINGTON (Reuters) - ", "CNN — "."""
    head = _FILED.match(word.doc.text)
    return head is not None and word.idx < head.end()


def _part_of(noun: Token) -> Token | None:
    """ "one of the officials": the officials."""
    if noun.lower_ not in words("part"):
        return None
    of = next((c for c in noun.children if c.lower_ == "of"), None)
    return next((c for c in of.children if c.dep_ == "pobj"), None) if of is not None else None


def _unresolved(noun: Token) -> Speaker:
    """A speaker that the article ties to no actor."""
    lemma = noun.lemma_.lower()
    if lemma in words("document"):
        return Speaker("UNK", "document")
    if lemma in words("office") | words("person"):
        return Speaker("UNK", "office")
    return Speaker("UNK", "person") if noun.pos_ == "PROPN" and not is_filing(noun) else UNNAMED


def _two_words(near: list[Token]) -> set[str]:
    found = set()
    for word in near:
        if word.i:
            found.add(f"{word.nbor(-1).lower_} {word.lower_}")
    return found
