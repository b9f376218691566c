"""Bad input by name: each case ends in a reject that says why, or is read right, and costs nothing but itself."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pytest
import zstandard

from flows.ingest.dates import LONGEST_DATE, published_at
from flows.ingest.discovery import CorpusFile, discover
from flows.ingest.encoding import decode
from flows.ingest.file_reading import records
from flows.ingest.normalise import normalise
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Failure, Record
from tests.ingest.samples import PAGE, SENTENCES, Outcome, ingested, read
from tests.ingest.test_archives import response, warc
from tests.ingest.test_readers import ATOM, RSS, reasons
from tests.ingest.test_stage import balances, jsonl, put


def of(tmp_path: Path, files: dict[str, bytes]) -> Outcome:
    """What ingest makes of files, whose account must add up."""
    outcome = ingested([put(tmp_path / "in", files)], tmp_path)
    assert balances(outcome)
    return outcome


def why(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Reason and detail of the last reject of every file."""
    return {row["corpus"]: (row["reason"], row["detail"]) for row in outcome.rejects}


# Truncated and clipped


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_compressed_file_cut_anywhere_gives_what_stands_before_the_cut(pack: Any) -> None:
    members = [pack(jsonl({"text": f"{text} {place}"})) for place, text in enumerate(SENTENCES)]
    whole = b"".join(members)
    borders = [sum(map(len, members[:place])) for place in range(len(members) + 1)]
    memory = fsspec.filesystem("memory")
    for end in sorted({*range(3, len(whole), 11), *borders[1:], *(border - 1 for border in borders[1:])}):
        memory.pipe("/cut/wire.jsonl", whole[:end])
        file = CorpusFile("wire.jsonl", "memory://cut/wire.jsonl", end)
        found = [one for _, one in records(file, column_mapping(None))]
        n_whole = sum(border <= end for border in borders[1:])
        assert sum(isinstance(one, Record) for one in found) >= n_whole
        if end not in borders:
            assert isinstance(found[-1], Failure) and found[-1].reason in ("truncated", "malformed_record"), end


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_compressed_file_without_its_beginning_is_a_reject(tmp_path: Path, pack: Any) -> None:
    data = pack(jsonl({"text": SENTENCES[0]}))
    suffix = "gz" if pack is gzip.compress else "zst"
    outcome = of(tmp_path, {f"clipped.jsonl.{suffix}": data[5:]})
    assert why(outcome) == {
        f"clipped.jsonl.{suffix}": (
            "unreadable_file",
            f"the name says {'gzip' if suffix == 'gz' else 'zstd'}, the bytes are not",
        )
    }


def test_a_damaged_checksum_keeps_the_records_and_says_so(tmp_path: Path) -> None:
    data = gzip.compress(jsonl({"text": SENTENCES[0]}))
    outcome = of(tmp_path, {"wire.jsonl.gz": data[:-8] + b"\0" * 8})
    assert len(outcome.articles) == 1
    assert why(outcome)["wire.jsonl.gz"][0] == "unreadable_file" and "check" in why(outcome)["wire.jsonl.gz"][1]


def test_an_archive_cut_anywhere_keeps_its_whole_records() -> None:
    one = warc("response", response())
    for end in range(1, 2 * len(one), 61):
        found = reasons(read("warc", (one * 2)[:end]))
        assert found.count("record") == (2 if end >= 2 * len(one) - 4 else end >= len(one) - 4), end
        assert len(found) <= 2


def test_an_archive_without_its_beginning_is_one_reject_that_says_so() -> None:
    (failure,) = read("warc", warc("response", response())[9:])
    assert isinstance(failure, Failure) and failure.reason == "malformed_record"
    assert failure.detail is not None and "the rest is not read" in failure.detail


@pytest.mark.parametrize("url", ["http://[::1", "https://a.example:port/", "", "::", "https://" + "a" * 5000])
def test_an_address_that_is_none_costs_no_page_of_the_archive(url: str) -> None:
    record = warc("response", response()).replace(b"https://courier.example/missiles", url.encode())
    assert reasons(read("warc", record + warc("response", response()))) == ["record", "record"]


# Nested deeply


