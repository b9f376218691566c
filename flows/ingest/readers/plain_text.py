"""Plain text files: one article a file, with optional front matter between two lines of three dashes."""

from __future__ import annotations

import re
from typing import BinaryIO

from flows.ingest.encoding import UndecodableTextError, decode
from flows.ingest.record import Failure, Reading, Record

LARGEST_FILE = 1 << 26
FENCE = re.compile(r"^-{3,}[ \t]*$")
ENTRY = re.compile(r"^([A-Za-z][\w -]*):[ \t]*(.*)$")
FIELDS = {
    "id": "source_id",
    "title": "title",
    "headline": "title",
    "date": "published",
    "published": "published",
    "publisher": "publisher",
    "source": "publisher",
    "url": "url",
    "link": "url",
}
MOST_FRONT_LINES = 40


def read_plain_text(stream: BinaryIO) -> Reading:
    """The one record of a text file. Unknown entries of the front matter are left aside."""
    data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        yield Failure(0, 0, "malformed_record", f"one text of more than {LARGEST_FILE} bytes; split it into articles")
        return
    try:
        front, body = front_matter(decode(data))
    except UndecodableTextError as error:
        yield Failure(0, 0, "undecodable_text", str(error))
        return
    yield Record(0, 0, body, **front)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Fields of the front matter, and the text after it; a block that is not all `name: value` is text."""
    lines = text.splitlines(keepends=True)
    if not lines or not FENCE.match(lines[0].rstrip("\r\n")):
        return {}, text
    found: dict[str, str] = {}
    for place, line in enumerate(lines[1:MOST_FRONT_LINES], start=1):
        line = line.rstrip()
        if FENCE.match(line):
            return found, "".join(lines[place + 1 :])
        entry = ENTRY.match(line)
        if entry is None and line and not line.startswith("#"):
            return {}, text
        if entry is not None and entry[1].lower() in FIELDS and entry[2]:
            found[FIELDS[entry[1].lower()]] = entry[2].strip("\"' ")
    return {}, text
