"""Screening: which sentences of an article are worth parsing. Articles are screened first, widely within them after."""

from __future__ import annotations

import re
from functools import cache

from flows.extract.context import ArticleContext
from flows.extract.lexicon import triggers, words
from flows.extract.sentences import Sentence

MIN_WORDS = 3
MIN_LONE_ANCHORS = 3
_VOWEL = re.compile(r"[ey]$")


@cache
def _transfer_words() -> re.Pattern[str]:
    """Any inflected form of a transfer trigger, loosely: the stem and up to four more letters."""
    stems = {_VOWEL.sub("", lemma) for (lemma, _pos) in triggers() if len(lemma) > 2}
    ordered = sorted(stems | words("irregular_transfer"), key=lambda w: (-len(w), w))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, ordered))})\w{{0,5}}\b", re.IGNORECASE)


def anchors(context: ArticleContext) -> list[Sentence]:
    """Sentences that by their words may well make a claim: goods, a transfer word and two actors, best first.

    Where a sentence with two actors is missing, three with one do. An article without anchors is screened out.
    """
    found: list[tuple[int, Sentence]] = []
    for sentence in context.sentences:
        actors = len({m.actor_id for m in context.mentions_of(sentence)})
        goods = any(not item.is_weak for item in context.items_of(sentence))
        if goods and actors and _transfer_words().search(sentence.text):
            found.append((actors, sentence))
    several = [(n, s) for n, s in found if n > 1]
    if not several and len(found) < MIN_LONE_ANCHORS:
        return []
    return [s for _, s in sorted(several or found, key=lambda f: (-min(f[0], 4), f[1].index))]


def is_candidate(context: ArticleContext, sentence: Sentence) -> bool:
    """True if the sentence of a candidate article may make a claim: it names an item or has a transfer word."""
    if len(sentence.text.split()) < MIN_WORDS:
        return False
    return bool(context.items_of(sentence)) or _transfer_words().search(sentence.text) is not None
