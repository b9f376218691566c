"""The ingest stage as a Prefect flow: find the files, read them shard by shard, join what was read."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from prefect import flow, task

from flows.ingest import merge as merging
from flows.ingest.discovery import CorpusFile, discover, shards
from flows.ingest.file_reading import Selection, read_shard
from flows.ingest.merge import Ingested
from flows.ingest.readers.columns import column_mapping
from flows.limits import TASK_SECONDS
from flows.progress import report
from flows.transient import RETRIES, RETRY_JITTER, RETRY_SECONDS, worth_another_try

# A task costs Prefect up to 36 ms, so that small files are read many to a task.
SHARD_BYTES, SHARD_FILES = 1 << 26, 500


@task(
    name="list files",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_jitter_factor=RETRY_JITTER,
    retry_condition_fn=worth_another_try,
    timeout_seconds=TASK_SECONDS,
    persist_result=False,
)
def list_files(corpora: Sequence[str]) -> list[CorpusFile]:
    """Finds the files of the corpora."""
    return discover(corpora)


@task(
    name="read files",
    task_run_name="read {folder.name}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_jitter_factor=RETRY_JITTER,
    retry_condition_fn=worth_another_try,
    timeout_seconds=TASK_SECONDS,
    persist_result=False,
)
def read(files: Sequence[CorpusFile], folder: Path, selection: Selection) -> Path:
    """Reads the files of one shard into a folder."""
    return read_shard(files, folder, selection)


@task(name="join files", timeout_seconds=TASK_SECONDS, persist_result=False)
def merge(folders: Sequence[Path], folder: Path) -> Ingested:
    """Joins what was read from all shards."""
    return merging.merge(folders, folder)


@flow(name="ingest", flow_run_name="ingest")
def ingest(
    corpora: list[str],
    work_dir: Path,
    mapping: Mapping[str, str] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Ingested:
    """Reads corpora (folders, files, globs, fsspec URLs) into articles, rejects and the account of every file."""
    selection = Selection(column_mapping(mapping), since, until)
    folder = work_dir / "ingest"
    shutil.rmtree(folder, ignore_errors=True)
    runs = shards(list_files(corpora), SHARD_BYTES, SHARD_FILES)
    folders = read_all(runs, folder, selection)
    ingested = merge(folders, folder)
    for part in folders:
        shutil.rmtree(part)
    return ingested


def read_all(runs: Sequence[Sequence[CorpusFile]], folder: Path, selection: Selection) -> list[Path]:
    """Reads every run of files by a task of its own and reports progress; returns their folders."""
    n_files, n_read = sum(map(len, runs)), 0
    folders = []
    for number, files in enumerate(runs):
        report("ingest", n_read, n_files, f"files, from {files[0].name}")
        folders.append(read(files, folder / f"shard_{number:05d}", selection))
        n_read += len(files)
    report("ingest", n_read, n_files, "files")
    return folders
