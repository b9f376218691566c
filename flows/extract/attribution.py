"""Who says so: the acts of saying in a parsed sentence, with the words that are said.

A speaker is an actor (a named official stands for the state that the article ties the name to), an outlet, an analyst,
or unspecified. What is said is what the verb or noun of saying governs, not what stands around it in the sentence:
"As allies met, Seoul said that ..." and "Seoul, which bought jets, said that ..." leave the first clause to the author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from flows.extract.frames import SUBJECT, Sides, subject_of
from flows.extract.lexicon import cues, words
from flows.extract.speakers import UNNAMED, Speaker, SpeakerMemory

_HEADLINE_TAIL = re.compile(r"(?::|\s[-–—])\s+(?P<speaker>[^:–—]{2,40})$")
_HEADLINE_HEAD = re.compile(r"^(?P<speaker>[^:–—“\"]{2,40}):\s")
_INTRODUCED = re.compile(r"^(?P<head>[^:“\"]{2,90}):\W{0,3}[“\"]")
_TAIL_WORDS = 5


@dataclass(frozen=True)
class Speech:
    """One act of saying. `claimant` is an actor id or MEDIA, ANALYST, UNK; `scope` are the tokens of what is said.

    `at` is the token of the verb or noun of saying, -1 if the words only continue a quote. `kind` is the speaker's
    (`speakers.KINDS`).
    """

    claimant: str
    start: int
    end: int
    text: str
    verb: str
    scope: frozenset[int]
    is_anonymous: bool
    is_carried: bool = False
    at: int = -1
    kind: str = "unnamed"


@dataclass
class SentenceSpeakers:
    """What the speeches of one sentence are read from. `outlets` are the tokens of names of news outlets."""

    doc: Doc
    sides: Sides
    outlets: frozenset[int]
    memory: SpeakerMemory

    def read(self, is_headline: bool = False) -> list[Speech]:
        """The speeches of the sentence, the widest first."""
        self.memory.learn(self.doc, self.sides, self.outlets)
        found: list[Speech] = []
        for token in self.doc:
            self.memory.notice(token, self.sides)
            found += [s for s in (self._verbal(token), self._nominal(token), self._hearsay(token)) if s is not None]
        if is_headline and (label := self._label()) is not None:
            found.append(label)
        if (introduced := self._introduced()) is not None and not any(
            s.at < min(introduced.scope, default=0) for s in found
        ):
            found.append(introduced)
        return sorted(found, key=lambda s: -len(s.scope))

    def _verbal(self, token: Token) -> Speech | None:
        lemma = token.lemma_.lower()
        if token.lower_ == "according":
            noun = next((n for c in token.children for n in c.children if n.dep_ == "pobj"), None)
            return self._by(noun, "according to", _told_around(token), token) if noun is not None else None
        if token.pos_ != "VERB":
            return None
        if lemma in words("citing"):
            noun = next((c for c in token.children if c.dep_ == "dobj"), None)
            return self._by(noun, lemma, token.head.subtree, token) if noun is not None else None
        if lemma not in cues("report") | words("speech_verb") or not _has_content(token):
            return None
        agent = next((n for c in token.children if c.dep_ == "agent" for n in c.children if n.dep_ == "pobj"), None)
        if agent is None and is_agentless(token):
            return self._unowned(token, token.subtree) if lemma in words("hearsay_passive") else None
        speaker = agent if agent is not None else subject_of(token)
        return self._by(speaker, lemma, said_by(token), token) if speaker is not None else None

    def _nominal(self, token: Token) -> Speech | None:
        """ "Kyiv's claim that ...", "an allegation by Washington that ...", "rumours that ..."."""
        if token.pos_ != "NOUN" or token.lemma_.lower() not in words("claiming_noun"):
            return None
        said = [c for c in token.children if c.dep_ in {"acl", "ccomp", "relcl"} or c.lower_ in {"of", "about"}]
        if not said:
            return None
        scope = {t.i for c in said for t in c.subtree}
        owner = _owner(token, self.sides)
        if owner is not None:
            return self._by(owner, token.lemma_.lower(), (token.doc[i] for i in scope), token)
        return self._unowned(token, (token.doc[i] for i in scope)) if token.lemma_ in words("unowned_claim") else None

    def _hearsay(self, token: Token) -> Speech | None:
        """ "reportedly": nobody in particular says what its verb says."""
        if token.pos_ == "ADV" and token.lower_ in cues("hearsay"):
            return self._unowned(token, token.head.subtree)
        return None

    def _unowned(self, token: Token, scope: Iterable[Token]) -> Speech:
        inside = frozenset(t.i for t in scope)
        return Speech(
            "UNK", token.idx, token.idx + len(token), token.text, token.lemma_.lower(), inside, False, False, token.i
        )

    def _by(self, noun: Token, verb: str, scope: Iterable[Token], at: Token) -> Speech | None:
        phrase = list(_whole(noun))
        start = min(t.idx for t in phrase)
        end = max(t.idx + len(t) for t in phrase)
        lemmas = {t.lemma_.lower() for t in phrase}
        tokens = frozenset(t.i for t in scope) - {t.i for t in noun.subtree}
        anonymous = bool(lemmas & words("anonymous")) and not any(
            t.pos_ == "PROPN" and t.i not in self.sides.at for t in phrase
        )
        speaker = self.memory.resolve(noun, self.sides, self.outlets)
        if speaker == UNNAMED and (verb not in words("plain_saying") or noun.lower_ in words("no_speaker")):
            return None
        text = noun.doc.text[start:end]
        return Speech(speaker.claimant, start, end, text, verb, tokens, anonymous, False, at.i, speaker.kind)

    def _label(self) -> Speech | None:
        """The speaker that a headline names before or after a colon or dash: "Jets are on their way: envoy"."""
        text = self.doc.text
        for pattern in (_HEADLINE_TAIL, _HEADLINE_HEAD):
            match = pattern.search(text)
            span = self.doc.char_span(*match.span("speaker"), alignment_mode="expand") if match else None
            if span is None or len(span) > _TAIL_WORDS or any(t.pos_ in {"VERB", "AUX"} for t in span):
                continue
            speaker = self._labelled(span.root)
            if speaker is None:
                continue
            scope = frozenset(t.i for t in self.doc) - {t.i for t in span}
            start, end = span.start_char, span.end_char
            return Speech(speaker.claimant, start, end, span.text, ":", scope, False, False, span.root.i, speaker.kind)
        return None

    def _introduced(self) -> Speech | None:
        """ "Quote from Kim: "We ..."": a name and a colon before a quote, without a verb of saying."""
        match = _INTRODUCED.match(self.doc.text)
        if match is None:
            return None
        before = [t for t in self.doc if t.idx < match.end("head")]
        named = [t for t in before if t.i in self.sides.at or t.lower_ in self.memory.names]
        if not named:
            return None
        speech = self._by(named[-1], "say", self.doc[before[-1].i + 1 :], named[-1])
        return speech if speech is not None and speech.kind in {"person", "office", "actor"} else None

    def _labelled(self, noun: Token) -> Speaker | None:
        speaker = self.memory.resolve(noun, self.sides, self.outlets)
        mention = self.sides.at.get(noun.i)
        if speaker.kind in {"person", "office", "analyst", "document"} or (
            mention is not None and mention.kind in {"seat", "institution", "leader", "capital", "force"}
        ):
            return speaker
        return None


def said_by(verb: Token) -> Iterator[Token]:
    """The words that a verb of saying governs as its content, the verb itself included."""
    yield verb
    governed = [c for c in verb.children if _is_content(c)]
    for child in governed:
        yield from child.subtree
    if any(c.dep_ in {"ccomp", "xcomp", "parataxis"} for c in governed):
        return
    if verb.dep_ in {"parataxis", "ccomp"} and verb.head.pos_ in {"VERB", "AUX"} and not governed:
        own = set(verb.subtree)
        yield from (t for t in verb.head.subtree if t not in own)
        return
    for child in verb.children:
        if child.dep_ not in SUBJECT | {"advcl", "conj"}:
            yield from child.subtree


def _is_content(child: Token) -> bool:
    if child.dep_ == "prep":
        return child.lower_ not in words("circumstance")
    return child.dep_ in {"ccomp", "xcomp", "dobj", "oprd", "acomp", "parataxis"}


def _has_content(verb: Token) -> bool:
    said = [c for c in verb.children if c.dep_ in {"ccomp", "xcomp", "dobj", "parataxis", "advcl", "prep"}]
    return bool(said) or verb.dep_ in {"parataxis", "ROOT", "ccomp", "relcl", "advcl", "conj"}


def is_agentless(verb: Token) -> bool:
    """A passive that does not say by whom."""
    passive = any(c.dep_ in {"nsubjpass", "auxpass"} for c in verb.children)
    return passive or (verb.dep_ == "acl" and verb.tag_ == "VBN")


def _told_around(according: Token) -> Iterator[Token]:
    """What is said "according to" somebody: the clause that the words stand in, without what hangs beside it."""
    own = set(according.subtree)
    yield from (t for t in according.head.subtree if t not in own)


def _owner(noun: Token, sides: Sides) -> Token | None:
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ == "prep" and child.lower_ in {"by", "from"}:
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    adjective = next((c for c in noun.children if c.dep_ in {"amod", "compound"} and c.i in sides.at), None)
    if adjective is None and noun.dep_ == "dobj" and noun.head.lemma_.lower() in words("voicing"):
        return subject_of(noun.head)
    return adjective


def _whole(noun: Token) -> Iterator[Token]:
    """The noun phrase without relative clauses and other clauses behind it."""
    yield noun
    for child in noun.children:
        if child.dep_ not in {"relcl", "acl", "advcl", "ccomp", "parataxis"} and child.pos_ != "PUNCT":
            yield from _whole(child)
