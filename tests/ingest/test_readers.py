"""Every reader: what it finds in a good file, and what it makes of a broken one."""

from __future__ import annotations

import gzip
import io
import json
import socket
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.ingest.readers import ENDINGS, format_of, html_page, reader_of
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Failure, Record
from schemas.tables import vocabulary
from tests.ingest.samples import PAGE, SENTENCES, read


def reasons(found: list[Record | Failure]) -> list[str]:
    return [one.reason if isinstance(one, Failure) else "record" for one in found]


def only(found: list[Record | Failure]) -> Record:
    (record,) = found
    assert isinstance(record, Record), record
    return record


# Which reader


@pytest.mark.parametrize(
    ("name", "head", "format_name"),
    [
        ("wire/News.JSONL.gz", b"", "jsonl"),
        ("a.txt.zst", b"", "text"),
        ("CC-NEWS-20230504.warc.gz", b"", "warc"),
        ("feed.xml", b'<?xml version="1.0"?>\n<!-- made by hand -->\n<rss version="2.0">', "feed"),
        ("feed.xml", b'\n<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        ("page.xml", b'<?xml version="1.0"?><!DOCTYPE html><html>', "html"),
        ("page", b"<!doctype html>\n<html>", "html"),
        ("feed.jsonl?***", b"", "jsonl"),
        ("Wire.JSONL.gz?***#2", b"", "jsonl"),
        ("a.txt#2", b"", "text"),
        ("archive", b"WARC/1.0\r\n", "warc"),
        ("table", b"PAR1", "parquet"),
        ("README.md", b"# A corpus", "unknown"),
        ("README", b"A corpus", "unknown"),
        ("sitemap.xml", b"<urlset>", "unknown"),
        ("photo.jpg", b"<html>", "unknown"),
        ("folder.txt/photo", b"", "unknown"),
    ],
)
def test_a_format_is_told_by_ending_then_by_beginning(name: str, head: bytes, format_name: str) -> None:
    assert format_of(name, head) == format_name


def test_every_format_is_in_the_vocabulary_and_has_a_reader() -> None:
    assert set(ENDINGS.values()) | {"unknown"} == set(vocabulary("format"))
    for format_name in set(ENDINGS.values()):
        assert callable(reader_of(format_name, column_mapping(None)))


# Plain text


def test_a_text_without_front_matter_is_all_body() -> None:
    assert only(read("text", SENTENCES[0].encode())) == Record(0, 0, SENTENCES[0])


def test_front_matter_gives_the_fields_of_a_text() -> None:
    text = f"""---
title: "Warsaw pledges tanks: fourteen Leopards"
date: 2023-01-20
publisher: Northern Courier
url: https://courier.example/tanks
# a remark
section: world
---
{SENTENCES[0]}
"""
    record = only(read("text", text.replace("\n", "\r\n").encode()))
    assert (record.title, record.published) == ("Warsaw pledges tanks: fourteen Leopards", "2023-01-20")
    assert (record.publisher, record.url) == ("Northern Courier", "https://courier.example/tanks")
    assert record.body.strip() == SENTENCES[0]


@pytest.mark.parametrize("text", ["---\nNo field here.\n---\nText.", "---\ntitle: never closed\n\nText.", "--- a dash"])
def test_dashes_that_fence_no_fields_are_text(text: str) -> None:
    assert only(read("text", text.encode())) == Record(0, 0, text)


def test_a_binary_file_with_the_name_of_a_text_is_undecodable() -> None:
    assert reasons(read("text", bytes(range(256)) * 8)) == ["undecodable_text"]


# Web pages


def test_a_page_gives_main_text_title_date_and_publisher() -> None:
    record = only(read("html", PAGE.encode()))
    assert record.title == "Norway sends air defence missiles to Ukraine"
    assert record.published == "2023-05-04"
    assert record.publisher == "Northern Courier"
    assert record.body.startswith("The Norwegian defence ministry said")
    assert record.body.count("\n\n") == 2, "each paragraph is parted by a blank line"
    assert "Sport" not in record.body and "rights reserved" not in record.body


def test_a_page_is_read_in_the_charset_it_declares() -> None:
    page = PAGE.replace("utf-8", "iso-8859-1").replace("Oslo", "Tromsø")
    assert "Tromsø" in only(read("html", page.encode("latin-1"))).body


@pytest.mark.parametrize("page", ["", "<html><body></body></html>", "<html", "\x00", "<p>" * 3000])
def test_a_page_without_main_text_is_a_failure(page: str) -> None:
    (failure,) = read("html", page.encode())
    assert isinstance(failure, Failure) and failure.reason in ("no_text", "undecodable_text")


def test_a_page_too_large_to_be_an_article_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "LARGEST_PAGE", 100)
    assert reasons(read("html", PAGE.encode())) == ["malformed_record"]


