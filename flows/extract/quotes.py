"""Reads who speaks through an article: sentence by sentence, then quotes that run over several sentences.

A quote belongs to who is said to speak beside it, in any of its sentences; where nobody is, to the last who spoke.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc

from flows.extract.actors import Mention
from flows.extract.attribution import SentenceSpeakers, Speech
from flows.extract.context import between
from flows.extract.frames import Sides
from flows.extract.sentences import Sentence
from flows.extract.speakers import FIRST_PERSON, SpeakerMemory

SHORTEST_QUOTE = 25
"""Shorter quotes are words set apart ("lethal aid"), which the sentence around them says."""
LONGEST_QUOTE = 2500
"""A longer one is a mark that was never closed."""
_PARAGRAPH = re.compile(r"\n\s*\n")
_NOT_VERBS = frozenset({"ADV", "NOUN"})


@dataclass
class Passage:
    """A parsed sentence with its speeches, which `read_speeches` fills in."""

    sentence: Sentence
    doc: Doc
    speeches: list[Speech] = field(default_factory=list)
    last: Speech | None = None

    def tokens(self, start: int, end: int) -> frozenset[int]:
        """Tokens between two offsets of the article."""
        at = self.sentence.start
        return frozenset(t.i for t in self.doc if start <= at + t.idx < end)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the longer quotes of a text; a paragraph that opens with a mark while one is open goes on with it."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for match in re.finditer(r"[“”\"]", text):
        at, mark = match.start(), match.group()
        starts = at == 0 or text[at - 1] in " \n([—-:,."
        ends = at + 1 == len(text) or not text[at + 1].isalnum()
        if opened is not None and at - opened > LONGEST_QUOTE:
            opened = None
        if mark == "“" or (mark == '"' and opened is None and starts and not (ends and not starts)):
            opened = at if opened is None or not _PARAGRAPH.search(text, at - 3, at + 1) else opened
        elif opened is not None and mark in '”"':
            if at - opened >= SHORTEST_QUOTE:
                spans.append((opened, at + 1))
            opened = None
    return spans


def read_speeches(
    text: str, passages: Sequence[Passage], mentions: Sequence[Mention], outlets: Sequence[Mention]
) -> None:
    """Fills in the speeches of the passages, which stand in the order of the article."""
    memory = SpeakerMemory()
    last: Speech | None = None
    for passage in passages:
        sentence, doc = passage.sentence, passage.doc
        sides = Sides(doc, between(mentions, sentence.start, sentence.end), sentence.start)
        names = frozenset(Sides(doc, between(outlets, sentence.start, sentence.end), sentence.start).at)
        passage.last = last
        passage.speeches = SentenceSpeakers(doc, sides, names, memory).read(_is_headline(sentence))
        last = next((s for s in passage.speeches if s.kind != "unnamed" and s.claimant != FIRST_PERSON), last)
    for start, end in quoted_spans(text):
        first = bisect_right(passages, start, key=lambda passage: passage.sentence.end)
        _attribute(
            (start, end), passages[first : bisect_left(passages, end, key=lambda passage: passage.sentence.start)]
        )
    for passage in passages:
        passage.speeches = [_in_own_voice(speech) for speech in passage.speeches]


def lone_speeches(doc: Doc, mentions: Sequence[Mention]) -> list[Speech]:
    """The speeches of a sentence read by itself; offsets of the mentions are those in the sentence."""
    passage = Passage(Sentence(0, 0, len(doc.text), doc.text), doc)
    read_speeches(doc.text, [passage], mentions, [])
    return passage.speeches


def _is_headline(sentence: Sentence) -> bool:
    return sentence.is_title or (sentence.text[-1:].isalnum() and len(sentence.text.split()) < 20)


def _attribute(span: tuple[int, int], around: Sequence[Passage]) -> None:
    """Ties a quote to its speaker: what is quoted is in the scope of the speech, in every sentence of the quote."""
    if not around:
        return
    beside = sorted(_beside(span, around), key=lambda found: found[0])
    speech = beside[0][1] if beside else around[0].last
    if speech is None:
        return
    for passage in around:
        inside = passage.tokens(*span)
        passage.speeches = [_first_person(s, speech) if s.at in inside else s for s in passage.speeches]
        if speech in passage.speeches:
            wider = replace(speech, scope=speech.scope | inside)
            passage.speeches[passage.speeches.index(speech)] = wider
        else:
            carried = replace(speech, scope=inside, is_carried=True, at=-1)
            passage.speeches.append(carried)
        passage.speeches.sort(key=lambda s: -len(s.scope))


def _beside(span: tuple[int, int], around: Sequence[Passage]) -> Iterator[tuple[int, Speech]]:
    """Speeches outside the quote in its sentences, with how far the verb is from it."""
    for passage in around:
        for speech in passage.speeches:
            if speech.at < 0 or speech.kind == "unnamed" or speech.claimant == FIRST_PERSON:
                continue
            token = passage.doc[speech.at]
            at = passage.sentence.start + token.idx
            if token.pos_ not in _NOT_VERBS and not span[0] <= at < span[1]:
                yield min(abs(at - span[0]), abs(at - span[1])), speech


def _first_person(speech: Speech, speaker: Speech) -> Speech:
    return replace(speech, claimant=speaker.claimant) if speech.claimant == FIRST_PERSON else speech


def _in_own_voice(speech: Speech) -> Speech:
    """ "I" and "we" outside a quote are the article's own voice."""
    return replace(speech, claimant="AUTHOR") if speech.claimant == FIRST_PERSON else speech