@pytest.mark.parametrize("piece", [b"[", b'{"a":', b'{"text":['], ids=["arrays", "objects", "texts"])
@pytest.mark.parametrize("format_name", ["json", "jsonl"])
def test_json_nested_deeply_is_a_reject(format_name: str, piece: bytes) -> None:
    found = read(format_name, b'{"text": "One."}\n' + piece * 200_000 + b"\n")
    assert reasons(found) == ["record", "malformed_record"]
    assert isinstance(found[1], Failure) and found[1].detail is not None and found[1].detail.startswith("no JSON: ")


@pytest.mark.parametrize("tag", ["div", "b", "p", "ul><li", "table><tr><td", "blockquote", "svg", "font"])
def test_html_nested_deeply_is_read_or_a_reject(tag: str) -> None:
    page = PAGE.replace("<article>", "<article>" + f"<{tag}>" * 20_000)
    (found,) = read("html", page.encode())
    assert isinstance(found, Record) or found.reason in ("no_text", "malformed_record")


def test_a_page_on_which_the_library_stumbles_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.ingest.readers import html_page

    def stumbles(*_: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(html_page, "extract_page", stumbles)
    found = read("warc", warc("response", response()) * 2)
    assert reasons(found) == ["malformed_record"] * 2
    detail = "the page cannot be taken apart: RecursionError: maximum recursion depth exceeded"
    assert isinstance(found[1], Failure) and found[1].detail == detail


# Encodings and characters


def test_a_wrong_byte_in_a_json_document_costs_only_its_record() -> None:
    data = json.dumps([{"text": text} for text in SENTENCES]).encode().replace(b"Tehran", b"T\xe9h\xe9ran")
    found = read("json", data)
    assert reasons(found) == ["record", "undecodable_text", "record", "record"]
    assert [one.byte_offset for one in found] == [data.index(b'{"text": "' + word) for word in (b"Pol", b"T", b"The", b"Par")]


def test_lines_in_mixed_encodings_are_read_each_in_its_own() -> None:
    text = "L’armée a reçu des véhicules blindés. " * 3
    line = json.dumps({"text": text}, ensure_ascii=False) + "\n"
    found = read("jsonl", line.encode() + line.encode("cp1252") + line.encode())
    assert [one.body for one in found if isinstance(one, Record)] == [text] * 3


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "hex", "undefined", "x"])
def test_a_charset_that_is_none_is_not_believed(charset: str) -> None:
    assert decode("Tromsø ".encode() * 9, charset) == "Tromsø " * 9
    assert decode("Tromsø sendte kjøretøy til Ukraina. ".encode("cp1252") * 9, charset).startswith("Tromsø")


def test_lone_surrogates_and_nul_bytes_are_read_as_text(tmp_path: Path) -> None:
    row = rb'{"id": "\udc00", "title": "T\u0000anks\ud83d", "text": "Oslo \ud800 sent\u0000 radars.", "url": "\udfff"}'
    outcome = of(tmp_path, {"wire.jsonl": row, "wire.json": row, "nul.txt": b"Oslo sent\0 radars to Kyiv on Friday, and twice before that."})
    assert {article["text"] for article in outcome.articles} == {
        "Tanks\ufffd\n\nOslo \ufffd sent radars.",
        "Oslo sent radars to Kyiv on Friday, and twice before that.",
    }


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55357;", "&#xDFFF;", "&#57343;"])
def test_a_feed_with_half_a_character_keeps_its_entries(reference: str) -> None:
    found = read("feed", ATOM.replace("Statement", f"State{reference}ment").encode())
    assert [one.body for one in found if isinstance(one, Record)] == [SENTENCES[3]]


def test_an_entry_whose_markup_cannot_be_taken_apart_costs_itself_only() -> None:
    found = read("feed", RSS.replace("&lt;p&gt;", "&lt;![x[ &lt;p&gt;").replace("No text", "Other").encode())
    assert len(found) == 2 and isinstance(found[1], Record)


@pytest.mark.parametrize("mark", [unicodedata.lookup(name) for name in (
    "ZERO WIDTH SPACE", "ZERO WIDTH JOINER", "ZERO WIDTH NON-JOINER", "WORD JOINER", "SOFT HYPHEN",
    "RIGHT-TO-LEFT MARK", "RIGHT-TO-LEFT OVERRIDE", "POP DIRECTIONAL FORMATTING", "FIRST STRONG ISOLATE",
    "ARABIC LETTER MARK", "COMBINING GRAPHEME JOINER", "VARIATION SELECTOR-16", "INVISIBLE SEPARATOR",
    "ZERO WIDTH NO-BREAK SPACE", "MONGOLIAN VOWEL SEPARATOR", "TAG LATIN SMALL LETTER A", "HANGUL FILLER")])