def test_reading_fetches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    linked = PAGE.replace("</head>", '<link rel="canonical" href="https://courier.example/a"></head>')
    assert reasons(read("html", linked.encode())) == ["record"]
    assert reasons(read("feed", b"http://courier.example/feed.rss")) == ["malformed_record"]


# Feeds

RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Northern Courier</title>
<item><title>Tanks &amp; trucks</title><link>https://courier.example/1</link><guid>c-1</guid>
<pubDate>Fri, 20 Jan 2023 10:00:00 +0100</pubDate>
<description>&lt;p&gt;{SENTENCES[0]}&lt;/p&gt;&lt;p&gt;{SENTENCES[1]}&lt;/p&gt;</description></item>
<item><title>No text</title></item></channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ministry of Defence</title>
<entry><title>Statement</title><id>tag:1</id><link href="https://mod.example/1"/><updated>2023-01-20T10:00:00Z</updated>
<summary>Short.</summary><content type="html">&lt;div&gt;{SENTENCES[3]}&lt;/div&gt;</content></entry></feed>"""


def test_an_rss_feed_gives_its_items() -> None:
    first, second = read("feed", RSS.encode())
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.body == f"{SENTENCES[0]}\n\n{SENTENCES[1]}"
    assert (first.title, first.publisher, first.source_id) == ("Tanks & trucks", "Northern Courier", "c-1")
    assert (first.published, first.url) == ("Fri, 20 Jan 2023 10:00:00 +0100", "https://courier.example/1")
    assert (second.number, second.body) == (1, "")


def test_an_atom_feed_gives_the_content_of_its_entries_rather_than_the_summary() -> None:
    record = only(read("feed", ATOM.encode()))
    assert (record.body, record.publisher, record.published) == (
        SENTENCES[3],
        "Ministry of Defence",
        "2023-01-20T10:00:00Z",
    )


def test_a_feed_that_breaks_off_keeps_its_entries_and_has_one_failure() -> None:
    assert reasons(read("feed", RSS[: RSS.index("<item><title>No text")].encode())) == ["record", "malformed_record"]


@pytest.mark.parametrize("data", [b"", b"<rss>", b"no feed at all"])
def test_what_is_no_feed_is_one_failure(data: bytes) -> None:
    assert reasons(read("feed", data)) == ["malformed_record"]


# JSON Lines


def test_json_lines_know_their_number_and_offset() -> None:
    first = json.dumps({"text": SENTENCES[0], "id": 7, "published": "2023-01-20"})
    found = read("jsonl", f"{first}\n\n{json.dumps({'text': SENTENCES[1]})}\n".encode())
    assert found == [
        Record(0, 0, SENTENCES[0], published="2023-01-20", source_id="7"),
        Record(1, len(first) + 2, SENTENCES[1]),
    ]


def test_broken_lines_cost_only_themselves() -> None:
    lines = [
        b'{"text": "One."}',
        b'{"text": "Two.',
        b"[1]",
        b'{"body": "x"}',
        b'{"text": 5}',
        b"[" * 20_000,
        b'{"text": "Last."}',
    ]
    assert reasons(read("jsonl", b"\n".join(lines))) == [
        "record",
        "malformed_record",
        "malformed_record",
        "missing_column",
        "malformed_record",
        "malformed_record",
        "record",
    ]


def test_a_list_of_paragraphs_is_a_text() -> None:
    assert only(read("jsonl", b'{"text": ["One.", "Two."]}')).body == "One.\n\nTwo."


def test_the_column_mapping_names_the_columns_of_the_corpus() -> None:
    row = {"body": SENTENCES[2], "headline": "Boats", "text": "not this"}
    record = only(read("jsonl", json.dumps(row).encode(), {"text": "body", "title": "headline"}))
    assert (record.title, record.body) == ("Boats", SENTENCES[2])


def test_a_mapping_of_unknown_fields_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown fields \\['author'\\]"):
        column_mapping({"author": "byline"})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_lines_in_other_encodings_are_read(encoding: str) -> None:
    text = "L’armée a reçu des véhicules blindés. " * 3
    line = json.dumps({"text": text + "\u2028" if encoding == "utf-16" else text}, ensure_ascii=False)
    found = read("jsonl", f"{line}\n{line}\n".encode(encoding))
    assert [one.body.strip() for one in found if isinstance(one, Record)] == [text.strip()] * 2


# JSON


@pytest.mark.parametrize(
    "document",
    [
        [{"text": text} for text in SENTENCES],
        {"status": "ok", "articles": [{"text": text} for text in SENTENCES]},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_document_gives_its_objects(document: object, indent: int | None) -> None:
    found = read("json", json.dumps(document, indent=indent).encode())
    assert [one.body for one in found if isinstance(one, Record)] == list(SENTENCES)
    assert [one.number for one in found] == [0, 1, 2, 3]


def test_one_object_is_one_record_and_objects_in_a_row_are_several() -> None:
    one = json.dumps({"text": SENTENCES[0]}).encode()
    assert reasons(read("json", one)) == ["record"]
    assert reasons(read("json", one + b"\n" + one)) == ["record", "record"]


def test_elements_larger_than_one_read_are_found_with_their_offsets() -> None:
    texts = ["é" * 100_000, "b" * 300_000, "c"]
    data = json.dumps([{"text": text} for text in texts], ensure_ascii=False).encode()
    found = read("json", data)
    assert [one.body for one in found if isinstance(one, Record)] == texts
    for one in found:
        assert one.byte_offset is not None and data[one.byte_offset :].startswith(b'{"text"')


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["malformed_record"]),
        (b"[]", []),
        (b'[{"text": "One."}, {"text": "Tw', ["record", "truncated"]),
        (b'[{"text": "One."}', ["record", "truncated"]),
        (b'[{"text": "One."} {"text": "Two."}]', ["record", "malformed_record"]),
        (b'[{"text": "One."}, 5, "x"]', ["record", "malformed_record", "malformed_record"]),
        (b'{"items": []}', ["missing_column"]),
        (b'[{"text": "\xff"}]', ["undecodable_text"]),
    ],
)
def test_a_broken_json_document(data: bytes, expected: list[str]) -> None:
    found = reasons(read("json", data))
    assert [("malformed_record" if reason == "truncated" else reason) for reason in found] == [
        ("malformed_record" if reason == "truncated" else reason) for reason in expected
    ]


# CSV


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_gives_its_rows_with_offsets(delimiter: str) -> None:
    data = delimiter.join(("id", "title", "text")) + "\r\n"
    data += delimiter.join(("1", "Tanks", f'"{SENTENCES[0]}\n\n{SENTENCES[1]}"')) + "\r\n\r\n"
    start = len(data)
    data += delimiter.join(("2", '"A ""gift"""', f'"{SENTENCES[2]}"'))
    first, second = read("csv", data.encode())
    assert isinstance(first, Record) and isinstance(second, Record)
    assert first.body == f"{SENTENCES[0]}\n\n{SENTENCES[1]}"
    assert (second.number, second.title, second.source_id) == (1, 'A "gift"', "2")
    assert data[second.byte_offset or 0 :].startswith("2") and (second.byte_offset or 0) in (start, start - 2)


