"""Runs over a corpus that grows and is corrected come to the tables of one run over what it is at last."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest.withdrawals import WithdrawalListError
from tests.histories import Newsroom, Told, story

SENTENCES = ("Irn sends 3 missiles to rus", "Later prk sends shells to rus", "Nothing was said of ships")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A corpus of two files, read once."""
    room = Newsroom(tmp_path / "room")
    room.write("a.jsonl", [story(number, SENTENCES[number % 3]) for number in range(6)])
    room.write("b.jsonl", [story(number, SENTENCES[number % 3], "2024-10-20") for number in range(6, 9)])
    room.run()
    return room


def in_one_run(room: Newsroom, **options: Any) -> Told:
    """One run over the corpus as it is now, with the same list of withdrawals, in a fresh output folder."""
    fresh = Newsroom(room.folder / f"fresh{room.n_runs}")
    for path in room.corpus.iterdir():
        (fresh.corpus / path.name).write_bytes(path.read_bytes())
    if (room.output / "withdrawn.csv").exists():
        (fresh.output / "withdrawn.csv").write_bytes((room.output / "withdrawn.csv").read_bytes())
    return fresh.run(**options)


def test_a_file_that_came_alone_is_read(newsroom: Newsroom) -> None:
    newsroom.write("c.jsonl", [story(20, SENTENCES[0], "2024-11-02")])
    told = newsroom.run()
    assert (told.files_read, told.n_extracted) == (["c.jsonl"], 1)
    assert told.contents() == in_one_run(newsroom).contents()


def test_nothing_is_read_where_nothing_changed(newsroom: Newsroom) -> None:
    told = newsroom.run()
    assert (told.files_read, told.n_extracted) == ([], 0)
    assert told.contents() == in_one_run(newsroom).contents()


def test_a_file_of_new_times_and_old_content_is_not_read(newsroom: Newsroom) -> None:
    (newsroom.corpus / "a.jsonl").touch()
    assert newsroom.run().files_read == []


def test_an_article_added_to_a_file_alone_is_extracted(newsroom: Newsroom) -> None:
    newsroom.write("b.jsonl", [story(number, SENTENCES[number % 3], "2024-10-20") for number in range(6, 10)])
    told = newsroom.run()
    assert (told.files_read, told.n_extracted) == (["b.jsonl"], 1)
    assert told.contents() == in_one_run(newsroom).contents()


def test_a_replaced_text_takes_its_claims_along(newsroom: Newsroom) -> None:
    records = [story(number, SENTENCES[number % 3]) for number in range(6)]
    newsroom.write("a.jsonl", [story(0, "Blr sends rockets to rus"), *records[1:]])
    told = newsroom.run()
    assert told.n_extracted == 1
    assert "BLR" in told.rows("claims")["supplier_id"].to_list()
    assert told.contents() == in_one_run(newsroom).contents()


def test_a_late_article_joins_the_event_of_its_time(newsroom: Newsroom) -> None:
    before = newsroom.run().rows("events").filter(supplier_id="IRN")
    newsroom.write("late.jsonl", [story(30, SENTENCES[0], "2024-09-25")])
    told = newsroom.run()
    after = told.rows("events").filter(supplier_id="IRN")
    assert after["event_id"].to_list() == before["event_id"].to_list(), "no new event, and no other id"
    assert after["n_claims"].sum() == before["n_claims"].sum() + 1
    assert told.contents() == in_one_run(newsroom).contents()


def test_a_late_article_may_join_two_events_to_one(tmp_path: Path) -> None:
    room = Newsroom(tmp_path)
    room.write("a.jsonl", [story(1, SENTENCES[0], "2024-03-01"), story(2, SENTENCES[0], "2024-06-01")])
    assert room.run().rows("events").height == 2
    room.write("late.jsonl", [story(3, SENTENCES[0], "2024-04-15")])
    told = room.run()
    assert told.rows("events").height == 1
    assert told.contents() == in_one_run(room).contents()


