"""Whole runs behind the real gate: feeds that roll on, corrections and backfills pass it, and mass losses do not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.dataset import DatasetResult, run_dataset
from tests.histories import ENGINE, Newsroom, story

SENTENCES = ("Irn sends 3 missiles to rus", "Later prk sends shells to rus")


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, prefect_harness: Path) -> Newsroom:
    """A corpus with an archive of three months and a feed, of which the days from September on are published."""
    room = Newsroom(tmp_path_factory.mktemp("newsroom"))
    days = [f"2024-{month:02d}-{day:02d}" for month in (7, 8, 9) for day in range(1, 16)]
    room.write("archive.jsonl", [story(k, SENTENCES[k % 2], day) for k, day in enumerate(days)])
    room.show("feed.xml", [story(100 + k, SENTENCES[k % 2], f"2024-09-{20 + k}") for k in range(3)])
    result = published(room, since=date(2024, 9, 1))
    assert (result.counts["articles"], result.counts["n_files_read"]) == (18, 2)
    return room


def published(room: Newsroom, **options: Any) -> DatasetResult:
    """Runs the flow; its release is published."""
    result = run(room, **options)
    assert result.status == "published", result.reason
    return result


def run(room: Newsroom, **options: Any) -> DatasetResult:
    (log := room.folder / "read.log").touch()
    return run_dataset([str(room.corpus)], room.output, model=str(log), engine=ENGINE, workers=1, **options)


def rows(room: Newsroom, name: str) -> pl.DataFrame:
    return pl.read_parquet(room.output / "latest" / f"{name}.parquet")


def test_corrections_pass_without_leave_to_shrink(newsroom: Newsroom) -> None:
    before = rows(newsroom, "claims")
    withdrawn = rows(newsroom, "articles").filter(source_id="w-30")["article_id"][0]
    newsroom.withdraw("https://example.org/30,,,,at the wish of its publisher")
    replaced = story(102, "Blr sends rockets to rus", "2024-10-02", "Corrected. ")
    newsroom.show("feed.xml", [replaced, *(story(200 + k, SENTENCES[0], f"2024-10-{3 + k:02d}") for k in range(4))])
    result = published(newsroom, since=date(2024, 9, 1))
    assert (result.counts["articles"], result.counts["n_files_known"]) == (18 - 1 + 4, 2)
    assert result.counts["n_extracted"] == 5
    gone = set(before["claim_id"]) - set(rows(newsroom, "claims")["claim_id"])
    assert set(before.filter(article_id=withdrawn)["claim_id"]) < gone
    delta = rows(newsroom, "delta").filter(change="removed")
    assert set(delta["claim_id"]) == gone, "the delta tells every claim that went"
    assert sorted(rows(newsroom, "rejects")["reason"]) == ["superseded", "withdrawn"]
    told = json.loads((newsroom.output / "latest" / "changes.json").read_text())
    assert told["tables"]["articles"]["n_removed"] == 2
    assert set(rows(newsroom, "event_mapping")["previous_event_id"].drop_nulls()), "events are followed"


def test_a_backfill_adds_to_the_last_release_and_the_next_run_keeps_it(newsroom: Newsroom) -> None:
    before = set(rows(newsroom, "articles")["article_id"])
    result = published(newsroom, since=date(2024, 7, 1), until=date(2024, 7, 31))
    after = set(rows(newsroom, "articles")["article_id"])
    assert before < after and len(after) == len(before) + 15
    assert (result.counts["n_files_read"], result.counts["n_extracted"]) == (0, 15)
    assert run(newsroom, since=date(2024, 9, 1)).status == "unchanged"


def test_a_list_that_withdraws_half_of_the_release_is_stopped(newsroom: Newsroom) -> None:
    kept = (newsroom.output / "withdrawn.csv").read_bytes()
    pointer = (newsroom.output / "latest.json").read_bytes()
    newsroom.withdraw(*(f"https://example.org/{k},,,," for k in range(15)))
    result = run(newsroom)
    (newsroom.output / "withdrawn.csv").write_bytes(kept)
    assert (result.status, result.failed_stage) == ("failed", "validate")
    assert "partitions.corrected_few" in str(result.reason)
    assert (newsroom.output / "latest.json").read_bytes() == pointer
    days = json.loads((newsroom.output / "periods.json").read_text())
    assert days == {"periods": [["2024-07-01", "2024-07-31"], ["2024-09-01", None]]}, "a failed run covers no more days"
