"""Sorting on the disk: the same rows in order of their ids, whatever the size of the buckets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.ingest import sorting
from flows.ingest.sorting import write_sorted
from schemas.arrow import ARTICLE_TEXT_SCHEMA
from tests.link.corpus import STORIES

N_ARTICLES = 300


def parts(size: int) -> Iterator[pa.Table]:
    """Articles with ids in no order, `size` of them at a time."""
    for begin in range(0, N_ARTICLES, size):
        rows = []
        for number in range(begin, begin + size):
            text = f"{next(iter(STORIES.values()))[2]} {number}"
            digest = hashlib.sha256(text.encode()).hexdigest()
            row = dict.fromkeys(ARTICLE_TEXT_SCHEMA.names) | {"language": "en", "format": "jsonl", "text": text}
            row |= {"article_id": f"a{digest[:16]}", "story_id": f"s{digest[:16]}", "text_sha256": digest}
            rows.append(row | {"n_chars": len(text), "corpus": "even" if number % 2 == 0 else "odd"})
        yield pa.Table.from_pylist(rows, schema=ARTICLE_TEXT_SCHEMA)


@pytest.mark.parametrize("largest", [1 << 26, 4_000, 1])
def test_rows_come_out_in_the_order_of_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    monkeypatch.setattr(sorting, "LARGEST_BUCKET", largest)
    # Down to buckets of single articles, which have no digits left after a few more.
    monkeypatch.setattr(sorting, "ID_DIGITS", 3)
    counts = write_sorted(parts(50), tmp_path / "articles.parquet")
    found = pq.read_table(tmp_path / "articles.parquet")
    assert found.equals(pa.concat_tables(parts(50)).sort_by("article_id"))
    assert counts == {"even": N_ARTICLES // 2, "odd": N_ARTICLES // 2}


def test_no_bucket_is_left(tmp_path: Path) -> None:
    write_sorted(parts(100), tmp_path / "articles.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["articles.parquet"]


def test_no_articles_make_an_empty_table(tmp_path: Path) -> None:
    assert not write_sorted([], tmp_path / "articles.parquet")
    assert pq.read_table(tmp_path / "articles.parquet").num_rows == 0
