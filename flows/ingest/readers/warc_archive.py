"""WARC archives by fastwarc (CC-NEWS and others): archived web pages are articles, other records are rejects."""

from __future__ import annotations

from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from flows.ingest.decompression import is_damage
from flows.ingest.readers.arc_archive import read_arc
from flows.ingest.readers.html_page import LARGEST_PAGE
from flows.ingest.readers.http_response import response_record
from flows.ingest.record import Failure, Reading, Record

ARC_START = b"filedesc://"


def read_archive(stream: BinaryIO) -> Reading:
    """Records of a WARC or, told by its first bytes, an ARC file.

    A damaged archive gives its records up to the damage and one failure for the rest, which cannot be told apart.
    """
    head: bytes = stream.peek(len(ARC_START))[: len(ARC_START)]  # type: ignore[attr-defined]
    yield from (read_arc(stream) if head == ARC_START else read_warc(stream))


def read_warc(stream: BinaryIO) -> Reading:
    """Records of a WARC file; offsets count decompressed bytes."""
    number, offset = 0, 0
    try:
        source: Any = _Forward(stream)
        # Strict about WARC headers: the lenient mode passes over damage, and with it records, without a word.
        for entry in ArchiveIterator(source, parse_http=False, stream_detect=False, quirks_mode=False):
            offset = int(entry.stream_pos)
            yield _entry_record(entry, number, offset)
            number += 1
    except BaseException as error:
        if not is_damage(error):
            raise
        reason = "truncated" if isinstance(error, EOFError) else "malformed_record"
        yield Failure(number, None, reason, f"after the record at byte {offset}: {error}; the rest is not read")


class _Forward:
    """The stream as fastwarc can take it: it would otherwise seek, which decompressed streams do not allow."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._n_read = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._n_read += len(data)
        return data

    def tell(self) -> int:
        return self._n_read


def _entry_record(entry: Any, number: int, offset: int) -> Record | Failure:
    kind = str(entry.record_type)
    if entry.record_type == WarcRecordType.response:
        # Lenient about HTTP headers: older crawls such as ClueWeb09 hold them with wrong line ends.
        entry.parse_http(quirks_mode=True)
    is_response = entry.record_type == WarcRecordType.response and entry.http_headers is not None
    is_resource = entry.record_type == WarcRecordType.resource
    if not (is_response or is_resource):
        return Failure(number, offset, "not_an_article", f"WARC record of type {kind}")
    url = (entry.headers.get("WARC-Target-URI") or "").strip("<> ") or None
    wanted = int(entry.content_length)
    if wanted > LARGEST_PAGE:
        return Failure(number, offset, "not_an_article", f"{wanted} bytes are no page")
    body = entry.reader.read()
    if len(body) < wanted:
        return Failure(number, offset, "truncated", f"{len(body)} of {wanted} bytes")
    if is_resource:
        headers = {"content-type": entry.headers.get("Content-Type") or "application/octet-stream"}
        return response_record(number, offset, url, None, headers, body)
    headers = {name.lower(): value for name, value in entry.http_headers.items()}
    return response_record(number, offset, url, _status(entry), headers, body)


def _status(entry: Any) -> int:
    try:
        return int(entry.http_headers.status_code or 0)
    except (TypeError, ValueError):
        return 0
