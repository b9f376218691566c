"""A sample of a JSON Lines corpus that is the same in every run, as articles and as a corpus file of its own."""

from __future__ import annotations

import argparse
import gzip
import hashlib
from heapq import nsmallest
from pathlib import Path
from typing import Any

from flows.extract.engine import Article
from flows.ingest.article import article_row
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import records
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Record
from tests.benchmarks.corpus import corpus_option, lines


def sample_options(parser: argparse.ArgumentParser, n_articles: int) -> None:
    """Adds the options that say which articles of which corpus are measured on."""
    corpus_option(parser)
    parser.add_argument("--articles", type=int, default=n_articles, help=f"articles to sample ({n_articles})")
    parser.add_argument("--seed", default="1", help="another word draws another sample")


def sampled_lines(corpus: Path, n_articles: int, seed: str) -> list[bytes]:
    """Lines of the corpus drawn by hash, in the corpus's order: every line is as likely, whatever the corpus's size."""
    drawn = nsmallest(n_articles, ((_draw(seed, k), k) for k, _ in enumerate(lines(corpus))))
    wanted = {k for _, k in drawn}
    return [line for k, line in enumerate(lines(corpus)) if k in wanted]


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