def test_what_is_not_seen_hides_no_name(mark: str) -> None:
    from flows.extract.actors import find_mentions

    text = normalise(f"Po{mark}land will send tanks to {mark}Uk{mark}raine{mark}, Warsaw said.")
    assert text == "Poland will send tanks to Ukraine, Warsaw said."
    assert {"POL", "UKR"} <= {mention.actor_id for mention in find_mentions(text)}


# XML


def lol(depth: int) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">\n' for n in range(1, depth))
    return f'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY l0 "{"x" * 100}">\n{entities}]>\n'


@pytest.mark.parametrize("name", ["feed.rss", "page.html", "other.xml"])
def test_entities_that_grow_are_not_expanded(tmp_path: Path, name: str) -> None:
    body = RSS.split("?>", 1)[1] if name != "page.html" else PAGE
    data = lol(12) + body.replace("Tanks", "&l11;").replace(SENTENCES[0], f"{SENTENCES[0]} &l11;")
    outcome = of(tmp_path, {name: data.encode()})
    assert all(article["n_chars"] < 5000 for article in outcome.articles)
    assert outcome.files[0]["n_records"] >= 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://courier.example/x", "SECRET"])
def test_external_entities_are_never_fetched(tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0 a secret of this machine", encoding="utf-8")
    target = secret.as_uri() if target == "SECRET" else target
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "{target}"><!ENTITY % y SYSTEM "{target}"> %y;]>'
    feed = head + RSS.split("?>", 1)[1].replace("Tanks", "&x;").replace(SENTENCES[1], "&x;")
    page = head + PAGE.replace("<p>", "<p>&x; ", 1)
    atom = head + ATOM.split("?>", 1)[1].replace(SENTENCES[3], f"{SENTENCES[3]} &x;")
    outcome = of(tmp_path, {"a.rss": feed.encode(), "b.html": page.encode(), "c.atom": atom.encode()})
    assert outcome.articles
    told = json.dumps([outcome.articles, outcome.rejects], default=str)
    assert "a secret of this machine" not in told and "root:" not in told


# Dates


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("0000-01-01", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01", None),
        ("1399-12-31", None),
        ("1945-05-08T23:01:00+01:00", datetime(1945, 5, 8, 22, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", None),
        ("9999-12-31", None),
        ("10000-01-01", None),
        ("2023-05-04T09:30:00+14:00", datetime(2023, 5, 3, 19, 30, tzinfo=UTC)),
        ("2023-05-04T09:30:00-12:00", datetime(2023, 5, 4, 21, 30, tzinfo=UTC)),
        ("2023-05-04T09:30:00+05:45", datetime(2023, 5, 4, 3, 45, tzinfo=UTC)),
        ("2023-05-04T09:30:00+99:00", None),
        ("Thu, 04 May 2023 09:30:00 -9959", None),
        ("Thu, 04 May 2023 09:30:00 XYZ", None),
        ("2023-02-30", None),
        ("2023-05-04T25:61:61Z", None),
        ("2023-05-04 " + " " * 10_000_000 + "x", None),
        ("1 " * 5_000_000, None),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        (-1e300, None),
    ],
)
def test_a_date_is_read_in_utc_or_not_at_all(raw: Any, moment: datetime | None) -> None:
    assert published_at(raw) == moment
    assert LONGEST_DATE < 1000


# Ids, files, folders and links


def test_texts_that_share_an_id_are_all_kept(tmp_path: Path) -> None:
    outcome = of(tmp_path, {"wire.jsonl": jsonl(*({"id": "7", "text": text} for text in SENTENCES))})
    assert {row["source_id"] for row in outcome.articles} == {"7"}
    assert len({row["article_id"] for row in outcome.articles}) == len(SENTENCES) and not outcome.rejects


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.txt", "no_text"),
        ("a.html", "no_text"),
        ("a.warc", None),
        ("a.arc", None),
        ("a.rss", "malformed_record"),
        ("a.jsonl", None),
        ("a.json", "malformed_record"),
        ("a.csv", "missing_column"),
        ("a.parquet", "unreadable_file"),
        ("a.xml", "unknown_format"),
        ("a", "unknown_format"),
        ("a.txt.gz", "unreadable_file"),
    ],
)
def test_an_empty_file_has_no_record_or_one_reject(tmp_path: Path, name: str, reason: str | None) -> None:
    outcome = of(tmp_path, {name: b""})
    assert outcome.reasons == ([reason] if reason else [])
    assert outcome.files[0]["n_records"] == len(outcome.rejects) and all(row["detail"] for row in outcome.rejects)


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from tests.ingest.samples import ingested
import flows.ingest.readers
os.setgid(65534); os.setuid(65534)
outcome = ingested([sys.argv[1]], Path(sys.argv[2]))
for row in sorted(outcome.rejects, key=lambda row: row["corpus"]):
    print(row["corpus"], row["reason"], row["detail"], sep="|")
