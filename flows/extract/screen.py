"""Screening: which sentences of an article are worth parsing. Articles are screened first, widely within them after."""

from __future__ import annotations

import re
from functools import cache

from flows.extract.context import ArticleContext
from flows.extract.lexicon import triggers
from flows.extract.sentences import Sentence

MIN_WORDS = 3
_VOWEL = re.compile(r"[ey]$")


@cache
def _transfer_words() -> re.Pattern[str]:
    """Any inflected form of a transfer trigger, loosely: the stem and up to four more letters."""
    stems = {_VOWEL.sub("", lemma) for (lemma, _pos) in triggers() if len(lemma) > 2}
    irregular = "sent gave given sold bought built brought got gotten sought lent taken took flew flown paid made fed shown"
    words = sorted(stems | set(irregular.split()), key=lambda w: (-len(w), w))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w{{0,5}}\b", re.IGNORECASE)


def is_candidate_article(context: ArticleContext) -> bool:
    """True if the article names an item of military support and an actor; others are not read further."""
    return bool(context.items) and bool(context.counts)


def is_candidate(context: ArticleContext, sentence: Sentence) -> bool:
    """True if the sentence of a candidate article may make a claim: it names an item or has a transfer word."""
    if len(sentence.text.split()) < MIN_WORDS:
        return False
    return bool(context.items_of(sentence)) or _transfer_words().search(sentence.text) is not None
