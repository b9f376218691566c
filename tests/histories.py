"""Runs the stages one after another without Prefect and validation, over a corpus that changes between runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl

from flows.extract.flow import collect, open_cache, read_shards, run_plainly
from flows.extract.shards import cut_shards, jobs_for
from flows.ingest.discovery import discover
from flows.ingest.fates import VersionsBy
from flows.ingest.feed_archive import sources
from flows.ingest.file_reading import read_shard
from flows.ingest.history import choice_of, history_of
from flows.ingest.merge import merge
from flows.ingest.readers.columns import column_mapping
from flows.ingest.shelf import Shelf
from flows.link.flow import link_files

ENGINE = "tests.extract.plain_engine"
QUIET = "The harbour was quiet through the night and the ferries ran on time, officials at the port said. "


@dataclass(frozen=True)
class Told:
    """What a run came to: a file for every table, and the names of the files that it read."""

    tables: dict[str, Path]
    files_read: list[str]
    n_extracted: int

    def rows(self, name: str) -> pl.DataFrame:
        """A table."""
        return pl.read_parquet(self.tables[name])

    def contents(self) -> dict[str, bytes]:
        """Every table as bytes."""
        return {name: path.read_bytes() for name, path in self.tables.items()}


@dataclass
class Newsroom:
    """A folder of corpus files, and an output folder that runs over it build on."""

    folder: Path
    n_runs: int = 0

    def __post_init__(self) -> None:
        self.corpus.mkdir(parents=True, exist_ok=True)
        self.output.mkdir(parents=True, exist_ok=True)

    @property
    def corpus(self) -> Path:
        """Where the corpus files lie."""
        return self.folder / "corpus"

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.folder / "output"

    def write(self, name: str, records: Sequence[dict[str, Any]]) -> None:
        """Writes a file of JSON lines; without records the file is deleted."""
        path = self.corpus / name
        if records:
            path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)

    def show(self, name: str, records: Sequence[dict[str, Any]]) -> None:
        """Writes a feed that shows these records."""
        items = "".join(
            f"<item><title>{escape(record['title'])}</title><description>{escape(record['text'])}</description>"
            f"<guid>{record['id']}</guid><pubDate>{record['published']}</pubDate></item>"
            for record in records
        )
        feed = f'<rss version="2.0"><channel><title>The Harbour Gazette</title>{items}</channel></rss>'
        (self.corpus / name).write_text(feed, encoding="utf-8")

    def withdraw(self, *rows: str) -> None:
        """Writes the list of withdrawals."""
        (self.output / "withdrawn.csv").write_text("\n".join(["url,source_id,corpus,article_id,note", *rows]) + "\n")

    def run(self, since: date | None = None, until: date | None = None, versions_by: VersionsBy | None = None) -> Told:
        """Reads what is new, links everything, and keeps for the next run what a release that passed would keep."""
        self.n_runs += 1
        work = self.folder / f"work{self.n_runs}"
        (log := self.folder / "read.log").touch()
        history, choice = history_of(self.output), choice_of(self.output, since, until, versions_by)
        assert history.packs is not None
        files = sources(discover([str(self.corpus)]), history.feeds)
        shelf = Shelf(history.packs, files, column_mapping(None))
        unread = shelf.unread()
        for file in unread:
            shelf.take([file], read_shard([file], shelf.folder_for([file]), shelf.mapping, shelf.reread([file])))
        ingested = merge(shelf.readings(), work, choice)
        shelf.close(keep=True)
        cache = open_cache(self.output / "cache", str(log), ENGINE)
        shards = cut_shards(ingested.articles, cache, work / "shards")
        read_shards(jobs_for(shards, cache, str(log), ENGINE), 1, run_plainly)
        found = collect(ingested.articles, cache, work, sum(shard.n_articles for shard in shards))
        linked = link_files(
            ingested.articles, found.claims, found.readings, ingested.rejects, ingested.corpus_files, work / "linked"
        )
        choice.periods.write(self.output)
        return Told(linked.paths(), [file.name for file in unread], found.n_extracted)


def story(number: int, sentence: str, day: str = "2024-09-10", version: str = "") -> dict[str, Any]:
    """A record whose text holds a sentence for the stand-in reader; `version` words make it another text."""
    return {
        "id": f"w-{number}",
        "title": f"Ships seen, report {number}",
        "text": f"{QUIET * (1 + number % 3)}{version}{sentence}",
        "published": f"{day}T12:00:00Z",
        "publisher": "The Harbour Gazette",
        "url": f"https://example.org/{number}",
    }
