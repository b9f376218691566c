"""Short corpora that the specifications of ingest share, and how they run the stage without Prefect."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.ingest.discovery import discover, shards
from flows.ingest.fates import Choice
from flows.ingest.file_reading import read_shard
from flows.ingest.merge import merge
from flows.ingest.packs import placed
from flows.ingest.periods import Periods
from flows.ingest.readers import reader_of
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Failure, Record

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Norway sends air defence missiles to Ukraine</title>
<meta property="og:title" content="Norway sends air defence missiles to Ukraine">
<meta property="og:site_name" content="Northern Courier">
<meta property="article:published_time" content="2023-05-04T09:30:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article>
<h1>Norway sends air defence missiles to Ukraine</h1>
<p>The Norwegian defence ministry said on Thursday it had sent a second batch of air defence missiles to Ukraine.</p>
<p>A spokeswoman in Oslo said the missiles came from the stocks of the army and would be replaced in two years.</p>
<p>Kyiv has asked its partners for months to give it more launchers against the drones that strike its power plants.</p>
</article><footer>Copyright Northern Courier. All rights reserved.</footer></body></html>
"""
SENTENCES = (
    "Poland will hand over fourteen tanks to Ukraine, the prime minister said in Warsaw on Friday.",
    "Tehran denied that it had shipped ballistic missiles to Moscow.",
    "The two ministries signed a contract for patrol boats after a year of talks.",
    "Parliament in Canberra approved the gift of armoured vehicles to Kyiv.",
)


@dataclass(frozen=True)
class Outcome:
    """Rows of the three tables that ingest hands on."""

    articles: list[dict[str, Any]]
    rejects: list[dict[str, Any]]
    files: list[dict[str, Any]]

    @property
    def reasons(self) -> list[str]:
        """Why records were rejected, in the order of the table."""
        return [row["reason"] for row in self.rejects]


def ingested(
    corpora: list[str],
    work: Path,
    mapping: dict[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    n_files: int = 500,
) -> Outcome:
    """Runs the stage on corpora with `n_files` files a shard."""
    runs = shards(discover(corpora), 1 << 26, n_files)
    columns = column_mapping(mapping)
    folders = [read_shard(files, work / f"shard_{place}", columns) for place, files in enumerate(runs)]
    choice = Choice(Periods(()).with_span(since, until))
    result = merge([reading for folder in folders for reading in placed(folder)], work / "merged", choice)
    return Outcome(
        *(pq.read_table(path).to_pylist() for path in (result.articles, result.rejects, result.corpus_files))
    )


def read(format_name: str, data: bytes, mapping: dict[str, str] | None = None) -> list[Record | Failure]:
    """What the reader of a format makes of some bytes."""
    return list(reader_of(format_name, column_mapping(mapping))(io.BufferedReader(io.BytesIO(data))))
