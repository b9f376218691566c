"""Joins what was read from all files: drops what is not wanted, names the stories, sorts, and settles the account.

Only the id, day, address and signature of every article are held in memory; the texts go from packs through buckets of
neighbouring ids into the sorted table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ingest.account import FileCounts, account, reject_row
from flows.ingest.fates import (
    DETAILS,
    DUPLICATE,
    KEPT,
    REASONS,
    REPEATED,
    SKIPPED,
    Choice,
    Decided,
    Fates,
    Rows,
    decide,
)
from flows.ingest.file_reading import BATCH_ROWS
from flows.ingest.near_duplicates import N_PERMUTATIONS, Ids, story_ids
from flows.ingest.packs import ARTICLES, REJECTS, Placed
from flows.ingest.periods import UNDATED
from flows.ingest.record import Failure
from flows.ingest.sorting import write_sorted
from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema
from schemas.batches import record_batches
from schemas.tables import table

KEY_COLUMNS, ADDRESSES = ["article_id", "published_at", "signature"], ["url", "source_id"]
PLACE_COLUMNS = ["article_id", "corpus", "format", "record", "byte_offset"]


@dataclass(frozen=True)
class Ingested:
    """Paths of what ingest hands on: articles with text, rejects, and the account of the corpus files.

    `n_files_read` files were read now, `n_files_known` earlier.
    """

    articles: Path
    rejects: Path
    corpus_files: Path
    n_files_read: int = 0
    n_files_known: int = 0


def merge(files: Sequence[Placed], folder: Path, choice: Choice = Choice()) -> Ingested:  # noqa: B008 - frozen
    """Joins the readings of files, given in the order of their names, what a feed shows now before what it showed."""
    folder.mkdir(parents=True, exist_ok=True)
    result = Ingested(folder / "articles.parquet", folder / "rejects.parquet", folder / "corpus_files.parquet")
    rows = load_rows(files, choice.needs_addresses or any(file.is_older for file in files))
    decided = decide(rows, files, choice)
    is_kept = decided.fates == KEPT
    ids = rows.ids[is_kept]
    by_id = np.argsort(ids)
    stories = np.zeros(len(rows.ids), dtype=np.uint64)
    stories[np.flatnonzero(is_kept)[by_id]] = story_ids(ids[by_id], rows.signatures[is_kept][by_id])
    n_articles = write_sorted(_kept(files, decided.fates, stories), result.articles)
    n_rejects = _write_rejects(files, decided, result.rejects)
    counted = account(
        _counts(files, rows, decided.fates), n_articles, _n_by_file(files, rows, decided.fates, DUPLICATE), n_rejects
    )
    pq.write_table(pa.Table.from_pylist(counted, schema=arrow_schema("corpus_files")), result.corpus_files)
    return result


def load_rows(files: Sequence[Placed], with_addresses: bool) -> Rows:
    """What deciding needs of every article of these files; addresses only if asked for, as they take memory."""
    columns = ADDRESSES if with_addresses else []
    ids: list[Ids] = [np.zeros(0, dtype=np.uint64)]
    days: list[npt.NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
    signatures = [np.zeros((0, N_PERMUTATIONS), dtype=np.uint32)]
    ranks: list[npt.NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
    addresses = [pa.schema([ARTICLE_TEXT_SCHEMA.field(name) for name in columns]).empty_table()]
    for batch, places in _batches(files, [*KEY_COLUMNS, *columns]):
        ids.append(np.array([int(value[1:], 16) for value in batch["article_id"].to_pylist()], dtype=np.uint64))
        joined = b"".join(batch["signature"].to_pylist())
        signatures.append(np.frombuffer(joined, dtype="<u4").reshape(-1, N_PERMUTATIONS))
        day = pc.cast(pc.cast(batch["published_at"], pa.timestamp("us")), pa.date32(), safe=False)
        days.append(pc.fill_null(day.cast(pa.int32()), int(UNDATED)).to_numpy())
        ranks.append(places)
        addresses.append(batch.select(columns))
    return Rows(
        np.concatenate(ids),
        np.concatenate(ranks),
        np.concatenate(days),
        np.concatenate(signatures),
        pa.concat_tables(addresses),
    )


def _by_pack(files: Sequence[Placed]) -> dict[Path, list[tuple[int, Placed]]]:
    packs: dict[Path, list[tuple[int, Placed]]] = defaultdict(list)
    for rank, file in enumerate(files):
        packs[file.folder].append((rank, file))
    return packs


def _batches(files: Sequence[Placed], columns: list[str] | None = None) -> Iterator[tuple[pa.Table, Any]]:
    """The articles of these files in the order of packs, with the rank of each one's file; packs hold others too."""
    for pack, members in _by_pack(files).items():
        with pq.ParquetFile(pack / ARTICLES) as source:
            ranks = np.full(source.metadata.num_rows, -1, dtype=np.int32)
            for rank, member in members:
                ranks[member.articles] = rank
            start = 0
            for batch in record_batches(source, BATCH_ROWS, columns):
                here = ranks[start : start + len(batch)]
                start += len(batch)
                if (here >= 0).any():
                    yield pa.Table.from_batches([batch]).filter(pa.array(here >= 0)), here[here >= 0]


def _n_by_file(files: Sequence[Placed], rows: Rows, fates: Fates, fate: int) -> Counter[str]:
    counts = np.bincount(rows.ranks[fates == fate], minlength=len(files)).tolist()
    total: Counter[str] = Counter()
    for file, count in zip(files, counts, strict=True):
        total[file.reading.corpus] += count
    return total


def _counts(files: Sequence[Placed], rows: Rows, fates: Fates) -> list[FileCounts]:
    """What was read of every file: its records, and for a feed the entries that it shows no more."""
    n_skipped = _n_by_file(files, rows, fates, SKIPPED)
    n_repeated = _n_by_file(files, rows, fates, REPEATED)
    older = Counter[str]()
    for file in files:
        older[file.reading.corpus] += file.reading.n_articles if file.is_older else 0
    current = [file.reading for file in files if not file.is_older]
    return [
        FileCounts(
            reading.corpus,
            reading.format,
            reading.n_records + older[reading.corpus] - n_repeated[reading.corpus],
            n_skipped[reading.corpus],
        )
        for reading in current
    ]


def _kept(files: Sequence[Placed], fates: Fates, stories: Ids) -> Iterator[pa.Table]:
    place = 0
    for batch, _ in _batches(files, [name for name in ARTICLE_TEXT_SCHEMA.names if name != "story_id"]):
        here = slice(place, place + len(batch))
        names = [f"s{story:016x}" for story in stories[here].tolist()]
        rows = batch.append_column("story_id", pa.array(names, pa.string()))
        yield rows.filter(pa.array(fates[here] == KEPT)).select(ARTICLE_TEXT_SCHEMA.names).cast(ARTICLE_TEXT_SCHEMA)
        place = here.stop


def _write_rejects(files: Sequence[Placed], decided: Decided, path: Path) -> Counter[str]:
    """Writes all rejects in the order that their table declares; returns how many each file gave."""
    schema = arrow_schema("rejects")
    parts = [schema.empty_table(), pa.Table.from_pylist(_corrected(files, decided), schema=schema)]
    for pack, members in _by_pack(files).items():
        rows = pq.read_table(pack / REJECTS)
        for _, member in members:
            if member.reading.n_rejects and not member.is_older:
                parts.append(rows[member.first_reject : member.first_reject + member.reading.n_rejects])
    rows = pa.concat_tables(part.cast(schema) for part in parts)
    rows = rows.sort_by([(name, "ascending") for name in table("rejects").sort_by])
    pq.write_table(rows, path, compression="zstd")
    return Counter(rows["corpus"].to_pylist())


def _corrected(files: Sequence[Placed], decided: Decided) -> list[dict[str, Any]]:
    """Rejects for the articles that corrections took out; each names its article, so that its loss is no surprise."""
    if not np.isin(decided.fates, list(REASONS)).any():
        return []
    found, place = [], 0
    for batch, _ in _batches(files, PLACE_COLUMNS):
        fates, numbers = (part[place : place + len(batch)] for part in (decided.fates, decided.numbers))
        place += len(batch)
        for k in np.flatnonzero(np.isin(fates, list(REASONS))).tolist():
            fate, number = int(fates[k]), int(numbers[k])
            row = batch.slice(k, 1).to_pylist()[0]
            record, offset = (row["record"], row["byte_offset"]) if number < 0 else (number, None)
            failure = Failure(record, offset, REASONS[fate], DETAILS[fate].format(row["article_id"]))
            found.append(reject_row(failure, row["corpus"], row["format"]))
    return found
