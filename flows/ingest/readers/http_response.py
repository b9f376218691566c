"""From a recorded HTTP response to a page: which responses are pages, and their bytes with all coding taken off."""

from __future__ import annotations

import io
import zlib

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, ZstdReader

from flows.ingest.decompression import is_damage
from flows.ingest.readers.html_page import LARGEST_PAGE, page_record
from flows.ingest.record import Failure, Record

PAGE_TYPES = ("text/html", "application/xhtml+xml")
MARKUP_STARTS = (b"<!doctype html", b"<html", b"<head")
SNIFFED_BYTES = 1024
CODINGS = {"gzip": GzipReader, "x-gzip": GzipReader, "br": BrotliReader, "zstd": ZstdReader}


def response_record(
    number: int,
    byte_offset: int | None,
    url: str | None,
    status: int | None,
    headers: dict[str, str],
    body: bytes,
) -> Record | Failure:
    """The record of an archived response; header names are in lower case. `not_an_article` for all but good pages."""
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if status is not None and status != 200:
        return Failure(number, byte_offset, "not_an_article", f"HTTP status {status}")
    if media_type and media_type not in PAGE_TYPES:
        return Failure(number, byte_offset, "not_an_article", f"content type {media_type}")
    page = decoded_body(body, headers)
    start = page[:SNIFFED_BYTES].lower()
    if not media_type and not any(sign in start for sign in MARKUP_STARTS):
        return Failure(number, byte_offset, "not_an_article", "no content type, and no HTML at the beginning")
    _, _, charset = parameters.lower().partition("charset=")
    return page_record(page, number, byte_offset, url, charset.split(";")[0].strip(" \"'") or None)


def decoded_body(body: bytes, headers: dict[str, str]) -> bytes:
    """The body without transfer and content coding.

    Crawlers often keep the headers of a coding that they took off, so a body that is not so coded is taken as it is.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _read(ChunkedReader, body) or body
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in CODINGS:
        return _read(CODINGS[coding], body) or body
    if coding == "deflate":
        return _inflated(body)
    return body


def _read(reader: type, body: bytes) -> bytes | None:
    parts: list[bytes] = []
    n_read = 0
    try:
        opened = reader(io.BytesIO(body))
        # One byte more than the largest page says that it is too large, whatever it would unpack to.
        while n_read <= LARGEST_PAGE and (part := opened.read(1 << 16)):
            parts.append(part)
            n_read += len(part)
    except BaseException as error:
        if not is_damage(error):
            raise
        return None
    return b"".join(parts) or None


def _inflated(body: bytes) -> bytes:
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, LARGEST_PAGE + 1)
        except zlib.error:
            continue
    return body