print(len(outcome.articles))
try:
    ingested([sys.argv[1] + "/closed"], Path(sys.argv[2]) / "again")
except PermissionError as error:
    print(str(error).replace(sys.argv[1], "IN"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights up to be refused")
def test_a_folder_without_permission_is_a_reject_and_not_passed_over(tmp_path: Path) -> None:
    corpus = Path(put(tmp_path / "in", {"open.txt": SENTENCES[0].encode(), "closed/a.txt": b"x", "secret.txt": b"x"}))
    (corpus / "closed").chmod(0)
    (corpus / "secret.txt").chmod(0)
    work = tmp_path / "work"
    work.mkdir(mode=0o777)
    work.chmod(0o777)
    for folder in (tmp_path, *tmp_path.parents[: len(tmp_path.parents) - 2]):
        folder.chmod(folder.stat().st_mode | 0o755)
    command = [sys.executable, "-c", UNPRIVILEGED, str(corpus), str(work)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stdout.splitlines() == [
        "closed|unreadable_file|the folder cannot be listed: Permission denied",
        "secret.txt|unreadable_file|Permission denied",
        "1",
        "corpus 'IN/closed' cannot be listed: Permission denied",
    ], told.stderr


def test_links_that_loop_and_special_files_are_rejects(tmp_path: Path) -> None:
    corpus = tmp_path / "in"
    put(corpus, {"a/good.txt": SENTENCES[0].encode()})
    (corpus / "a" / "up").symlink_to(corpus)
    (corpus / "one.txt").symlink_to(corpus / "two.txt")
    (corpus / "two.txt").symlink_to(corpus / "one.txt")
    os.mkfifo(corpus / "pipe.jsonl")
    outcome = ingested([str(corpus)], tmp_path)
    assert balances(outcome) and [row["corpus"] for row in outcome.articles] == ["a/good.txt"]
    assert why(outcome) == {
        "a/up": ("unreadable_file", "a link to a folder is not followed; give that folder as a corpus of its own"),
        "one.txt": ("unreadable_file", "Too many levels of symbolic links"),
        "two.txt": ("unreadable_file", "Too many levels of symbolic links"),
        "pipe.jsonl": ("unreadable_file", "neither a file nor a folder, but a pipe, a socket or a device"),
    }


def test_odd_file_names_are_files_like_others(tmp_path: Path) -> None:
    names = ["a::b.txt", "memory::c.txt", "50%.txt", "q?x=1.txt", "#1.txt", "new\nline.txt", "http:.txt", "-rf.txt"]
    outcome = of(tmp_path, {name: f"{SENTENCES[0]} {place}".encode() for place, name in enumerate(names)})
    assert len(outcome.articles) == len(names), why(outcome)


def test_folders_nested_deeply_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "/".join("d" * 1100)
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(SENTENCES[0], encoding="utf-8")
    assert len(discover([str(tmp_path / "in")])) == 1


def test_an_article_of_five_megabytes_is_read_whole(tmp_path: Path) -> None:
    text = " ".join(f"{SENTENCES[place % 4]} Report {place}." for place in range(52_000))
    outcome = of(tmp_path, {"wire.jsonl": jsonl({"text": text}, {"text": SENTENCES[1]})})
    assert max(row["n_chars"] for row in outcome.articles) == len(text) > 5_000_000
