"""What is known of an article before any claim is read: sentences, mentions, items, and each sentence's actor slots."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import TypeVar

from flows.extract.actors import Mention, find_mentions
from flows.extract.items import ItemMention, find_items
from flows.extract.packaged import Vocabulary
from flows.extract.sentences import Sentence, split_sentences
from flows.extract.spans import Span
from flows.extract.window import UNKNOWN_SLOT, Marked, Window, build_window
from schemas.lexicons import actor_lexicon

RECENT_SENTENCES = 3
Placed = TypeVar("Placed", Mention, ItemMention)


@dataclass(frozen=True)
class Article:
    """An article to read: `text` is the normalised text (title, blank line, body); `published_at` is UTC or unknown."""

    article_id: str
    title: str | None
    text: str
    published_at: datetime | None = None
    publisher: str | None = None

    @property
    def published(self) -> date | None:
        """Day of publication (UTC)."""
        return self.published_at.date() if self.published_at else None


@dataclass
class ArticleContext:
    """An article with what the finders saw in it; mention and item lists are sorted by start.

    Actors are looked for when first asked for: most articles are screened out by their sentences and goods alone.
    """

    article: Article
    sentences: list[Sentence]
    items: list[ItemMention]

    @cached_property
    def mentions(self) -> list[Mention]:
        """Mentions of actors. Datelines and names of media are no actors."""
        return [m for m in self._found if m.kind != "media"]

    @cached_property
    def outlets(self) -> list[Mention]:
        """Names of news outlets, which may speak but are no side of a claim."""
        return [m for m in self._found if m.kind == "media"]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often the article names each actor other than as the origin of goods."""
        return Counter(m.actor_id for m in self.mentions if not m.is_origin)

    @cached_property
    def _found(self) -> list[Mention]:
        return [m for m in find_mentions(self.article.text, self.article.published) if not m.is_dateline]

    def mentions_of(self, sentence: Sentence) -> list[Mention]:
        """Actor mentions that start in the sentence."""
        return between(self.mentions, sentence.start, sentence.end)

    def items_of(self, sentence: Sentence) -> list[ItemMention]:
        """Items that start in the sentence."""
        return between(self.items, sentence.start, sentence.end)

    def marked(self, *spans: Span) -> list[Marked]:
        """The mentions that may be sides of a claim and start in one of the spans, which follow each other."""
        return [Marked(m.start, m.end, m.actor_id) for span in spans for m in between(self.mentions, *span)]

    @cached_property
    def mentions_by_actor(self) -> dict[str, list[Mention]]:
        """The mentions of each actor, sorted by start."""
        found: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.actor_id].append(mention)
        return dict(found)


def between(found: Sequence[Placed], start: int, end: int) -> list[Placed]:
    """Those of the mentions or items, sorted by start, that start in the span."""
    begin = bisect_left(found, start, key=lambda m: m.start)
    return list(found[begin : bisect_left(found, end, key=lambda m: m.start)])


@cache
def actor_names() -> dict[str, str]:
    """English names of states, groups and non-state actors by their ids."""
    lexicon = actor_lexicon()
    return {a.actor_id: a.name for a in lexicon.actors} | {n.actor_id: n.name for n in lexicon.nonstate}


def read_context(article: Article) -> ArticleContext:
    """Splits the article and finds items; actors are found when they are asked for."""
    return ArticleContext(article, split_sentences(article.text, article.title), find_items(article.text))


def actor_slots(context: ArticleContext, sentence: Sentence, most: int) -> list[str]:
    """Up to `most` actors that a claim of the sentence may be about, always ending with the unknown actor.

    In order: those the sentence names, those of the sentences just before, those most often named in the article.
    """
    first = max(0, sentence.index - RECENT_SENTENCES)
    nearby = list(context.sentences[first : sentence.index])
    ranked: list[str] = [m.actor_id for m in context.mentions_of(sentence)]
    frequent = [actor for actor, _ in sorted(context.counts.items(), key=lambda kv: (-kv[1], kv[0]))]
    ranked += frequent[:4]
    for near in reversed(nearby):
        ranked += [m.actor_id for m in context.mentions_of(near)]
    ranked += frequent
    return [*list(dict.fromkeys(ranked))[: most - 1], UNKNOWN_SLOT]


def sentence_window(context: ArticleContext, sentence: Sentence, vocabulary: Vocabulary) -> Window:
    """The encoder input of one sentence, in the words of the encoder's vocabulary."""
    slots = actor_slots(context, sentence, vocabulary.slots)
    names = actor_names()
    title = context.sentences[0] if context.sentences and context.sentences[0].is_title else None
    begin = title.end if title else 0
    start = min(max(begin, sentence.start - vocabulary.context_characters), sentence.start)
    return build_window(
        context.article.text,
        (sentence.start, sentence.end),
        (start, sentence.start),
        (title.start, title.end) if title else None,
        context.marked((title.start, min(title.end, start)) if title else (0, 0), (start, sentence.end)),
        slots,
        ["somebody" if s == UNKNOWN_SLOT else names.get(s, s.removeprefix("NSA:")) for s in slots],
        vocabulary,
        context.article.publisher or "",
    )
