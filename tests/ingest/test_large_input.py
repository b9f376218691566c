"""Input without end: lines of a gigabyte, bombs, very many files; each within a bound of memory and in linear time."""

from __future__ import annotations

import gzip
import io
import json
import time
from itertools import islice
from pathlib import Path

import pytest
import zstandard

from flows.ingest import lines as line_reading
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import records
from flows.ingest.readers import csv_table, json_document, parquet_table
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Failure, Record
from tests.ingest.samples import SENTENCES, ingested
from tests.ingest.streams import MEBIBYTE, Repeated, peak_megabytes, streamed
from tests.ingest.test_archives import response, warc
from tests.ingest.test_readers import reasons
from tests.ingest.test_stage import balances, put

GIBIBYTE = 1 << 30
FEW_MEGABYTES = 600
"""A bound of memory: a line of 64 MiB, its text, and a copy on the way; never the gigabyte itself."""


def line(text: str) -> bytes:
    return json.dumps({"text": text}).encode() + b"\n"


@pytest.mark.parametrize("begin", [b'{"text": "', b""], ids=["object", "nothing"])
def test_a_line_of_a_gigabyte_costs_itself_and_not_its_size(begin: bytes) -> None:
    found: list[Record | Failure] = []
    stream = Repeated(line("One.") + begin, b"x" * MEBIBYTE, GIBIBYTE, b'"}\n' + line("Two."))
    assert peak_megabytes(lambda: found.extend(streamed("jsonl", stream))) < FEW_MEGABYTES
    assert reasons(found) == ["record", "malformed_record", "record"]
    assert isinstance(found[1], Failure) and found[1].detail == "a line longer than 67108864 bytes"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_so_does_a_line_in_a_wide_encoding(encoding: str) -> None:
    found: list[Record | Failure] = []
    mark, rest = "\ufeff", encoding + "-le"
    begin = (mark + line("One.").decode()).encode(rest)
    stream = Repeated(begin, "x".encode(rest) * (MEBIBYTE // 4), GIBIBYTE, ("\n" + line("Two.").decode()).encode(rest))
    assert peak_megabytes(lambda: found.extend(streamed("jsonl", stream))) < FEW_MEGABYTES
    assert reasons(found) == ["record", "malformed_record", "record"]


def test_a_table_whose_quote_never_closes_is_given_up_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (line_reading, csv_table):
        monkeypatch.setattr(module, "LONGEST_LINE", MEBIBYTE)
    found: list[Record | Failure] = []
    stream = io.BufferedReader(Repeated(b'text\nOne.\n"\n', b'","\n', 16 * MEBIBYTE))
    reading = csv_table.read_csv(stream, column_mapping(None))
    # After the row that is given up, each line is a row of its own.
    assert peak_megabytes(lambda: found.extend(islice(reading, 3))) < 100
    assert reasons(found) == ["record", "malformed_record", "record"]
    assert isinstance(found[1], Failure) and found[1].detail == f"a row longer than {MEBIBYTE} characters"


def test_a_long_line_of_a_table_is_said_to_be_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reading, "LONGEST_LINE", 64)
    (first, second, third) = streamed("csv", io.BytesIO(b"id,text\n1,One.\n2," + b"x" * 100 + b"\n3,Three.\n"))  # type: ignore[arg-type]
    assert isinstance(first, Record) and isinstance(third, Record)
    assert isinstance(second, Failure)
    assert (second.reason, second.detail) == ("malformed_record", "a line longer than 64 bytes")


def test_a_json_value_of_a_gigabyte_is_a_reject() -> None:
    found: list[Record | Failure] = []
    stream = Repeated(b'[{"text": "One."}, {"text": "', b"x" * MEBIBYTE, GIBIBYTE)
    assert peak_megabytes(lambda: found.extend(streamed("json", stream))) < FEW_MEGABYTES
    assert reasons(found) == ["record", "malformed_record"]
    detail = f"no JSON: one value longer than {json_document.LARGEST_VALUE} characters; the rest is not read"
    assert isinstance(found[1], Failure) and found[1].detail == detail


def test_many_small_values_after_a_large_one_take_linear_time() -> None:
    def seconds(n_values: int) -> float:
        begin = b'[{"text": "' + b"x" * (4 * MEBIBYTE) + b'"}'
        started = time.process_time()
        data = begin + b",5" * n_values + b"]"
        assert len(streamed("json", io.BytesIO(data))) == n_values + 1  # type: ignore[arg-type]
        return time.process_time() - started

    short, long = seconds(50_000), seconds(100_000)
    assert long < 4 * short + 1


@pytest.mark.parametrize("suffix", ["gz", "zst"])
@pytest.mark.parametrize(
    ("name", "begin", "reason"),
    [
        ("a.txt", b"", "malformed_record"),
        ("a.jsonl", b'{"text": "', "malformed_record"),
        ("a.html", b"<html><body><p>", "malformed_record"),
        ("a.rss", b"<rss><channel><item>", "malformed_record"),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: ", "malformed_record"),
        ("a.parquet", b"", "unreadable_file"),
        ("a.md", b"", "unknown_format"),
    ],
)
def test_a_bomb_is_a_reject_within_bounds(tmp_path: Path, suffix: str, name: str, begin: bytes, reason: str) -> None:
    path = tmp_path / f"{name}.{suffix}"
    _write_bomb(path, begin, GIBIBYTE)
    assert path.stat().st_size < 5 * MEBIBYTE
    found: list[Record | Failure] = []
    file = CorpusFile(path.name, path.as_uri(), path.stat().st_size)
    peak = peak_megabytes(lambda: found.extend(one for _, one in records(file, column_mapping(None))))
    assert peak < FEW_MEGABYTES, peak
    assert reasons(found) == [reason] and isinstance(found[0], Failure) and found[0].detail


def _write_bomb(path: Path, begin: bytes, n_bytes: int) -> None:
    """`begin` and `n_bytes` of one letter: one frame of zstd, or members of gzip (the same for all but the first)."""
    filling = b"x" * (16 * MEBIBYTE)
    times = n_bytes // len(filling)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(begin) + gzip.compress(filling, 1) * times)
        return
    with zstandard.open(path, "wb") as sink:
        sink.write(begin)
        for _ in range(times):
            sink.write(filling)


@pytest.mark.parametrize("coding", ["gzip", "zstd", "deflate"])
def test_a_bomb_within_an_archive_costs_itself_only(coding: str) -> None:
    body = b"<html><body><p>" + b"x " * (32 * MEBIBYTE)
    packed = zstandard.compress(body) if coding == "zstd" else gzip.compress(body, 1)
    packed = packed[10:-8] if coding == "deflate" else packed
    bomb = warc("response", response(packed, headers=f"Content-Type: text/html\r\nContent-Encoding: {coding}"))
    found: list[Record | Failure] = []
    archive = io.BytesIO(bomb + warc("response", response()))
    assert peak_megabytes(lambda: found.extend(streamed("warc", archive))) < FEW_MEGABYTES  # type: ignore[arg-type]
    assert reasons(found) == ["malformed_record", "record"]
    assert isinstance(found[0], Failure) and found[0].detail == "a page of more than 8388608 bytes"


def test_a_table_too_large_to_be_copied_is_a_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_table, "LARGEST_FILE", MEBIBYTE)
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + b"x" * 2 * MEBIBYTE)
    ((_, found),) = records(CorpusFile(path.name, path.as_uri(), 0), column_mapping(None))
    assert isinstance(found, Failure)
    assert (found.reason, found.detail) == ("unreadable_file", f"a table of more than {MEBIBYTE} bytes; split it")


def test_very_many_files_take_time_and_memory_by_their_number(tmp_path: Path) -> None:
    def seconds(n_files: int) -> float:
        folder = tmp_path / str(n_files)
        corpus = put(folder / "in", {f"{n % 10}/{n}.txt": f"{SENTENCES[n % 4]} {n}".encode() for n in range(n_files)})
        started = time.process_time()
        outcome = ingested([corpus], folder)
        assert balances(outcome) and len(outcome.articles) == len(outcome.files) == n_files
        return time.process_time() - started

    seconds(20)
    few, many = seconds(150), seconds(600)
    assert many < 4 * few * 2.5 + 1
