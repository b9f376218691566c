"""Reads corpus files one at a time: their articles go to Parquet in batches, their rejects and counts beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.account import FileCounts, reject_row
from flows.ingest.article import article_row, is_wanted
from flows.ingest.decompression import DAMAGE, NotCompressedError, opened
from flows.ingest.discovery import CorpusFile
from flows.ingest.near_duplicates import N_PERMUTATIONS, signature
from flows.ingest.readers import SNIFFED_BYTES, UNKNOWN, format_of, reader_of
from flows.ingest.record import Failure, Reading, Record
from flows.redaction import redacted
from flows.transient import StoreError, is_transient
from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema

BATCH_ROWS, BATCH_CHARACTERS = 1000, 1 << 23
ARTICLES, REJECTS, COUNTS = "articles.parquet", "rejects.parquet", "counts.json"
SHARD_SCHEMA = pa.schema(
    [column for column in ARTICLE_TEXT_SCHEMA if column.name != "story_id"]
    + [pa.field("signature", pa.binary(4 * N_PERMUTATIONS), nullable=False)]
)
"""Articles as read: the story is known only when all files are."""


@dataclass(frozen=True)
class Selection:
    """What of a corpus is wanted: its columns, and the days of publication (both included)."""

    mapping: Mapping[str, str]
    since: date | None = None
    until: date | None = None


@dataclass
class _Batches:
    """Rows on their way into one Parquet file, held back until a batch is full."""

    path: Path
    schema: pa.Schema
    rows: list[dict[str, Any]] = field(default_factory=list)
    n_characters: int = 0
    _writer: pq.ParquetWriter | None = None

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self.n_characters += row.get("n_chars", 0)
        if len(self.rows) >= BATCH_ROWS or self.n_characters >= BATCH_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd")
        self._writer.write_table(pa.Table.from_pylist(self.rows, schema=self.schema))
        self.rows, self.n_characters = [], 0

    def close(self) -> None:
        self.flush()
        if self._writer is not None:
            self._writer.close()


def read_shard(files: Sequence[CorpusFile], folder: Path, selection: Selection) -> Path:
    """Reads files into `folder`: articles, rejects, and what each file came to. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = []
    with ExitStack() as stack:
        articles = _Batches(folder / ARTICLES, SHARD_SCHEMA)
        rejects = _Batches(folder / REJECTS, arrow_schema("rejects"))
        stack.callback(articles.close)
        stack.callback(rejects.close)
        for file in files:
            counts.append(_read_file(file, selection, articles, rejects))
    FileCounts.write(folder / COUNTS, counts)
    return folder


def _read_file(file: CorpusFile, selection: Selection, articles: _Batches, rejects: _Batches) -> FileCounts:
    format_name, n_records, n_skipped = format_of(file.name, b""), 0, 0
    for format_name, found in records(file, selection.mapping):
        n_records += 1
        row = article_row(found, file.name, format_name) if isinstance(found, Record) else found
        if isinstance(row, Failure):
            rejects.add(reject_row(row, file.name, format_name))
        elif is_wanted(row, selection.since, selection.until):
            articles.add({**row, "signature": signature(row["text"])})
        else:
            n_skipped += 1
    return FileCounts(file.name, format_name, n_records, n_skipped)


def records(file: CorpusFile, mapping: Mapping[str, str]) -> Iterator[tuple[str, Record | Failure]]:
    """Pairs of format and record or failure of one file. Whatever goes wrong within it becomes a failure."""
    format_name, number = format_of(file.name, b""), -1
    try:
        with opened(file.name, file.url) as stream:
            head: bytes = stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]  # type: ignore[attr-defined]
            format_name = format_of(file.name, head)
            for found in _reading(format_name, stream, mapping):
                number = number + 1 if found.number is None else found.number
                yield format_name, found
    except NotCompressedError as error:
        yield format_name, Failure(None, None, "unreadable_file", said(error))
    except (OSError, *DAMAGE) as error:
        refuse_lost_store(file, error)
        if number < 0 and not isinstance(error, EOFError):
            yield format_name, Failure(None, None, "unreadable_file", said(error))
        else:
            reason = "truncated" if isinstance(error, EOFError) else "unreadable_file"
            yield format_name, Failure(number + 1, None, reason, f"{said(error)}; the rest is not read")
    except Exception as error:  # one strange file must not end a run over thousands; the reject names the fault
        refuse_lost_store(file, error)
        detail = f"{type(error).__name__}: {said(error)}; the rest is not read"
        yield format_name, Failure(number + 1, None, "malformed_record", detail)


def refuse_lost_store(file: CorpusFile, error: Exception) -> None:
    """StoreError where the fault may pass: no release lacks half a corpus because a store was away for a minute."""
    if is_transient(error):
        raise StoreError(
            f"{file.name}: {type(error).__name__}: {said(error)}; nothing of it is taken as rejected: "
            "run again when its store answers"
        ) from error


def _reading(format_name: str, stream: Any, mapping: Mapping[str, str]) -> Reading:
    if format_name == UNKNOWN:
        return iter([Failure(None, None, "unknown_format", "no reader takes a file of this name and beginning")])
    return reader_of(format_name, mapping)(stream)


def said(error: BaseException) -> str:
    """What an error says, without the path that system errors name: releases do not tell where a corpus lay.

    Nor do they tell the credentials of an address that an error names.
    """
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return redacted(said) or type(error).__name__
