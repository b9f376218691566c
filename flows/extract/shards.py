"""Cuts the articles still to be read into shards and reads them in worker processes, each with a reader of its own."""

from __future__ import annotations

import hashlib
import importlib
import multiprocessing
import os
import threading
from collections.abc import Container, Iterator
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from flows.extract.cache import ReadingCache, batches_of, write_atomically, write_readings
from schemas.arrow import ARTICLE_TEXT_SCHEMA

ENGINE = "flows.extract.engine"
LANGUAGE = "en"
"""The one language that is read; articles in others get a reading of zeros."""
MAX_ARTICLES = 300
MAX_CHARS = 1_000_000
MIN_CHARS = 50_000
SHARDS_AT_LEAST = 32
"""A small corpus is cut finer than the limits ask, so that several workers have something to do."""
COLUMNS = ("article_id", "title", "text", "published_at", "publisher")
SHARD_SCHEMA = pa.schema([ARTICLE_TEXT_SCHEMA.field(name) for name in COLUMNS])


class ArticleCrashError(RuntimeError):
    """Reading an article failed; the message names the article, so that the run stops with the culprit in hand."""


class ShardNotReadError(RuntimeError):
    """A shard was given up because another one failed; that one's error is the one to look at."""


@dataclass(frozen=True)
class Shard:
    """Some hundreds of articles in a file of their own; `digest` is over their ids."""

    number: int
    path: Path
    digest: str
    n_articles: int


@dataclass(frozen=True)
class Job:
    """What a worker needs to read a shard. `engine` is the module that holds `Article` and `Reader`."""

    shard: Shard
    target: Path
    model: str
    engine: str = ENGINE

    @property
    def marker(self) -> Path:
        """File that names the article being read, for the case that the worker dies with it."""
        return self.shard.path.with_suffix(".reading")


def cut_shards(articles: Path, cached: Container[str], folder: Path) -> list[Shard]:
    """Writes the English articles that are not `cached` to shard files under `folder`, in order of article_id.

    The cut depends on the articles alone, never on the number of workers. ValueError if the file is not sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(sum(batch["n_chars"]) for batch in batches_of(articles, ["n_chars"], 65_536))
    max_chars = min(MAX_CHARS, max(MIN_CHARS, total // SHARDS_AT_LEAST))
    shards: list[Shard] = []
    rows: list[dict[str, Any]] = []
    n_chars = 0
    for row in _to_read(articles, cached):
        if rows and (len(rows) == MAX_ARTICLES or n_chars + len(row["text"]) > max_chars):
            shards.append(_write_shard(len(shards), rows, folder))
            rows, n_chars = [], 0
        rows.append(row)
        n_chars += len(row["text"])
    if rows:
        shards.append(_write_shard(len(shards), rows, folder))
    return shards


def _to_read(articles: Path, cached: Container[str]) -> Iterator[dict[str, Any]]:
    """The articles that are not `cached`. Texts are unpacked only where one of their row group is to be read."""
    last = ""
    with pq.ParquetFile(articles) as file:
        for group in range(file.num_row_groups):
            keys = file.read_row_group(group, ["article_id", "language"]).to_pydict()
            wanted = []
            for article_id, language in zip(keys["article_id"], keys["language"], strict=True):
                if article_id <= last:
                    raise ValueError(
                        f"{articles}: article {article_id} comes after {last}; rows must be sorted and unique"
                    )
                last = article_id
                if language == LANGUAGE and article_id not in cached:
                    wanted.append(article_id)
            if wanted:
                yield from _rows(file, group, pa.array(wanted, pa.string()))


def _rows(file: pq.ParquetFile, group: int, wanted: pa.Array) -> Iterator[dict[str, Any]]:
    for batch in file.iter_batches(batch_size=1024, row_groups=[group], columns=list(COLUMNS)):
        yield from batch.filter(pc.is_in(batch["article_id"], value_set=wanted)).to_pylist()


def _write_shard(number: int, rows: list[dict[str, Any]], folder: Path) -> Shard:
    digest = hashlib.sha256("\n".join(row["article_id"] for row in rows).encode()).hexdigest()[:24]
    path = folder / f"{number:05d}.parquet"
    write_atomically(pa.Table.from_pylist(rows, schema=SHARD_SCHEMA), path)
    return Shard(number, path, digest, len(rows))


@cache
def _reader(engine: str, model: str) -> Any:
    """One reader a process: loading the model costs seconds."""
    return importlib.import_module(engine).Reader(model)


def read_shard(job: Job) -> int:
    """Reads every article of a shard into its cache file; returns the number of claims, or raises ArticleCrashError.

    BLAS is held to one thread: workers would fight over the cores, and sums of floats must not depend on their number.
    """
    engine = importlib.import_module(job.engine)
    reader = _reader(job.engine, job.model)
    readings = []
    with threadpool_limits(limits=1):
        for row in pq.read_table(job.shard.path).to_pylist():
            article = engine.Article(**row)
            job.marker.write_text(article.article_id)
            try:
                readings.append((article.article_id, reader.read(article)))
            except Exception as error:
                raise ArticleCrashError(
                    f"article {article.article_id} ({_headline(article)}): {type(error).__name__}: {error}"
                ) from error
    n_claims = write_readings(job.target, readings)
    job.marker.unlink(missing_ok=True)
    return n_claims


def _headline(article: Any) -> str:
    return repr((article.title or article.text)[:80])


def _end_with_parent() -> None:
    """Makes this worker end when its parent is killed; it would otherwise wait for work for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class ReaderPool:
    """Reads shards in `workers` processes, or in this one if `workers` is 1 (for debuggers). Use as a context manager.

    A worker that dies (out of memory, a crash in native code) breaks the pool for its neighbours too: each then tries
    once more in a process of its own, so that only the shard at fault fails, and its article is named.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}; it must be 1 or more")
        self.workers = workers
        self._lock = threading.Lock()
        self._is_closed = False
        self._pool = self._new_pool(workers) if workers > 1 else None

    def read(self, job: Job) -> int:
        """Reads one shard, waiting for a free worker; may be called from many threads."""
        if self._pool is None:
            return read_shard(job)
        pool = self._pool
        try:
            return pool.submit(read_shard, job).result()
        except BrokenProcessPool:
            self._renew(pool)
        except (CancelledError, RuntimeError) as error:
            if self._is_closed and not isinstance(error, ArticleCrashError):
                raise ShardNotReadError(f"shard {job.shard.number}: given up because another one failed") from error
            raise
        return self._read_alone(job)

    def _read_alone(self, job: Job) -> int:
        with self._new_pool(1) as alone:
            try:
                return alone.submit(read_shard, job).result()
            except BrokenProcessPool as error:
                article = job.marker.read_text() if job.marker.exists() else "(none yet)"
                raise ArticleCrashError(
                    f"article {article}: the worker process died twice while reading it; "
                    "look for memory limits, or run with one worker to see the crash"
                ) from error

    def _renew(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken and not self._is_closed:
                broken.shutdown(wait=False)
                self._pool = self._new_pool(self.workers)

    @staticmethod
    def _new_pool(workers: int) -> ProcessPoolExecutor:
        # spawn: a forked child would inherit the locks of Prefect's and Arrow's threads.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def jobs_for(shards: list[Shard], cache: ReadingCache, model: str, engine: str) -> list[Job]:
    """The jobs that read these shards into the cache."""
    return [Job(shard, cache.path_for(shard.digest), model, engine) for shard in shards]
