"""WARC and ARC archives: pages are articles, other records are rejects, damage ends a file and nothing else."""

from __future__ import annotations

import gzip
import zlib

import pytest

from flows.ingest.readers.http_response import decoded_body
from flows.ingest.record import Failure, Record
from tests.ingest.samples import PAGE, read

HTML = PAGE.encode()
URL = "https://courier.example/missiles"


def response(
    body: bytes = HTML, status: str = "200 OK", headers: str = "Content-Type: text/html; charset=utf-8"
) -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode() + body


def warc(
    kind: str, block: bytes, content_type: str = "application/http; msgtype=response", length: int | None = None
) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2023-05-05T00:00:00Z\r\n"
    head += f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(block) if length is None else length}\r\n\r\n".encode() + block + b"\r\n\r\n"


def outcomes(data: bytes) -> list[str]:
    return [one.reason if isinstance(one, Failure) else "record" for one in read("warc", data)]


def test_a_response_with_a_page_is_an_article_at_its_offset() -> None:
    info = warc("warcinfo", b"software: a crawler\r\n", "application/warc-fields")
    first, second = read("warc", info + warc("response", response()))
    assert isinstance(first, Failure) and first.reason == "not_an_article" and first.byte_offset == 0
    assert isinstance(second, Record)
    assert (second.number, second.byte_offset, second.url) == (1, len(info), URL)
    assert second.published == "2023-05-04", "the date of the page, not the day it was archived"
    assert second.body.startswith("The Norwegian defence ministry")


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("request", b"GET / HTTP/1.1\r\nHost: courier.example\r\n\r\n"),
        ("metadata", b"fetchTimeMs: 12\r\n"),
        ("response", response(status="404 Not Found")),
        ("response", response(b"\x89PNG", headers="Content-Type: image/png")),
        ("response", response(b"plain words", headers="Server: none")),
        ("revisit", response(b"")),
    ],
)
def test_other_records_are_no_articles(kind: str, block: bytes) -> None:
    assert outcomes(warc(kind, block) + warc("response", response())) == ["not_an_article", "record"]


def test_a_page_stored_as_a_resource_is_an_article() -> None:
    assert outcomes(warc("resource", HTML, "text/html")) == ["record"]


def test_a_page_without_main_text_has_no_text() -> None:
    assert outcomes(warc("response", response(b"<html><body></body></html>"))) == ["no_text"]


CHUNKED = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (HTML[:300], HTML[300:], b""))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (CHUNKED, {"transfer-encoding": "chunked"}),
        (gzip.compress(HTML), {"content-encoding": "gzip"}),
        (zlib.compress(HTML), {"content-encoding": "deflate"}),
        (zlib.compress(HTML)[2:-4], {"content-encoding": "deflate"}),
        (HTML, {"content-encoding": "gzip"}),
        (HTML, {"transfer-encoding": "chunked"}),
        (HTML, {"content-encoding": "x-unheard-of"}),
    ],
)
def test_the_coding_of_a_body_is_taken_off_where_it_is_there(body: bytes, headers: dict[str, str]) -> None:
    assert decoded_body(body, headers) == HTML


def test_an_archive_that_breaks_off_keeps_what_came_before() -> None:
    data = warc("response", response())
    assert outcomes(data + data[: len(data) // 2]) == ["record", "truncated"]


def test_damage_between_records_ends_the_archive_with_one_failure() -> None:
    data = warc("response", response())
    assert outcomes(data + b"no header at all\r\n\r\n" * 5 + data)[:2] == ["record", "malformed_record"]


def arc(body: bytes, length: int | None = None, url: str = URL, kind: str = "text/html") -> bytes:
    size = len(body) if length is None else length
    return f"{url} 192.0.2.1 20230505000000 {kind} {size}\n".encode() + body + b"\n"


ARC_HEAD = arc(
    b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n", None, "filedesc://a.arc", "text/plain"
)


def test_an_arc_file_gives_its_pages_even_from_addresses_with_spaces() -> None:
    data = ARC_HEAD + arc(response(), url="https://courier.example/a b?c=d e")
    first, second = read("warc", data)
    assert isinstance(first, Failure) and first.reason == "not_an_article"
    assert isinstance(second, Record) and second.url == "https://courier.example/a b?c=d e"
    assert second.byte_offset == len(ARC_HEAD)


def test_a_broken_arc_file_keeps_what_came_before() -> None:
    assert outcomes(ARC_HEAD + arc(response()) + b"no header\n" + arc(response())) == [
        "not_an_article",
        "record",
        "malformed_record",
    ]
    assert outcomes(ARC_HEAD + arc(response(), length=10**6)) == ["not_an_article", "truncated"]
    assert outcomes(ARC_HEAD + arc(response(), length=10**12)) == ["not_an_article", "not_an_article"]


def test_an_arc_record_that_is_no_response_is_no_article() -> None:
    assert outcomes(ARC_HEAD + arc(b"192.0.2.1\n", kind="text/dns")) == ["not_an_article", "not_an_article"]
