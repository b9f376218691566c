"""Joins what was read from all files: drops exact duplicates, names the stories, sorts, and settles the account.

Only the id and the signature of every article are held in memory; the texts go from shards through buckets of
neighbouring ids into the sorted table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from flows.ingest.account import FileCounts, account
from flows.ingest.file_reading import ARTICLES, BATCH_ROWS, COUNTS, REJECTS
from flows.ingest.near_duplicates import N_PERMUTATIONS, Ids, Signatures, story_ids
from flows.ingest.sorting import write_sorted
from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema
from schemas.tables import table


@dataclass(frozen=True)
class Ingested:
    """Paths of what ingest hands on: articles with text, rejects, and the account of the corpus files."""

    articles: Path
    rejects: Path
    corpus_files: Path


def merge(shards: Sequence[Path], folder: Path) -> Ingested:
    """Joins the folders that `read_shard` wrote, in order; of exact duplicates the first one is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    result = Ingested(*(folder / f"{name}.parquet" for name in ("articles", "rejects", "corpus_files")))
    ids, signatures = _keys(shards)
    _, first = np.unique(ids, return_index=True)
    is_kept = np.zeros(len(ids), dtype=bool)
    is_kept[first] = True
    stories = np.zeros(len(ids), dtype=np.uint64)
    stories[first] = story_ids(ids[first], signatures[first])
    n_articles = write_sorted(_kept(shards, is_kept, stories), result.articles)
    n_read = Counter(
        name for shard in shards for batch in _batches(shard, ["corpus"]) for name in batch["corpus"].to_pylist()
    )
    n_rejects = _write_rejects(shards, result.rejects)
    counts = [count for shard in shards for count in FileCounts.load(shard / COUNTS)]
    rows = account(counts, n_articles, n_read - n_articles, n_rejects)
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema("corpus_files")), result.corpus_files)
    return result


def _batches(shard: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    for batch in pq.ParquetFile(shard / ARTICLES).iter_batches(batch_size=BATCH_ROWS, columns=columns):
        yield pa.Table.from_batches([batch])


def _keys(shards: Sequence[Path]) -> tuple[Ids, Signatures]:
    """The ids (their 16 digits as a number) and signatures of all articles read, in order."""
    ids: list[Ids] = [np.zeros(0, dtype=np.uint64)]
    signatures: list[Signatures] = [np.zeros((0, N_PERMUTATIONS), dtype=np.uint32)]
    for shard in shards:
        for batch in _batches(shard, ["article_id", "signature"]):
            ids.append(np.array([int(value[1:], 16) for value in batch["article_id"].to_pylist()], dtype=np.uint64))
            joined = b"".join(batch["signature"].to_pylist())
            signatures.append(np.frombuffer(joined, dtype="<u4").reshape(-1, N_PERMUTATIONS))
    return np.concatenate(ids), np.concatenate(signatures)


def _kept(shards: Sequence[Path], is_kept: Any, stories: Ids) -> Iterator[pa.Table]:
    place = 0
    for shard in shards:
        for batch in _batches(shard):
            here = slice(place, place + len(batch))
            names = [f"s{story:016x}" for story in stories[here].tolist()]
            rows = batch.append_column("story_id", pa.array(names, pa.string()))
            yield rows.filter(pa.array(is_kept[here])).select(ARTICLE_TEXT_SCHEMA.names).cast(ARTICLE_TEXT_SCHEMA)
            place = here.stop


def _write_rejects(shards: Sequence[Path], path: Path) -> Counter[str]:
    """Writes all rejects in the order that their table declares; returns how many each file gave."""
    rows = pa.concat_tables([pq.read_table(shard / REJECTS) for shard in shards])
    rows = rows.sort_by([(name, "ascending") for name in table("rejects").sort_by])
    pq.write_table(rows.cast(arrow_schema("rejects")), path, compression="zstd")
    return Counter(rows["corpus"].to_pylist())
