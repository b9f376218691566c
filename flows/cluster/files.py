"""Reads corpus files on a cluster: workers open them at their addresses, and what they read comes back as Parquet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.cluster.scheduler import ClusterError, shares_disk
from flows.cluster.window import run_in_window
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import Reread, read_shard
from flows.ingest.shelf import Shelf
from flows.ingest.version import reading_version

Files = Sequence[CorpusFile]


@task(task_run_name="read shard_{number:05d}", cache_policy=NO_CACHE, persist_result=False)
def read_files(
    files: Files, number: int, mapping: Mapping[str, str], keys: Mapping[str, str], version: str
) -> dict[str, bytes]:
    """Reads the files of one shard on a worker; gives the files of its folder by name.

    ClusterError if the worker would read them otherwise than the run, whose reading version is `version`.
    """
    if (own := reading_version()) != version:
        raise ClusterError(
            f"the worker on {os.uname().nodename} reads corpora as version {own}, the run as {version}; install the "
            "same version of the project and of its packages on all machines"
        )
    with TemporaryDirectory(prefix="materiel-") as folder:
        read_shard(files, Path(folder), mapping, Reread(keys))
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def read_on_cluster(runs: Sequence[Files], shelf: Shelf, address: str) -> Iterator[Files]:
    """Reads runs of files onto the shelf by workers; gives back those that only this machine can open."""
    everywhere = shares_disk(address)
    away = [everywhere or all(is_remote(file) for file in files) for files in runs]
    calls = (
        (files, {"files": files, "number": number, "mapping": shelf.mapping, "version": reading_version()})
        for number, files in enumerate(runs)
        if away[number]
    )

    def put(files: Files, result: Callable[[], Any]) -> None:
        folder = shelf.folder_for(files)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in result().items():
            (folder / name).write_bytes(content)
        shelf.take(files, folder)

    if any(away):
        run_in_window(read_files, ((files, call | {"keys": shelf.reread(files).keys}) for files, call in calls), put)
    yield from (files for files, is_away in zip(runs, away, strict=True) if not is_away)


def is_remote(file: CorpusFile) -> bool:
    """Whether other machines can open the file at its address."""
    scheme = file.url.partition("://")[0] if "://" in file.url else "file"
    return scheme not in ("file", "local", "memory")
