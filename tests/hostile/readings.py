"""Everything that reads text of a corpus, as functions of a text, for measuring what crafted text costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from flows.extract.actors import address_spans, find_mentions
from flows.extract.context import Article, read_context, sentence_window
from flows.extract.datelines import dateline_spans
from flows.extract.decide import decide, models
from flows.extract.engine import rows
from flows.extract.headlines import as_sentence
from flows.extract.items import find_items
from flows.extract.packaged import mini_vocabulary
from flows.extract.quotes import quoted_spans
from flows.extract.reading import read_sentences
from flows.extract.screen import anchors, candidates
from flows.extract.sentences import split_sentences
from flows.ingest.article import article_row
from flows.ingest.dates import published_at
from flows.ingest.encoding import UndecodableTextError, decode
from flows.ingest.language import language
from flows.ingest.near_duplicates import signature
from flows.ingest.normalise import normalise, normalise_line
from flows.ingest.readers.html_page import extract_page, fragment_text
from flows.ingest.readers.plain_text import front_matter
from flows.ingest.record import Record
from flows.learn.wording import EveryPair
from flows.redaction import redacted
from flows.report.text import escaped
from tests.ingest.samples import PAGE, read

PUBLISHED = datetime(2023, 3, 14, 9, tzinfo=UTC)


@dataclass(frozen=True)
class MarkupReading:
    """A reading that is also tried with markup."""

    read: Callable[[str], Any]

    def __call__(self, text: str) -> Any:
        return self.read(text)


def article(text: str) -> Article:
    """An article with that text as its body, normalised."""
    return Article("a00000000000000ff", None, normalise(text), PUBLISHED, "The Harbour Gazette")


def screened(text: str) -> Any:
    """Sentences, actors and items of an article, and which sentences are worth parsing."""
    context = read_context(article(text))
    return anchors(context), candidates(context)


def windows(text: str) -> Any:
    """What the screening network is given for every sentence of an article."""
    context = read_context(article(text))
    return [sentence_window(context, sentence, mini_vocabulary()) for sentence in context.sentences]


def decided(text: str) -> Any:
    """An article read to its claims; a stand-in for the networks holds every pair of actors for possible."""
    context = read_context(article(text))
    readings = read_sentences(context, scorer=EveryPair())
    decisions = decide(context, readings, models())
    return rows(context, readings, decisions)


def feed(text: str) -> Any:
    """The text as an entry of a feed."""
    entry = f"<item><title>News</title><description><![CDATA[{text.replace(']]>', '')}]]></description></item>"
    return read("feed", f"<?xml version='1.0'?><rss version='2.0'><channel>{entry}</channel></rss>".encode())


def page(text: str) -> Any:
    """The text as the main part of a web page."""
    return extract_page(PAGE.replace("</h1>", f"</h1>{text}"))


def decoded(text: str) -> Any:
    """The text in an encoding that has to be detected."""
    with suppress(UndecodableTextError):
        return decode(text.encode("utf-8").replace(b" ", b"\xa0") + b"\xe9")


def record(text: str) -> Any:
    """The text in every part of a record."""
    return article_row(Record(0, 0, text, text, text, text, text, text), "news.jsonl", "jsonl")


READINGS: dict[str, Callable[[str], Any]] = {
    "normalise": normalise,
    "normalise_line": normalise_line,
    "decode": decoded,
    "language": language,
    "published_at": published_at,
    "signature": signature,
    "article_row": record,
    "front_matter": lambda text: front_matter(f"---\n{text}\n---\n{text}"),
    "fragment_text": MarkupReading(fragment_text),
    "extract_page": MarkupReading(page),
    "feed": MarkupReading(feed),
    "feed_of_anything": MarkupReading(lambda text: read("feed", text.encode())),
    "html_of_anything": MarkupReading(lambda text: read("html", text.encode())),
    "json": lambda text: read("json", text.encode()),
    "json_in_array": lambda text: read("json", json.dumps([{"text": text}, *text.split()]).encode()),
    "jsonl": lambda text: read("jsonl", text.encode()),
    "csv": lambda text: read("csv", f"text,title\n{text}".encode()),
    "split_sentences": partial(split_sentences, title="News"),
    "dateline_spans": dateline_spans,
    "address_spans": address_spans,
    "quoted_spans": quoted_spans,
    "find_items": find_items,
    "find_mentions": lambda text: find_mentions(text, date(2023, 3, 14)),
    "headline": lambda text: as_sentence(text, []),
    "screened": screened,
    "windows": windows,
    "decided": decided,
    "redacted": redacted,
    "escaped": escaped,
}
"""By name. Texts that a reading is given come as they stand in a corpus, so that it has to normalise them itself."""
