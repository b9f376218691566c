"""Extracts claims: articles that the cache does not hold are cut into shards and read, then all is collected."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.cluster.shards import submit_to_cluster
from flows.extract.cache import READING_SCHEMA, ReadingCache, batches_of, reader_fingerprint, write_atomically
from flows.extract.shards import ENGINE, LANGUAGE, Job, ReaderPool, cut_shards, jobs_for
from flows.extract.version import source_version
from flows.progress import report

MAX_WAITING = 64
"""Shards in flight: threads that wait for a worker process. More workers than this would idle."""


@dataclass(frozen=True)
class Extracted:
    """Paths of the extracted claims and readings; `n_extracted` articles were read now, `n_cached` earlier.

    `cache` is the folder of all readings of this reader.
    """

    claims: Path
    readings: Path
    n_extracted: int
    n_cached: int
    cache: Path


WAITING_THREADS = cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=MAX_WAITING))


@flow(flow_run_name="extract", task_runner=WAITING_THREADS, persist_result=False, validate_parameters=False)
def extract(
    articles: Path,
    work_dir: Path,
    cache_dir: Path,
    model: str,
    workers: int,
    engine: str = ENGINE,
    cluster: str | None = None,
) -> Extracted:
    """Reads every English article of `articles` (ARTICLE_TEXT_SCHEMA, sorted by article_id) that is not in the cache.

    `engine` names the module of the reader; `cluster` is the address of a Dask scheduler, on whose workers the flow
    then reads (call it through `on_cluster`). Raises ArticleCrashError, naming the article, if one cannot be read.
    """
    cache = open_cache(cache_dir, model, engine)
    shards = cut_shards(articles, cache, work_dir / "shards")
    jobs = jobs_for(shards, cache, model, engine)
    if cluster is None:
        read_shards(jobs, workers, submit_tasks)
    else:
        read_shards(jobs, 1, submit_to_cluster)
    return collect(articles, cache, work_dir, n_extracted=sum(shard.n_articles for shard in shards))


@task(name="read shard", task_run_name="read shard {job.shard.number}", cache_policy=NO_CACHE, persist_result=False)
def read_shard_task(job: Job, pool: ReaderPool) -> int:
    """One shard, read in a worker process; returns its number of claims."""
    return pool.read(job)


Done = Callable[[Job, int], None]


def submit_tasks(jobs: list[Job], pool: ReaderPool, done: Done) -> None:
    """Runs every job as a Prefect task; the first failure is raised when it comes. One worker: here, one by one."""
    if pool.workers == 1:
        for job in jobs:
            done(job, read_shard_task(job, pool))
        return
    futures = {read_shard_task.submit(job, pool): job for job in jobs}
    for future in as_completed(list(futures)):
        done(futures[future], future.result())


def run_plainly(jobs: list[Job], pool: ReaderPool, done: Done) -> None:
    """Runs every job in order without Prefect, for notebooks and tests."""
    for job in jobs:
        done(job, pool.read(job))


def read_shards(jobs: list[Job], workers: int, run: Callable[[list[Job], ReaderPool, Done], None]) -> None:
    """Reads all shards and reports progress; shards that ended before a failure stay in the cache."""
    n_articles = sum(job.shard.n_articles for job in jobs)
    n_done = n_shards = n_claims = 0

    def done(job: Job, claims: int) -> None:
        nonlocal n_done, n_shards, n_claims
        n_done, n_shards, n_claims = n_done + job.shard.n_articles, n_shards + 1, n_claims + claims
        report("extract", n_done, n_articles, f"{n_shards} of {len(jobs)} shards, {n_claims} claims")

    if jobs:
        report("extract", 0, n_articles, f"{len(jobs)} shards")
        with ReaderPool(min(workers, len(jobs))) as pool:
            run(jobs, pool, done)


def open_cache(cache_dir: Path, model: str, engine: str = ENGINE) -> ReadingCache:
    """The cache of this reader: its own folder for every extractor version and model."""
    return ReadingCache(cache_dir, reader_name(engine, model))


def reader_name(engine: str, model: str) -> str:
    """The name of a reader's folder of cached readings."""
    return reader_fingerprint(extractor_version(engine), model)


def extractor_version(engine: str = ENGINE) -> str:
    """The version that the reader's module states of itself."""
    if engine == ENGINE:
        # The same, without the libraries of the language model, which a run that reads nothing can do without.
        return source_version()
    version: str = importlib.import_module(engine).EXTRACTOR_VERSION
    return version


def collect(articles: Path, cache: ReadingCache, work_dir: Path, n_extracted: int) -> Extracted:
    """Writes the claims and readings of all articles; articles in other languages have readings of zeros."""
    cache.refresh()
    english: list[str] = []
    others: list[str] = []
    for batch in batches_of(articles, ["article_id", "language"], 65_536):
        for article_id, language in zip(batch["article_id"], batch["language"], strict=True):
            (english if language == LANGUAGE else others).append(article_id)
    claims, readings = cache.claims_and_readings(english)
    zeros = pa.array([0] * len(others), pa.int32())
    unread = pa.table([pa.array(others, pa.string()), zeros, zeros, zeros], schema=READING_SCHEMA)
    readings = pa.concat_tables([readings, unread]).sort_by("article_id")
    paths = work_dir / "claims.parquet", work_dir / "readings.parquet"
    write_atomically(claims, paths[0])
    write_atomically(readings, paths[1])
    return Extracted(*paths, n_extracted=n_extracted, n_cached=len(english) - n_extracted, cache=cache.folder)
