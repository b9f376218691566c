"""A sample of a JSON Lines corpus that is the same in every run, as articles and as a corpus file of its own."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import nsmallest
from pathlib import Path
from typing import Any

from flows.extract.engine import Article
from flows.ingest.article import article_row
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import records
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Record

CORPUS_VARIABLE = "MATERIEL_NEWS"
"""Names a JSON Lines corpus to measure on, where no option does."""


def corpus_options(parser: argparse.ArgumentParser, n_articles: int) -> None:
    """Adds the options that say what is measured on."""
    given = os.environ.get(CORPUS_VARIABLE)
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(given) if given else None,
        required=given is None,
        help=f"a JSON Lines corpus, maybe compressed (else the environment's {CORPUS_VARIABLE})",
    )
    parser.add_argument("--articles", type=int, default=n_articles, help=f"articles to sample ({n_articles})")
    parser.add_argument("--seed", default="1", help="another word draws another sample")


def sampled_lines(corpus: Path, n_articles: int, seed: str) -> list[bytes]:
    """Lines of the corpus drawn by hash, in the corpus's order: every line is as likely, whatever the corpus's size."""
    drawn = nsmallest(n_articles, ((_draw(seed, k), k) for k, _ in enumerate(lines(corpus))))
    wanted = {k for _, k in drawn}
    return [line for k, line in enumerate(lines(corpus)) if k in wanted]


def lines(corpus: Path) -> Iterator[bytes]:
    """The lines of a JSON Lines file, plain or gzipped."""
    with gzip.open(corpus) if corpus.suffix == ".gz" else corpus.open("rb") as file:
        yield from file


def _draw(seed: str, number: int) -> bytes:
    return hashlib.sha256(f"{seed} {number}".encode()).digest()


def write_sample(corpus: Path, n_articles: int, seed: str, folder: Path) -> Path:
    """The sample as a gzipped corpus file in `folder`, for what reads files."""
    path = folder / "sample.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.writelines(sampled_lines(corpus, n_articles, seed))
    return path


def articles_of(path: Path) -> list[Article]:
    """The articles of a corpus file as the reader is given them. ValueError names a record that cannot be read."""
    found = []
    for _, record in records(CorpusFile(path.name, str(path), path.stat().st_size), column_mapping(None)):
        row = article_row(record, path.name, "jsonl") if isinstance(record, Record) else record
        if not isinstance(row, dict):
            raise ValueError(f"{path}: record {row.number}: {row.detail}; sample a corpus without broken records")
        found.append(article_of(row))
    return found


def article_of(row: dict[str, Any]) -> Article:
    """The reader's view of a row of the articles table."""
    return Article(**{name: row[name] for name in ("article_id", "title", "text", "published_at", "publisher")})


def machine() -> str:
    """A line that says where and when something was measured, with the load of the minute before."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{now}, {cores} cores of {model}, load {load:.1f}, Python {platform.python_version()}"
