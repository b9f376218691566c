"""The ingest stage as a Prefect flow: find the files, read those that were not read before, join all that was read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.cluster.files import read_on_cluster
from flows.credentials import credentials_hidden, revealed
from flows.ingest import merge as merging
from flows.ingest.discovery import CorpusFile, discover, shards
from flows.ingest.fates import Choice
from flows.ingest.feed_archive import sources
from flows.ingest.file_reading import Reread, read_shard
from flows.ingest.history import History
from flows.ingest.merge import Ingested
from flows.ingest.packs import Placed
from flows.ingest.readers.columns import column_mapping
from flows.ingest.shelf import Shelf
from flows.limits import TASK_SECONDS
from flows.progress import report
from flows.transient import RETRIES, RETRY_JITTER, RETRY_SECONDS, worth_another_try

# A task costs Prefect up to 36 ms, so that small files are read many to a task.
SHARD_BYTES, SHARD_FILES = 1 << 26, 500
TRIED_AGAIN: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay_seconds": RETRY_SECONDS,
    "retry_jitter_factor": RETRY_JITTER,
    "retry_condition_fn": worth_another_try,
    "timeout_seconds": TASK_SECONDS,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""Settings of a task that reads from a store, which may be away for a while."""


@task(name="list files", **TRIED_AGAIN)
def list_files(corpora: Sequence[str]) -> list[CorpusFile]:
    """Finds the files of the corpora; what goes wrong is told without the credentials of their addresses."""
    with credentials_hidden():
        return discover(revealed(corpora))


@task(name="read files", task_run_name="read {folder.name}", **TRIED_AGAIN)
def read(files: Sequence[CorpusFile], folder: Path, mapping: Mapping[str, str], reread: Reread) -> Path:
    """Reads the files of one shard into a folder."""
    return read_shard(files, folder, mapping, reread)


@task(name="join files", timeout_seconds=TASK_SECONDS, cache_policy=NO_CACHE, persist_result=False)
def merge(files: Sequence[Placed], folder: Path, choice: Choice) -> Ingested:
    """Joins what was read from all files."""
    return merging.merge(files, folder, choice)


@flow(name="ingest", flow_run_name="ingest", persist_result=False, validate_parameters=False)
def ingest(
    corpora: list[str],
    work_dir: Path,
    mapping: Mapping[str, str] | None = None,
    choice: Choice | None = None,
    history: History | None = None,
    cluster: str | None = None,
) -> Ingested:
    """Reads corpora (folders, files, globs, fsspec URLs) into articles, rejects and the account of every file.

    Files that `history` knows are not read again, and what feeds showed before is kept. `cluster` is the address of a
    Dask scheduler, on whose workers files are then read (call it through `on_cluster`).
    """
    history, folder = history or History(), work_dir / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    files = sources(list_files(corpora), history.feeds)
    shelf = Shelf(history.packs or folder / "packs", files, column_mapping(mapping))
    unread = shelf.unread()
    runs = shards(unread, SHARD_BYTES, SHARD_FILES)
    for run in runs if cluster is None else read_on_cluster(runs, shelf, cluster):
        report("ingest", len(files) - len(shelf.unread()), len(files), f"{len(unread)} files to read")
        shelf.take(run, read(run, shelf.folder_for(run), shelf.mapping, shelf.reread(run)))
    report("ingest", len(files), len(files), f"files, {len(unread)} of them read anew")
    ingested = merge(shelf.readings(), folder, choice or Choice())
    shelf.close(keep=history.packs is not None)
    return replace(ingested, n_files_read=len(unread), n_files_known=len(files) - len(unread))