def test_rows_that_do_not_fit_the_header_cost_only_themselves() -> None:
    data = "id,text\n1,One.\n2,Two,too many.\n3\n4,Four.\n"
    assert reasons(read("csv", data.encode())) == ["record", "malformed_record", "malformed_record", "record"]


@pytest.mark.parametrize("data", [b"", b"id,body\n1,One.\n"])
def test_a_table_without_the_text_column_is_one_failure(data: bytes) -> None:
    (failure,) = read("csv", data)
    assert isinstance(failure, Failure) and (failure.reason, failure.number) == ("missing_column", None)


# Parquet


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def test_a_parquet_table_gives_its_rows_in_any_string_type() -> None:
    table = pa.table(
        {
            "text": pa.array(SENTENCES, pa.large_string()),
            "title": pa.array(["Tanks", None, "Tanks", "Cars"]).dictionary_encode(),
            "published": pa.array([datetime(2023, 1, 20)] * 4, pa.timestamp("ns")),
            "other": [1, 2, 3, 4],
        }
    )
    found = read("parquet", parquet(table, row_group_size=3))
    assert [one.body for one in found if isinstance(one, Record)] == list(SENTENCES)
    assert found[3] == Record(3, None, SENTENCES[3], "Cars", datetime(2023, 1, 20))


def test_a_parquet_table_without_the_text_column_is_one_failure() -> None:
    assert reasons(read("parquet", parquet(pa.table({"body": ["x"]})))) == ["missing_column"]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_what_is_no_parquet_file_is_one_failure(data: bytes) -> None:
    assert reasons(read("parquet", data)) == ["unreadable_file"]


def test_a_damaged_row_group_costs_only_itself() -> None:
    table = pa.table({"text": [text * 20 for text in SENTENCES[:3]]})
    data = parquet(table, row_group_size=1, compression="none", use_dictionary=False, write_page_checksum=True)
    found = read("parquet", data.replace(b"Tehran denied", b"Tehran sealed"))
    assert reasons(found) == ["record", "malformed_record", "record"]
    assert [one.number for one in found] == [0, 1, 2]


# Compression


def test_gzip_members_one_after_another_are_one_text() -> None:
    data = gzip.compress(b"one") + gzip.compress(b"two")
    assert gzip.decompress(data) == b"onetwo"