class TestDays:
    """`--since` and `--until` say which days come in; none of an earlier run goes out."""

    def test_a_backfill_adds_its_days(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        days = ["2024-01-10", "2024-05-10", "2024-09-10", "2024-12-10"]
        room.write("a.jsonl", [story(number, SENTENCES[0], day) for number, day in enumerate(days)])
        assert room.run(since=date(2024, 9, 1)).rows("articles").height == 2
        backfill = room.run(since=date(2024, 5, 1), until=date(2024, 5, 31))
        assert backfill.files_read == [], "the days of a file that is not wanted are kept in the cache all the same"
        assert backfill.rows("articles")["published_at"].dt.month().sort().to_list() == [5, 9, 12]
        nightly = room.run(since=date(2024, 9, 1))
        assert nightly.contents() == backfill.contents()
        assert nightly.rows("corpus_files")["n_skipped"].to_list() == [1]
        room.write("a.jsonl", [story(number, SENTENCES[0], day) for number, day in enumerate([*days, "2024-05-20"])])
        assert room.run(since=date(2024, 9, 1)).rows("articles").height == 4, "a late article of the days filled in"

    def test_a_run_without_days_covers_all_for_ever(self, newsroom: Newsroom) -> None:
        assert newsroom.run(since=date(2024, 10, 1)).contents() == in_one_run(newsroom).contents()

    def test_days_in_many_runs_are_those_of_one(self, newsroom: Newsroom) -> None:
        (newsroom.output / "periods.json").unlink()
        newsroom.run(until=date(2024, 9, 30))
        told = newsroom.run(since=date(2024, 10, 1))
        assert told.contents() == in_one_run(newsroom).contents()


class TestWithdrawals:
    def test_a_withdrawn_article_goes_with_its_claims_and_is_told_as_a_reject(self, newsroom: Newsroom) -> None:
        article = newsroom.run().rows("articles").filter(source_id="w-0")["article_id"][0]
        newsroom.withdraw("https://example.org/0,,,,the publisher asked on 2026-11-20")
        told = newsroom.run()
        assert (told.files_read, told.n_extracted) == ([], 0)
        assert "w-0" not in told.rows("articles")["source_id"].to_list()
        assert told.rows("claims").filter(article_id=article).height == 0
        (reject,) = told.rows("rejects").iter_rows(named=True)
        assert (reject["corpus"], reject["record"], reject["reason"]) == ("a.jsonl", 0, "withdrawn")
        assert reject["detail"] == f"{article} is on the list of withdrawals"
        assert told.contents() == in_one_run(newsroom).contents()

    def test_a_row_taken_back_brings_the_article_back(self, newsroom: Newsroom) -> None:
        before = newsroom.run().contents()
        newsroom.withdraw(",w-1,a.jsonl,,")
        assert newsroom.run().contents() != before
        newsroom.withdraw()
        assert newsroom.run().contents() == before

    @pytest.mark.parametrize(
        ("row", "said"),
        [(",,a.jsonl,,all of it", "line 2 names no article"), ("u,,,,a, b", "line 2 has more values")],
    )
    def test_a_row_that_is_not_sure_ends_the_run(self, newsroom: Newsroom, row: str, said: str) -> None:
        newsroom.withdraw(row)
        with pytest.raises(WithdrawalListError, match=said):
            newsroom.run()

    def test_a_list_without_its_first_line_ends_the_run(self, newsroom: Newsroom) -> None:
        (newsroom.output / "withdrawn.csv").write_text("https://example.org/0\n")
        with pytest.raises(WithdrawalListError, match="the first line must name"):
            newsroom.run()


class TestVersions:
    """A correction that comes in a file of its own replaces its article where the run says what tells versions."""

    def test_the_later_record_of_an_address_counts(self, newsroom: Newsroom) -> None:
        newsroom.write("c.jsonl", [story(0, "Blr sends rockets to rus", version="Corrected. ")])
        told = newsroom.run(versions_by="url")
        of_story = told.rows("articles").filter(source_id="w-0")
        assert of_story["corpus"].to_list() == ["c.jsonl"]
        (reject,) = told.rows("rejects").iter_rows(named=True)
        assert (reject["corpus"], reject["reason"]) == ("a.jsonl", "superseded")
        assert told.contents() == in_one_run(newsroom, versions_by="url").contents()

    def test_both_are_kept_where_nothing_is_said(self, newsroom: Newsroom) -> None:
        newsroom.write("c.jsonl", [story(0, "Blr sends rockets to rus", version="Corrected. ")])
        assert newsroom.run().rows("articles").filter(source_id="w-0").height == 2

    def test_the_same_text_again_is_a_duplicate_and_no_version(self, newsroom: Newsroom) -> None:
        newsroom.write("c.jsonl", [story(0, SENTENCES[0])])
        told = newsroom.run(versions_by="id")
        assert told.rows("rejects").height == 0
        assert told.rows("corpus_files")["n_duplicates"].to_list() == [0, 0, 1]


class TestFeeds:
    """What a feed showed stays in the corpus when the feed shows it no more."""

    def test_entries_stay(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        entries = [story(number, SENTENCES[number % 3], f"2024-09-{10 + number}") for number in range(7)]
        for first in (0, 2, 4):
            room.show("feed.xml", entries[first : first + 3])
            told = room.run()
        assert told.rows("articles").height == 7
        (account,) = told.rows("corpus_files").iter_rows(named=True)
        assert (account["n_records"], account["n_articles"], account["n_duplicates"]) == (7, 7, 0)
        assert told.n_extracted == 2
        room.show("feed.xml", entries)
        whole = in_one_run(room)
        assert told.contents() == whole.contents(), "as if the feed had shown everything at once"

    def test_an_entry_that_is_shown_with_another_text_is_replaced(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        room.show("feed.xml", [story(1, SENTENCES[0]), story(2, SENTENCES[1])])
        room.run()
        room.show("feed.xml", [story(2, "Blr sends rockets to rus", version="Corrected. "), story(3, SENTENCES[0])])
        told = room.run()
        assert sorted(told.rows("articles")["source_id"]) == ["w-1", "w-2", "w-3"]
        assert sorted(told.rows("claims")["supplier_id"]) == ["BLR", "IRN", "IRN"]
        assert told.rows("rejects")["reason"].to_list() == ["superseded"]
        assert told.rows("corpus_files")["n_records"].to_list() == [4]

    def test_an_id_that_all_entries_share_tells_no_versions(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        entries = [story(number, SENTENCES[0]) | {"id": "home"} for number in range(4)]
        room.show("feed.xml", entries[:2])
        room.run()
        room.show("feed.xml", entries[2:])
        assert room.run().rows("articles").height == 4

    def test_a_feed_that_shows_old_entries_again_counts_them_once(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        first, second = [story(1, SENTENCES[0])], [story(2, SENTENCES[1])]
        for shown in (first, second, first, second):
            room.show("feed.xml", shown)
            told = room.run()
        assert told.rows("corpus_files")["n_records"].to_list() == [2]
        assert len(list((room.output / "feeds").glob("*/*.gz"))) == 2

    def test_a_feed_that_is_empty_for_a_night_loses_nothing(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        room.show("feed.xml", [story(1, SENTENCES[0])])
        room.run()
        for broken in (b"", b"<html><body>503 Service Unavailable</body></html>"):
            (room.corpus / "feed.xml").write_bytes(broken)
            assert "w-1" in room.run().rows("articles")["source_id"].to_list()

    def test_without_the_cache_the_kept_showings_are_read_again(self, tmp_path: Path) -> None:
        room = Newsroom(tmp_path)
        for number in (1, 2):
            room.show("feed.xml", [story(number, SENTENCES[0])])
            before = room.run().contents()
        for path in sorted((room.output / "cache").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        told = room.run()
        assert told.files_read == ["feed.xml", "feed.xml"]
        assert told.contents() == before


# Properties

NAMES = ("a.jsonl", "b.jsonl", "c.jsonl")
DAYS = ("2024-03-01", "2024-04-20", "2024-06-10", "2024-08-30")
STORY = st.builds(
    story,
    st.integers(0, 7),
    st.sampled_from(SENTENCES),
    st.sampled_from(DAYS),
    st.sampled_from(("", "Corrected. ", "Corrected once more. ")),
)
CONTENT = st.dictionaries(st.sampled_from(NAMES), st.lists(STORY, max_size=4), max_size=2)
WITHDRAWN = st.lists(st.integers(0, 7).map(lambda number: f"https://example.org/{number},,,,"), max_size=2)
DAY = st.sampled_from([None, *(date.fromisoformat(day) for day in DAYS)])
STEP = st.tuples(CONTENT, WITHDRAWN, DAY)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=1, max_size=4), st.sampled_from([None, "url", "id"]))
def test_any_history_comes_to_the_tables_of_one_run(steps: list[Any], versions_by: Any) -> None:
    """Files added, grown, replaced and deleted; articles withdrawn and brought back; days widened."""
    with tempfile.TemporaryDirectory() as folder:
        room, first_days = Newsroom(Path(folder)), []
        room.write("z.jsonl", [story(9, SENTENCES[0])])
        for content, withdrawn, since in steps:
            for name, records in content.items():
                room.write(name, records)
            room.withdraw(*withdrawn)
            first_days.append(since)
            told = room.run(since=since, versions_by=versions_by)
        since = None if None in first_days else min(first_days)
        assert told.contents() == in_one_run(room, since=since, versions_by=versions_by).contents()
        read = (room.folder / "read.log").read_text().split()
        assert len(read) == len(set(read)), "no article is read twice"


ENTRIES = st.lists(STORY, max_size=4, unique_by=lambda record: record["id"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_any_feed_comes_to_what_it_showed_last_of_every_entry(showings: list[list[dict[str, Any]]]) -> None:
    """Whichever entries come, go and change: the tables are those of a feed with the last version of each."""
    with tempfile.TemporaryDirectory() as folder:
        room = Newsroom(Path(folder))
        room.write("z.jsonl", [story(9, SENTENCES[0])])
        last: dict[str, dict[str, Any]] = {}
        for shown in showings:
            room.show("feed.xml", shown)
            told = room.run()
            last |= {record["id"]: record for record in shown}
        room.show("feed.xml", list(last.values()))
        whole = in_one_run(room)
        for name in ("articles", "claims", "events", "dyads_monthly", "actors"):
            assert told.tables[name].read_bytes() == whole.tables[name].read_bytes(), name
        account = told.rows("corpus_files").filter(pl.col("corpus") == "feed.xml").row(0, named=True)
        assert account["n_records"] == account["n_articles"] + account["n_duplicates"] + account["n_rejects"]
