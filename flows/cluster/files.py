"""Reads corpus files on a cluster: workers open them at their addresses, and what they read comes back as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.cluster.scheduler import shares_disk
from flows.cluster.window import run_in_window
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import Selection, read_shard

ReadHere = Callable[[Sequence[CorpusFile], Path, Selection], Path]


@task(task_run_name="read shard_{number:05d}", cache_policy=NO_CACHE, persist_result=False)
def read_files(files: Sequence[CorpusFile], number: int, selection: Selection) -> dict[str, bytes]:
    """Reads the files of one shard on a worker; gives the files of its folder by name."""
    with TemporaryDirectory(prefix="materiel-") as folder:
        read_shard(files, Path(folder), selection)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def read_on_cluster(
    runs: Sequence[Sequence[CorpusFile]], folders: Sequence[Path], selection: Selection, address: str, here: ReadHere
) -> None:
    """Reads every run of files into its folder: on the cluster, or by `here` where only this machine has the files."""
    everywhere = shares_disk(address)
    calls = []
    for number, (files, folder) in enumerate(zip(runs, folders, strict=True)):
        if everywhere or all(is_remote(file) for file in files):
            calls.append((folder, {"files": files, "number": number, "selection": selection}))
        else:
            here(files, folder, selection)
    if calls:
        run_in_window(read_files, calls, _unpack)


def is_remote(file: CorpusFile) -> bool:
    """Whether other machines can open the file at its address."""
    scheme = file.url.partition("://")[0] if "://" in file.url else "file"
    return scheme not in ("file", "local", "memory")


def _unpack(folder: Path, result: Callable[[], Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in result().items():
        (folder / name).write_bytes(content)
