"""RSS and Atom feed files by feedparser: one record an entry, from its full content or else its summary."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import feedparser
from feedparser import CharacterEncodingOverride, NonXMLContentType

from flows.ingest.readers.html_page import fragment_text
from flows.ingest.record import Failure, Reading, Record

LARGEST_FEED = 1 << 26
HARMLESS = (CharacterEncodingOverride, NonXMLContentType)


def read_feed(stream: BinaryIO) -> Reading:
    """The entries of a feed; a feed that breaks off gives the entries before the break and one failure."""
    data = stream.read(LARGEST_FEED + 1)
    if len(data) > LARGEST_FEED:
        yield Failure(0, 0, "malformed_record", f"a feed of more than {LARGEST_FEED} bytes")
        return
    # A stream, never bare bytes: the library takes bytes that look like an address for one and would fetch it.
    feed = feedparser.parse(io.BytesIO(data))
    publisher = feed.feed.get("title")
    for number, entry in enumerate(feed.entries):
        yield _entry_record(entry, number, publisher)
    error = feed.get("bozo_exception")
    if error is not None and not isinstance(error, HARMLESS):
        yield Failure(len(feed.entries), None, "malformed_record", f"the feed is broken: {error}")
    elif not feed.get("version"):
        yield Failure(len(feed.entries), None, "malformed_record", "no RSS or Atom feed")


def _entry_record(entry: Any, number: int, publisher: str | None) -> Record:
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    body = max(contents, key=len, default="") or entry.get("summary") or ""
    source = entry.get("source") or {}
    return Record(
        number=number,
        byte_offset=None,
        body=fragment_text(body) if body else "",
        title=fragment_text(entry.title) if entry.get("title") else None,
        published=entry.get("published") or entry.get("updated"),
        publisher=source.get("title") or publisher,
        url=entry.get("link"),
        source_id=entry.get("id"),
    )
