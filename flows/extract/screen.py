"""Screening: which sentences of an article are worth parsing. Articles are screened first, widely within them after."""

from __future__ import annotations

import re
from functools import cache

from flows.extract.context import ArticleContext
from flows.extract.lexicon import triggers, words
from flows.extract.sentences import Sentence

MIN_WORDS = 3
MIN_LONE_ANCHORS = 3
DENSE_SHARE = 0.12
"""Share of sentences that name goods from which an article counts as being about them."""
SENTENCES_BEFORE, SENTENCES_AFTER = 5, 2
MOST_CANDIDATES = 5000
"""Sentences of one article that are read; bounds what one article can cost. Of 24,060 real articles none had 1,700."""
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
        # Actors last: they take the longest to find, and no other sentence needs them.
        if not _names_goods(context, sentence) or not _transfer_words().search(sentence.text):
            continue
        actors = len({m.actor_id for m in context.mentions_of(sentence)})
        if actors:
            found.append((actors, sentence))
    several = [(n, s) for n, s in found if n > 1]
    if not several and len(found) < MIN_LONE_ANCHORS:
        return []
    return [s for _, s in sorted(several or found, key=lambda f: (-min(f[0], 4), f[1].index))]


def candidates(context: ArticleContext) -> set[int]:
    """Indices of the sentences that may make a claim, the first `MOST_CANDIDATES` of them.

    In an article much of which names goods, those that name an item or an actor or have a transfer word; in others
    only those near a sentence that names goods, because long transcripts change their subject.
    """
    goods = [_names_goods(context, s) for s in context.sentences]
    dense = sum(goods) >= DENSE_SHARE * len(goods)
    found = set()
    for sentence, names_goods in zip(context.sentences, goods, strict=True):
        if len(sentence.text.split()) < MIN_WORDS:
            continue
        k = sentence.index
        worded = bool(context.items_of(sentence)) or _transfer_words().search(sentence.text) is not None
        near = dense or any(goods[max(0, k - SENTENCES_BEFORE) : k + SENTENCES_AFTER + 1])
        if names_goods or (worded and near) or (dense and context.mentions_of(sentence)):
            found.add(k)
            if len(found) == MOST_CANDIDATES:
                break
    return found


def _names_goods(context: ArticleContext, sentence: Sentence) -> bool:
    return any(not item.is_weak for item in context.items_of(sentence))
