"""Reads large Parquet files a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq


def record_batches(file: pq.ParquetFile, rows: int, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a file in batches of at most `rows`; no batch spans two row groups.

    One call of `iter_batches` over the whole file would keep what it has read of earlier row groups until it ends.
    """
    wanted = None if columns is None else list(columns)
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=rows, row_groups=[group], columns=wanted)
