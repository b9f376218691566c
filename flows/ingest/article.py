"""From a record to an article: normalised text, content hash, time of publication and language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flows.ingest.dates import published_at
from flows.ingest.language import language
from flows.ingest.near_duplicates import signature
from flows.ingest.normalise import normalise, normalise_line
from flows.ingest.record import Failure, Record

# A character that normalised text never holds, so that no two different articles have the same joined form.
SEPARATOR = "\x1f"
NOTHING: Mapping[Any, Any] = MappingProxyType({})


Known = Mapping[tuple[str | None, str], tuple[str, bytes]]
"""By title and hash of the text, what is costly to tell of an article: its language and its signature."""


def article_row(record: Record, corpus: str, format_name: str, known: Known = NOTHING) -> dict[str, Any] | Failure:
    """The row of a record: the columns of `ARTICLE_TEXT_SCHEMA` but `story_id`, the signature, and the record's place.

    A failure where the record has no body. What is `known` of its text is not computed again.
    """
    body = normalise(record.body)
    if not any(character.isalnum() for character in body):
        return Failure(record.number, record.byte_offset, "no_text", "the body is empty")
    title = normalise_line(record.title)
    publisher = normalise_line(record.publisher)
    published = published_at(record.published)
    text = f"{title}\n\n{body}" if title else body
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    told = known.get((title, text_sha256))
    return {
        "article_id": article_id(text, published, publisher),
        "source_id": normalise_line(record.source_id),
        "url": normalise_line(record.url),
        "publisher": publisher,
        "title": title,
        "published_at": published,
        "language": told[0] if told else language(body),
        "text": text,
        "text_sha256": text_sha256,
        "n_chars": len(text),
        "corpus": corpus,
        "format": format_name,
        "signature": told[1] if told else signature(text),
        "record": record.number,
        "byte_offset": record.byte_offset,
    }


def article_id(text: str, published: datetime | None, publisher: str | None) -> str:
    """`a` and 16 hexadecimal digits of the SHA-256 over text, time and publisher: exact duplicates share it."""
    parts = (text, published.isoformat() if published else "", publisher or "")
    return "a" + hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()[:16]
