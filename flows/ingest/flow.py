"""The ingest stage as a Prefect flow: find the files, read them shard by shard, join what was read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from prefect import flow, task

from flows.cluster.files import read_on_cluster
from flows.ingest import merge as merging
from flows.ingest.discovery import CorpusFile, discover, shards
from flows.ingest.file_reading import Selection, read_shard
from flows.ingest.merge import Ingested
from flows.ingest.readers.columns import column_mapping

# A task costs Prefect up to 36 ms, so that small files are read many to a task.
SHARD_BYTES, SHARD_FILES = 1 << 26, 500


@task(name="read files", task_run_name="read {folder.name}", persist_result=False)
def read(files: Sequence[CorpusFile], folder: Path, selection: Selection) -> Path:
    """Reads the files of one shard into a folder."""
    return read_shard(files, folder, selection)


@task(name="merge", persist_result=False)
def merge(folders: Sequence[Path], folder: Path) -> Ingested:
    """Joins what was read from all shards."""
    return merging.merge(folders, folder)


@flow(name="ingest")
def ingest(
    corpora: list[str],
    work_dir: Path,
    mapping: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
    cluster: str | None = None,
) -> Ingested:
    """Reads corpora (folders, files, globs, fsspec URLs) into articles, rejects and the account of every file.

    `cluster` is the address of a Dask scheduler, on whose workers files are then read (call it through `on_cluster`).
    """
    selection = Selection(column_mapping(mapping), since, until)
    folder = work_dir / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    runs = shards(discover(corpora), SHARD_BYTES, SHARD_FILES)
    folders = [folder / f"shard_{number:05d}" for number in range(len(runs))]
    if cluster is None:
        for files, part in zip(runs, folders, strict=True):
            read(files, part, selection)
    else:
        read_on_cluster(runs, folders, selection, cluster, read)
    ingested = merge(folders, folder)
    for part in folders:
        shutil.rmtree(part)
    return ingested
