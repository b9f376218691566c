"""Lets Frictionless read Parquet as it is: lists stay lists, nulls stay nulls, and bytes and hash are counted.

Its own reader goes through pandas, which knows neither lists nor null numbers, and past the stream that is counted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

import pyarrow.parquet as pq
from frictionless import Parser, Plugin, Resource, system

NAME = "exact-parquet"
CHUNK = 1 << 20


class ExactParquetParser(Parser):
    """Header and rows of a Parquet file as plain Python values."""

    requires_loader: ClassVar[bool] = True
    supported_types: ClassVar[list[str]] = ["array", "boolean", "datetime", "date", "integer", "number", "string"]

    def read_cell_stream_create(self) -> Iterator[list[Any]]:
        # Only reading in this way, to the end, is counted and hashed.
        content = b"".join(iter(lambda: self.loader.byte_stream.read1(CHUNK), b""))
        rows = pq.ParquetFile(io.BytesIO(content))
        yield rows.schema_arrow.names
        for batch in rows.iter_batches():
            yield from map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))


class ExactParquetPlugin(Plugin):
    """Gives Parquet files to that parser."""

    def create_parser(self, resource: Resource) -> Parser | None:
        return ExactParquetParser(resource) if resource.format == "parquet" else None


def register() -> None:
    """Puts the parser before the library's own."""
    system.register(NAME, ExactParquetPlugin())


def deregister() -> None:
    """Gives Parquet back to the library's own parser."""
    system.deregister(NAME)
