"""Parquet tables: one record a row, read batch by batch."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.readers.columns import mapped
from flows.ingest.record import Failure, Reading

BATCH_ROWS = 512
IN_MEMORY_BYTES = 1 << 26
LARGEST_FILE = 1 << 34
"""16 GiB: a table has to be copied to be read from its end, and what unpacks to more would fill the disk."""
COPIED_BYTES = 1 << 17
MAGIC = b"PAR1"


def read_parquet(stream: BinaryIO, mapping: Mapping[str, str]) -> Reading:
    """The records of a table; a row group that cannot be read is one failure, the next ones are read."""
    head: bytes = stream.peek(len(MAGIC))[: len(MAGIC)]  # type: ignore[attr-defined]
    if head != MAGIC:
        yield Failure(None, None, "unreadable_file", "no Parquet file: it does not begin with PAR1")
        return
    with _seekable(stream) as source:
        try:
            file = pq.ParquetFile(source, page_checksum_verification=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            yield Failure(None, None, "unreadable_file", f"no Parquet file: {error}")
            return
        if mapping["text"] not in file.schema_arrow.names:
            yield Failure(None, None, "missing_column", f"no column {mapping['text']!r}; give a column mapping")
            return
        first = 0
        for group in range(file.num_row_groups):
            yield from _group_records(file, group, first, mapping)
            first += file.metadata.row_group(group).num_rows


def _group_records(file: Any, group: int, first: int, mapping: Mapping[str, str]) -> Reading:
    columns = [name for name in dict.fromkeys(mapping.values()) if name in file.schema_arrow.names]
    number = first
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, row_groups=[group], columns=columns):
            for row in batch.to_pylist():
                yield mapped(row, number, None, mapping)
                number += 1
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        rows = file.metadata.row_group(group).num_rows
        detail = f"row group {group} breaks off: {error}; its last {first + rows - number} rows are not read"
        yield Failure(number, None, "malformed_record", detail)


def _seekable(stream: BinaryIO) -> Any:
    """The stream in a form that can be read from its end, as Parquet needs; large ones go through a temporary file."""
    copy = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    try:
        while data := stream.read(COPIED_BYTES):
            if copy.tell() + len(data) > LARGEST_FILE:
                raise OSError(f"a table of more than {LARGEST_FILE} bytes; split it")
            copy.write(data)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy
