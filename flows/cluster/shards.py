"""Reads shards of articles on a cluster: the articles travel with the task, the readings come back and are kept here.

Workers need no disk in common and no credentials. A cache file is written by the run alone, once, under the name of its
shard: what a worker had read when it died is read again by another one, and never twice in the result.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.cluster.scheduler import ClusterError
from flows.cluster.window import run_in_window
from flows.extract.cache import reader_fingerprint
from flows.extract.shards import Job, ReaderPool, read_shard
from flows.publish.durable import replace_file

_log = logging.getLogger(__name__)
_READING = threading.Lock()
"""A reader is used by one thread at a time; threads of one worker take turns."""


@dataclass(frozen=True)
class Shipment:
    """A shard on its way to a worker: the job, the bytes of its Parquet file, and which reader must read it."""

    job: Job
    articles: bytes
    fingerprint: str


@dataclass(frozen=True)
class Shipped:
    """What came back: the number of claims, and the bytes of the cache file."""

    n_claims: int
    readings: bytes


@task(task_run_name="read shard {shipment.job.shard.number}", cache_policy=NO_CACHE, persist_result=False)
def read_shipment(shipment: Shipment) -> Shipped:
    """One shard, read on a worker; ArticleCrashError names the article that cannot be read."""
    return read_here(shipment)


def read_here(shipment: Shipment) -> Shipped:
    """Reads a shard in this process, in a temporary folder. ClusterError if this machine has another reader."""
    job = shipment.job
    if (own := fingerprint_of(job)) != shipment.fingerprint:
        raise ClusterError(
            f"the worker on {os.uname().nodename} has reader {own}, the run has {shipment.fingerprint}; "
            "install the same version of the project and its model on all machines"
        )
    with _READING, TemporaryDirectory(prefix="materiel-") as folder:
        shard = replace(job.shard, path=Path(folder) / "shard.parquet")
        shard.path.write_bytes(shipment.articles)
        there = replace(job, shard=shard, target=Path(folder) / "readings.parquet")
        return Shipped(read_shard(there), there.target.read_bytes())


def fingerprint_of(job: Job) -> str:
    """Which reader this process would read the job with; it names the cache folder, too."""
    return reader_fingerprint(importlib.import_module(job.engine).EXTRACTOR_VERSION, job.model)


def submit_to_cluster(jobs: list[Job], pool: ReaderPool, done: Callable[[Job, int], None]) -> None:
    """Runs every job as a task on the cluster; the first failure is raised when it comes.

    A shard with which several workers died is read once more by the run itself, in a process of its own: if the shard
    was to blame its article is named, and if the machines were, nothing is lost.
    """
    from distributed.scheduler import KilledWorker

    def keep(job: Job, result: Callable[[], Any]) -> None:
        try:
            shipped = result()
        except KilledWorker as error:
            _log.warning("shard %d: several workers died (%s); the run reads it itself", job.shard.number, error)
            done(job, pool.read_alone(job))
            return
        replace_file(job.target, shipped.readings)
        done(job, shipped.n_claims)

    run_in_window(read_shipment, shipments(jobs), keep)


def shipments(jobs: list[Job]) -> Iterator[tuple[Job, dict[str, Any]]]:
    """The arguments of every task, one shard's bytes at a time."""
    for job in jobs:
        yield job, {"shipment": Shipment(job, job.shard.path.read_bytes(), fingerprint_of(job))}
