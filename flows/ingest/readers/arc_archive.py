"""ARC archives, the form before WARC: a line `URL IP date type length`, then that many bytes of HTTP response.

Form: https://archive.org/web/researcher/ArcFileFormat.php (versions 1 and 2).
"""

from __future__ import annotations

from typing import BinaryIO

from flows.ingest.decompression import DAMAGE
from flows.ingest.readers.html_page import LARGEST_PAGE
from flows.ingest.readers.http_response import response_record
from flows.ingest.record import Failure, Reading, Record

LONGEST_HEADER = 1 << 16
FEWEST_FIELDS = 5


class BrokenHeaderError(ValueError):
    """A line that should begin a record does not."""


def read_arc(stream: BinaryIO) -> Reading:
    """Records of an ARC file; after a broken header the place of the next record is not known, and reading ends."""
    number, offset = 0, 0
    try:
        while line := stream.readline(LONGEST_HEADER):
            start, offset = offset, offset + len(line)
            if not line.strip():
                continue
            url, media_type, length = _header(line)
            body = _body(stream, length)
            offset += length
            yield _entry_record(number, start, url, media_type, length, body)
            number += 1
    except BrokenHeaderError as error:
        yield Failure(number, start, "malformed_record", f"{error}; the rest is not read")
    except (OSError, *DAMAGE) as error:
        yield Failure(number, None, "truncated", f"after byte {offset}: {error}; the rest is not read")


def _header(line: bytes) -> tuple[str, str, int]:
    fields = line.decode("utf-8", "replace").split()
    if len(fields) < FEWEST_FIELDS or not fields[-1].isascii() or not fields[-1].isdigit():
        raise BrokenHeaderError("no ARC header of address, IP, date, type and length")
    # Addresses may hold spaces; the other fields do not, and are counted from the end.
    return " ".join(fields[:-4]), fields[-2].lower(), int(fields[-1])


def _body(stream: BinaryIO, length: int) -> bytes:
    """At most one page of the body; the rest is passed over, so that a large file is not held in memory."""
    body = stream.read(min(length, LARGEST_PAGE + 1))
    left = length - len(body)
    while left > 0 and (passed := stream.read(min(left, 1 << 20))):
        left -= len(passed)
    return body


def _entry_record(number: int, offset: int, url: str, media_type: str, length: int, body: bytes) -> Record | Failure:
    if url.startswith("filedesc:"):
        return Failure(number, offset, "not_an_article", "description of the archive")
    if length > LARGEST_PAGE:
        return Failure(number, offset, "not_an_article", f"{length} bytes are no page")
    if len(body) < length:
        return Failure(number, offset, "truncated", f"{len(body)} of {length} bytes")
    head, _, content = body.replace(b"\r\n\r\n", b"\n\n", 1).partition(b"\n\n")
    first, *lines = head.decode("latin-1").splitlines() or [""]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    headers.setdefault("content-type", media_type)
    words = first.split()
    is_http = first.startswith("HTTP/") and len(words) > 1 and words[1].isdigit()
    if not is_http:
        return Failure(number, offset, "not_an_article", f"no HTTP response; type {media_type}")
    return response_record(number, offset, url, int(words[1]), headers, content)
