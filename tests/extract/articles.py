"""Writes small article files for tests of extraction and of what follows it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import ARTICLE_TEXT_SCHEMA

PUBLISHED = datetime(2024, 9, 10, 12, tzinfo=UTC)


def article_id(text: str) -> str:
    return "a" + hashlib.sha256(text.encode()).hexdigest()[:16]


def write_articles(path: Path, texts: Sequence[str], language: str = "en") -> list[str]:
    """Writes an article for every text; returns the ids in the order of the texts."""
    rows = [
        {
            "article_id": article_id(text),
            "publisher": "The Harbour Gazette",
            "published_at": PUBLISHED,
            "language": language,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "n_chars": len(text),
            "story_id": article_id(text),
            "corpus": "sample.jsonl",
            "format": "jsonl",
        }
        for text in texts
    ]
    ids = [row["article_id"] for row in rows]
    rows.sort(key=lambda row: row["article_id"])
    pq.write_table(pa.Table.from_pylist(rows, schema=ARTICLE_TEXT_SCHEMA), path)
    return ids
