"""RSS and Atom feed files by feedparser: one record an entry, from its full content or else its summary."""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO

import feedparser
from feedparser import CharacterEncodingOverride, NonXMLContentType

from flows.ingest.patience import TooSlowError, patience
from flows.ingest.readers.html_page import fragment_text
from flows.ingest.record import Failure, Reading, Record

LARGEST_FEED = 1 << 26
SURROGATES = re.compile(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));"
)
"""References to halves of characters, on which the library stumbles."""
HARMLESS = (CharacterEncodingOverride, NonXMLContentType)


def read_feed(stream: BinaryIO) -> Reading:
    """The entries of a feed; a feed that breaks off gives the entries before the break and one failure."""
    data = stream.read(LARGEST_FEED + 1)
    if len(data) > LARGEST_FEED:
        yield Failure(0, 0, "malformed_record", f"a feed of more than {LARGEST_FEED} bytes")
        return
    try:
        with patience():
            feed = _parsed(data)
    except TooSlowError as error:
        yield Failure(0, 0, "malformed_record", f"the feed {error}")
        return
    except Exception as error:
        yield Failure(0, 0, "malformed_record", f"the feed cannot be taken apart: {type(error).__name__}: {error}")
        return
    publisher = feed.feed.get("title")
    for number, entry in enumerate(feed.entries):
        try:
            yield _entry_record(entry, number, publisher)
        except (AssertionError, ValueError) as error:  # what the standard library says of markup such as "<![x["
            yield Failure(number, None, "malformed_record", f"the entry cannot be taken apart: {error}")
    broken = feed.get("bozo_exception")
    if broken is not None and not isinstance(broken, HARMLESS):
        yield Failure(len(feed.entries), None, "malformed_record", f"the feed is broken: {broken}")
    elif not feed.get("version"):
        yield Failure(len(feed.entries), None, "malformed_record", "no RSS or Atom feed")


def _parsed(data: bytes) -> Any:
    # A stream, never bare bytes: the library takes bytes that look like an address for one and would fetch it.
    try:
        return feedparser.parse(io.BytesIO(data))
    except UnicodeEncodeError:
        return feedparser.parse(io.BytesIO(SURROGATES.sub(b"&#xFFFD;", data)))


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
