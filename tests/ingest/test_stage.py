"""The stage as a whole: every record accounted for, duplicates dropped, stories named, the same rows in every run."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import file_reading
from flows.ingest.account import FileCounts, LostRecordsError, account
from flows.ingest.article import article_id
from flows.ingest.normalise import normalise, normalise_line
from flows.ingest.readers import ENDINGS
from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema
from schemas.tables import vocabulary
from tests.ingest.samples import PAGE, SENTENCES, Outcome, ingested
from tests.ingest.test_near_duplicates import COPY, OTHER, WIRE


def jsonl(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def put(folder: Path, files: dict[str, bytes]) -> str:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return str(folder)


def balances(outcome: Outcome) -> bool:
    parts = ("n_articles", "n_duplicates", "n_rejects", "n_skipped")
    return all(row["n_records"] == sum(row[part] for part in parts) for row in outcome.files)


ROW = {
    "id": "w-1",
    "title": "Warsaw pledges tanks",
    "text": SENTENCES[0],
    "published": "2023-01-20",
    "publisher": "Courier",
}


def test_an_article_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    outcome = ingested(
        [put(tmp_path / "in", {"wire.jsonl": jsonl({**ROW, "url": "https://courier.example/1"})})], tmp_path
    )
    (article,) = outcome.articles
    text = f"Warsaw pledges tanks\n\n{SENTENCES[0]}"
    assert article["text"] == text and article["n_chars"] == len(text)
    assert article["article_id"] == article_id(text, datetime(2023, 1, 20, tzinfo=UTC), "Courier")
    assert article["story_id"] == "s" + article["article_id"][1:]
    assert article["published_at"] == datetime(2023, 1, 20, tzinfo=UTC)
    assert (article["language"], article["corpus"], article["format"]) == ("en", "wire.jsonl", "jsonl")
    assert (article["source_id"], article["url"]) == ("w-1", "https://courier.example/1")
    assert pq.read_schema(tmp_path / "merged" / "articles.parquet").equals(ARTICLE_TEXT_SCHEMA)
    assert pq.read_schema(tmp_path / "merged" / "rejects.parquet").equals(arrow_schema("rejects"))
    assert pq.read_schema(tmp_path / "merged" / "corpus_files.parquet").equals(arrow_schema("corpus_files"))


def test_the_id_of_an_article_depends_on_text_time_and_publisher_only() -> None:
    moment = datetime(2023, 1, 20, tzinfo=UTC)
    ids = {article_id(SENTENCES[0], *rest) for rest in itertools.product((moment, None), ("Courier", None))}
    assert len(ids) == 4


def test_exact_duplicates_are_dropped_and_counted_in_the_later_file(tmp_path: Path) -> None:
    again = {**ROW, "url": "https://elsewhere.example/copy", "id": "w-2"}
    other_day = {**ROW, "published": "2023-01-21"}
    corpus = put(tmp_path / "in", {"a.jsonl": jsonl(ROW, again), "b.jsonl": jsonl(again, other_day)})
    outcome = ingested([corpus], tmp_path, n_files=1)
    assert [(row["corpus"], row["n_articles"], row["n_duplicates"]) for row in outcome.files] == [
        ("a.jsonl", 1, 1),
        ("b.jsonl", 1, 1),
    ]
    assert {row["source_id"] for row in outcome.articles if row["corpus"] == "a.jsonl"} == {"w-1"}, "the first is kept"


def test_near_duplicates_in_different_files_share_a_story(tmp_path: Path) -> None:
    files = {"a.txt": WIRE.encode(), "b.txt": COPY.encode(), "c.txt": OTHER.encode()}
    outcome = ingested([put(tmp_path / "in", files)], tmp_path, n_files=1)
    story = {row["corpus"]: row["story_id"] for row in outcome.articles}
    assert story["a.txt"] == story["b.txt"] != story["c.txt"]
    smallest = min(row["article_id"] for row in outcome.articles if row["corpus"] != "c.txt")
    assert story["a.txt"] == "s" + smallest[1:]


def test_records_outside_the_days_asked_for_are_skipped_and_undated_ones_kept(tmp_path: Path) -> None:
    days = ["2022-12-31", "2023-01-01T00:00:00Z", "2023-01-31T23:59:59Z", "2023-02-01", "some day"]
    rows = [{"text": f"{SENTENCES[place % 4]} {day}", "published": day} for place, day in enumerate(days)]
    corpus = put(tmp_path / "in", {"wire.jsonl": jsonl(*rows)})
    outcome = ingested([corpus], tmp_path, since=date(2023, 1, 1), until=date(2023, 1, 31))
    assert outcome.files[0]["n_skipped"] == 2 and len(outcome.articles) == 3 and balances(outcome)


def test_files_that_no_reader_takes_are_one_record_and_one_reject(tmp_path: Path) -> None:
    files = {"README.md": b"# A corpus", "index": b"x", "photo.jpg": b"\xff\xd8", "a.txt": SENTENCES[0].encode()}
    outcome = ingested([put(tmp_path / "in", files)], tmp_path)
    assert outcome.reasons == ["unknown_format"] * 3
    assert [row["n_records"] for row in outcome.files] == [1, 1, 1, 1] and balances(outcome)


def test_files_that_cannot_be_read_are_rejects_and_the_others_are_read(tmp_path: Path) -> None:
    good = jsonl(*({"text": f"{text} {place}"} for place in range(500) for text in SENTENCES))
    cut = gzip.compress(good)
    files = {
        "cut.jsonl.gz": cut[: len(cut) // 2],
        "cut.jsonl.zst": zstandard.compress(good)[:-5],
        "cut.txt.gz": gzip.compress(b"")[:-4],
        "empty.jsonl": b"",
        "empty.jsonl.gz": b"",
        "empty.txt": b"",
        "good.txt": SENTENCES[0].encode(),
        "lie.jsonl.gz": b"not compressed",
    }
    corpus = put(tmp_path / "in", files)
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere")
    outcome = ingested([corpus], tmp_path)
    reasons = {row["corpus"]: row["reason"] for row in outcome.rejects}
    assert reasons == {
        "cut.jsonl.gz": "truncated",
        "cut.jsonl.zst": "truncated",
        "cut.txt.gz": "truncated",
        "empty.jsonl.gz": "unreadable_file",
        "empty.txt": "no_text",
        "gone.txt": "unreadable_file",
        "lie.jsonl.gz": "unreadable_file",
    }
    assert balances(outcome)
    n_articles = {row["corpus"]: row["n_articles"] for row in outcome.files}
    assert n_articles["cut.jsonl.gz"] > 500, "what stands before the cut is read"
    assert n_articles["good.txt"] == 1
    assert not any(str(tmp_path) in (row["detail"] or "") for row in outcome.rejects), "no path of this machine"


def test_a_reader_that_fails_ends_its_own_file_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Callable[[object], Any]:
        raise RecursionError("a page nested too deeply")

    corpus = put(tmp_path / "in", {"a.html": PAGE.encode(), "b.md": b"x"})
    monkeypatch.setattr(file_reading, "reader_of", failing)
    outcome = ingested([corpus], tmp_path)
    assert outcome.reasons == ["malformed_record", "unknown_format"] and balances(outcome)
    assert outcome.rejects[0]["detail"] == "RecursionError: a page nested too deeply; the rest is not read"


def test_an_account_that_does_not_add_up_names_the_file() -> None:
    counts = [FileCounts("wire.jsonl", "jsonl", 5, 1)]
    assert account(counts, {"wire.jsonl": 2}, {"wire.jsonl": 1}, {"wire.jsonl": 1})[0]["n_records"] == 5
    with pytest.raises(LostRecordsError, match=r"wire\.jsonl: 5 records read, but 2 articles, 0 duplicates"):
        account(counts, {"wire.jsonl": 2}, {}, {"wire.jsonl": 1})


def test_rows_do_not_depend_on_shards_place_or_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{place}.txt": f"{text} Report {place}.".encode() for place, text in enumerate(SENTENCES * 3)}
    files |= {"pages/a.html": PAGE.encode(), "wire.jsonl": jsonl(ROW, ROW, {"text": ""}, {"body": ""}), "README": b"x"}
    first = ingested([put(tmp_path / "here", files)], tmp_path / "1")
    monkeypatch.setattr(file_reading, "BATCH_ROWS", 2)
    backwards = dict(reversed(files.items()))
    second = ingested([put(tmp_path / "there" / "deeper", backwards)], tmp_path / "2", n_files=1)
    assert first == second
    for name in ("articles", "rejects", "corpus_files"):
        paths = [tmp_path / run / "merged" / f"{name}.parquet" for run in ("1", "2")]
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_tables_are_sorted_as_declared(tmp_path: Path) -> None:
    files = {f"{place}.jsonl": jsonl({"text": text}, {"text": ""}, {}) for place, text in enumerate(SENTENCES)}
    outcome = ingested([put(tmp_path / "in", files)], tmp_path)
    ids = [row["article_id"] for row in outcome.articles]
    assert ids == sorted(ids)
    places = [(row["corpus"], row["record"]) for row in outcome.rejects]
    assert places == sorted(places)
    assert len({row["reject_id"] for row in outcome.rejects}) == len(outcome.rejects)


def test_a_corpus_in_an_object_store_is_read(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/bucket/wire/a.jsonl.gz": gzip.compress(jsonl(ROW)), "/bucket/wire/b.txt": SENTENCES[1].encode()})
    outcome = ingested(["memory://bucket/wire"], tmp_path)
    assert [(row["corpus"], row["n_articles"]) for row in outcome.files] == [("a.jsonl.gz", 1), ("b.txt", 1)]


# Properties

ENDING = st.sampled_from([*ENDINGS, "", ".xml", ".md"])
WRAP = st.sampled_from([("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress), (".gz", bytes)])
STARTS = [b"", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: ", b"PAR1", b'[{"text": "', b"<rss><channel><item>"]
STARTS += [
    b"text,id\n",
    b"<html><body><p>",
    b"filedesc://a 1 2 text/plain 3\n",
    b"---\ntitle: x\n---\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ENDING, WRAP, st.sampled_from(STARTS), st.binary(max_size=200))
def test_the_account_holds_for_arbitrary_bytes(ending: str, wrap: Any, start: bytes, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = put(Path(folder) / "in", {f"file{ending}{wrap[0]}": wrap[1](start + data)})
        outcome = ingested([corpus], Path(folder) / "work")
        assert balances(outcome)
        (file,) = outcome.files
        assert file["n_articles"] == len(outcome.articles) and file["n_rejects"] == len(outcome.rejects)
        assert set(outcome.reasons) <= set(vocabulary("reject_reason"))


def as_csv(rows: list[dict[str, str]]) -> bytes:
    sink = io.BytesIO()
    pa_csv.write_csv(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


def as_parquet(rows: list[dict[str, str]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return sink.getvalue()


FORMS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "jsonl": lambda rows: jsonl(*rows),
    "json": lambda rows: json.dumps(rows, ensure_ascii=False).encode(),
    "csv": as_csv,
    "parquet": as_parquet,
}
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=60)
RECORD = st.fixed_dictionaries({"title": WORDS, "text": WORDS.map(lambda text: f"Oslo {text}"), "publisher": WORDS})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RECORD, min_size=1, max_size=4, unique_by=lambda row: row["text"]), WRAP)
def test_any_record_is_the_same_in_every_form(rows: list[dict[str, str]], wrap: Any) -> None:
    suffix, packed = wrap if wrap != (".gz", bytes) else ("", bytes)
    texts = set()
    for row in rows:
        title, body = normalise_line(row["title"]), normalise(row["text"])
        texts.add((f"{title}\n\n{body}" if title else body, normalise_line(row["publisher"])))
    for form, written in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            corpus = put(Path(folder) / "in", {f"file.{form}{suffix}": packed(written(rows))})
            outcome = ingested([corpus], Path(folder) / "work")
            assert {(row["text"], row["publisher"]) for row in outcome.articles} == texts, form
            assert outcome.files[0]["n_records"] == len(rows) and not outcome.rejects
