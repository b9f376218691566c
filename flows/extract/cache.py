"""Keeps the reading of every article on disk, keyed by article id, so that no text is read twice by the same reader.

A cache file holds the readings of one shard and appears whole or not at all; a killed run resumes after its last shard.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.publish.durable import removed_on_error
from schemas.arrow import ARROW_TYPES, arrow_schema
from schemas.batches import record_batches

CLAIM_SCHEMA = pa.schema([field for field in arrow_schema("claims") if field.name != "event_id"])
"""A claim as extracted: the columns of table `claims` before linking."""
READING_SCHEMA = pa.schema(
    [pa.field("article_id", ARROW_TYPES["string"], nullable=False)]
    + [pa.field(name, pa.int32(), nullable=False) for name in ("n_sentences", "n_candidate_sentences", "n_claims")]
)
_CLAIM_STRUCT = pa.struct([pa.field(field.name, field.type) for field in CLAIM_SCHEMA])
_CACHED_SCHEMA = pa.schema([*READING_SCHEMA, pa.field("claims", pa.list_(_CLAIM_STRUCT), nullable=False)])


def reader_fingerprint(extractor_version: str, model: str) -> str:
    """A filesystem-safe name for what makes a reading: the extractor's version, the model and the model's version."""
    name = f"{extractor_version}-{model}-{_model_version(model)}"
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)


def _model_version(model: str) -> str:
    try:
        return importlib.metadata.version(model.replace("_", "-"))
    except importlib.metadata.PackageNotFoundError:
        return "unversioned"


class ReadingCache:
    """The readings on disk of one reader (`fingerprint`); looks at the folder once, when made."""

    def __init__(self, cache_dir: Path, fingerprint: str) -> None:
        self.folder = cache_dir / fingerprint
        self.folder.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, Path] = {}
        self.refresh()

    def refresh(self) -> None:
        """Looks for files that have come since."""
        seen = set(self._known.values())
        for path in sorted(self.folder.glob("*.parquet")):
            if path not in seen:
                for article_id in _read(path, ["article_id"])["article_id"].to_pylist():
                    self._known.setdefault(article_id, path)

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._known

    def path_for(self, shard_digest: str) -> Path:
        """Where the readings of a shard go."""
        return self.folder / f"{shard_digest}.parquet"

    def claims_and_readings(self, article_ids: Sequence[str]) -> tuple[pa.Table, pa.Table]:
        """The cached claims (`CLAIM_SCHEMA`) and readings (`READING_SCHEMA`) of these articles, sorted.

        KeyError if one of them has not been read.
        """
        by_file: dict[Path, list[str]] = {}
        for article_id in article_ids:
            by_file.setdefault(self._known[article_id], []).append(article_id)
        claims, readings = [CLAIM_SCHEMA.empty_table()], [READING_SCHEMA.empty_table()]
        for path, wanted in sorted(by_file.items()):
            table = _read(path, None)
            table = table.filter(pc.is_in(table["article_id"], value_set=pa.array(wanted, pa.string())))
            readings.append(table.select(READING_SCHEMA.names).cast(READING_SCHEMA))
            flat = pc.list_flatten(table["claims"].combine_chunks())
            claims.append(pa.Table.from_arrays(flat.flatten(), names=CLAIM_SCHEMA.names).cast(CLAIM_SCHEMA))
        order = [(name, "ascending") for name in ("article_id", "evidence_start", "claim_id")]
        return pa.concat_tables(claims).sort_by(order), pa.concat_tables(readings).sort_by("article_id")


def _read(path: Path, columns: list[str] | None) -> pa.Table:
    try:
        return pq.read_table(path, columns=columns, schema=_CACHED_SCHEMA if columns is None else None)
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"{path}: the cached readings are damaged ({error}); delete the file and run again") from error


def write_readings(path: Path, readings: Iterable[tuple[str, Any]]) -> int:
    """Writes (article_id, Reading) pairs to a cache file in one step; returns the number of claims.

    ValueError names the article if a claim has not exactly the columns of `CLAIM_SCHEMA` or lacks a required value.
    """
    rows = [
        {
            "article_id": article_id,
            "n_sentences": reading.n_sentences,
            "n_candidate_sentences": reading.n_candidate_sentences,
            "n_claims": len(reading.claims),
            "claims": [_checked(article_id, claim) for claim in reading.claims],
        }
        for article_id, reading in readings
    ]
    write_atomically(pa.Table.from_pylist(rows, schema=_CACHED_SCHEMA), path)
    return sum(len(row["claims"]) for row in rows)


def _checked(article_id: str, claim: dict[str, Any]) -> dict[str, Any]:
    if claim.keys() != set(CLAIM_SCHEMA.names):
        odd = sorted(claim.keys() ^ set(CLAIM_SCHEMA.names))
        raise ValueError(f"article {article_id}: a claim has missing or unknown columns: {', '.join(odd)}")
    for field in CLAIM_SCHEMA:
        if claim[field.name] is None and not field.nullable:
            raise ValueError(f"article {article_id}: a claim has no {field.name}, which schemas/tables requires")
    return claim


def write_atomically(table: pa.Table, path: Path) -> None:
    """Writes a Parquet file that is there whole or not at all, also after a loss of power."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with removed_on_error(partial):
        pq.write_table(table, partial, compression="zstd")
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)


def batches_of(articles: Path, columns: Sequence[str], size: int = 1024) -> Iterator[dict[str, list[Any]]]:
    """Columns of the article file a batch at a time, so that no more than `size` texts are held."""
    with pq.ParquetFile(articles) as file:
        for batch in record_batches(file, size, columns):
            yield batch.to_pydict()
