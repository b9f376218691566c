"""Reads sentences of tests as the extractor does, up to the frames and the speakers."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.extract.attribution import Speech
from flows.extract.context import Article, ArticleContext, read_context
from flows.extract.frames import Frame, read_frames
from flows.extract.quotes import Passage, read_speeches
from flows.extract.reading import pipeline

PUBLISHED = datetime(2023, 3, 14, 9, tzinfo=UTC)


def context_of(body: str, title: str | None = None, published: datetime | None = PUBLISHED) -> ArticleContext:
    """The context of an article with that body."""
    text = f"{title}\n\n{body}" if title else body
    return read_context(Article("a00000000000000ff", title, text, published, "The Harbour Gazette"))


def frames_of(sentence: str) -> list[Frame]:
    """The frames of one sentence."""
    return read_frames(pipeline()(sentence), context_of(sentence).mentions, 0)


def speeches_of(body: str, title: str | None = None) -> list[list[Speech]]:
    """The speeches of every sentence of a passage, read in order."""
    context = context_of(body, title)
    passages = [Passage(sentence, pipeline()(sentence.text)) for sentence in context.sentences]
    read_speeches(context.article.text, passages, context.mentions, context.outlets)
    return [passage.speeches for passage in passages]
