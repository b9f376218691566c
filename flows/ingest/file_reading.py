"""Reads corpus files one at a time: their articles go to Parquet in batches, their rejects and counts beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.account import reject_row
from flows.ingest.article import NOTHING, Known, article_row
from flows.ingest.decompression import DAMAGE, NotCompressedError, opened
from flows.ingest.discovery import CorpusFile
from flows.ingest.near_duplicates import N_PERMUTATIONS
from flows.ingest.packs import ARTICLES, COUNTS, REJECTS, FileReading, Placed
from flows.ingest.readers import SNIFFED_BYTES, UNKNOWN, format_of, reader_of
from flows.ingest.record import Failure, Reading, Record
from flows.ingest.stamps import is_local
from flows.redaction import redacted
from flows.transient import CorpusUnreachableError, is_transient
from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema

BATCH_ROWS, BATCH_CHARACTERS = 1000, 1 << 23
SHARD_SCHEMA = pa.schema(
    [column for column in ARTICLE_TEXT_SCHEMA if column.name != "story_id"]
    + [
        pa.field("signature", pa.binary(4 * N_PERMUTATIONS), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("byte_offset", pa.int64()),
    ]
)
"""Articles as read, each with its place in its file: the story is known only when all files are."""
PASSING = ("unreadable_file", "truncated")
"""Rejects that a lost connection gives too; files of object stores that have one are read again."""


@dataclass(frozen=True)
class Reread:
    """What is known of files before they are read: keys by address, and what a file of the same name held before."""

    keys: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Placed] = field(default_factory=dict)


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


def read_shard(
    files: Sequence[CorpusFile],
    folder: Path,
    mapping: Mapping[str, str],
    reread: Reread | None = None,
) -> Path:
    """Reads files into `folder`, a pack: articles, rejects, and what each file came to. Returns the folder.

    `mapping` gives the columns of tables. A file that `reread` knows by name is spared what is known of its texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reread = reread or Reread()
    readings = []
    with ExitStack() as stack:
        articles = _Batches(folder / ARTICLES, SHARD_SCHEMA)
        rejects = _Batches(folder / REJECTS, arrow_schema("rejects"))
        stack.callback(articles.close)
        stack.callback(rejects.close)
        for file in files:
            known = known_texts(reread.before[file.name]) if file.name in reread.before else NOTHING
            readings.append(_read_file(file, mapping, reread.keys.get(file.url), known, articles, rejects))
    FileReading.write(folder / COUNTS, readings)
    return folder


def known_texts(before: Placed) -> Known:
    """What an earlier reading of a file tells of its texts."""
    columns = ["title", "text_sha256", "language", "signature"]
    rows = pq.read_table(before.folder / ARTICLES, columns=columns)[before.articles].to_pydict()
    values = zip(rows["language"], rows["signature"], strict=True)
    return dict(zip(zip(rows["title"], rows["text_sha256"], strict=True), values, strict=True))


def _read_file(
    file: CorpusFile,
    mapping: Mapping[str, str],
    key: str | None,
    known: Known,
    articles: _Batches,
    rejects: _Batches,
) -> FileReading:
    format_name, n_records, n_rejects = format_of(file.name, b""), 0, 0
    for format_name, found in records(file, mapping):
        n_records += 1
        row = article_row(found, file.name, format_name, known) if isinstance(found, Record) else found
        if isinstance(row, Failure):
            n_rejects += 1
            rejects.add(reject_row(row, file.name, format_name))
            key = None if row.reason in PASSING and not is_local(file) else key
        else:
            articles.add(row)
    return FileReading(key, file.name, format_name, n_records, n_records - n_rejects, n_rejects)


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
    """CorpusUnreachableError where the fault may pass: no release lacks half a corpus for a store away for a minute."""
    if is_transient(error):
        raise CorpusUnreachableError(
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
