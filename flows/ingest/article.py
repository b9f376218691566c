"""From a record to an article: normalised text, content hash, time of publication and language."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from flows.ingest.dates import published_at
from flows.ingest.language import language
from flows.ingest.normalise import normalise, normalise_line
from flows.ingest.record import Failure, Record

# A character that normalised text never holds, so that no two different articles have the same joined form.
SEPARATOR = "\x1f"


def article_row(record: Record, corpus: str, format_name: str) -> dict[str, Any] | Failure:
    """The row of a record for `ARTICLE_TEXT_SCHEMA` without `story_id`; a failure where the record has no body."""
    body = normalise(record.body)
    if not any(character.isalnum() for character in body):
        return Failure(record.number, record.byte_offset, "no_text", "the body is empty")
    title = normalise_line(record.title)
    publisher = normalise_line(record.publisher)
    published = published_at(record.published)
    text = f"{title}\n\n{body}" if title else body
    return {
        "article_id": article_id(text, published, publisher),
        "source_id": normalise_line(record.source_id),
        "url": normalise_line(record.url),
        "publisher": publisher,
        "title": title,
        "published_at": published,
        "language": language(body),
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "n_chars": len(text),
        "corpus": corpus,
        "format": format_name,
    }


def article_id(text: str, published: datetime | None, publisher: str | None) -> str:
    """`a` and 16 hexadecimal digits of the SHA-256 over text, time and publisher: exact duplicates share it."""
    parts = (text, published.isoformat() if published else "", publisher or "")
    return "a" + hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()[:16]


def is_wanted(row: dict[str, Any], since: date | None, until: date | None) -> bool:
    """Whether an article was published from `since` to `until`, both included; one without date always is."""
    if row["published_at"] is None:
        return True
    day = row["published_at"].date()
    return (since is None or day >= since) and (until is None or day <= until)
