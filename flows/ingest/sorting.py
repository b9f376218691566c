"""Sorts articles by id on the disk, through buckets of neighbouring ids: memory does not grow with the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ingest.file_reading import BATCH_ROWS
from schemas.arrow import ARTICLE_TEXT_SCHEMA
from schemas.batches import record_batches

DIGITS, ID_DIGITS = "0123456789abcdef", 16
LARGEST_BUCKET = 1 << 26
"""Bytes of articles (Parquet's, before compression) that are sorted at once; more are parted by the next digit."""
GROUP_ROWS = 2_000
"""Rows of a row group of the sorted table: what reads it has one of them in memory."""


def write_sorted(parts: Iterable[pa.Table], path: Path) -> Counter[str]:
    """Writes the articles of all parts sorted by id to `path`; returns how many there are of each corpus file.

    Buckets lie beside `path` while it lasts.
    """
    n_articles: Counter[str] = Counter()
    with pq.ParquetWriter(path, ARTICLE_TEXT_SCHEMA, compression="zstd") as writer:
        for rows in _in_order(parts, path.with_name("bucket"), 1):
            n_articles.update(rows["corpus"].to_pylist())
            writer.write_table(rows, row_group_size=GROUP_ROWS)
    return n_articles


def _in_order(parts: Iterable[pa.Table], name: Path, place: int) -> Iterator[pa.Table]:
    """The rows of all parts in runs sorted by id, parted by the digit at `place`; buckets' names begin with `name`."""
    for bucket in _buckets(parts, name, place):
        with pq.ParquetFile(bucket) as file:
            n_bytes = sum(file.metadata.row_group(k).total_byte_size for k in range(file.num_row_groups))
            if n_bytes > LARGEST_BUCKET and place < ID_DIGITS:
                batches = (pa.Table.from_batches([batch]) for batch in record_batches(file, BATCH_ROWS))
                yield from _in_order(batches, bucket.with_suffix(""), place + 1)
            elif file.metadata.num_rows:
                yield file.read().sort_by("article_id")
        bucket.unlink()


def _buckets(parts: Iterable[pa.Table], name: Path, place: int) -> list[Path]:
    """Files of the rows by their digit at `place`, in the order of the digits."""
    buckets = {digit: name.with_name(f"{name.name}_{digit}.parquet") for digit in DIGITS}
    with ExitStack() as stack:
        writers = {
            digit: stack.enter_context(pq.ParquetWriter(bucket, ARTICLE_TEXT_SCHEMA, compression="lz4"))
            for digit, bucket in buckets.items()
        }
        for rows in parts:
            digits = pc.utf8_slice_codeunits(rows["article_id"], place, place + 1)
            for digit in DIGITS:
                if len(part := rows.filter(pc.equal(digits, digit))):
                    writers[digit].write_table(part)
    return list(buckets.values())
