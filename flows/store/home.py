"""Where a run works and publishes: a folder of this machine, or an object store by way of such a folder.

Layout of a store: as that of an output folder, without `staging`, `work` and the link `latest`, and with `locks/`.
"""

from __future__ import annotations

import json
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flows.ingest.feed_archive import FOLDER as FEEDS
from flows.ingest.periods import FILE as PERIODS
from flows.ingest.withdrawals import FILE as WITHDRAWN
from flows.publish.durable import json_bytes, locked, replace_file
from flows.publish.index import release_index
from flows.publish.release import clear_leftovers, latest_folder, move_pointer
from flows.store.address import is_url
from flows.store.copy import complete, copy_of, machine_folder
from flows.store.lease import Lease, leased
from flows.store.objects import Content, Store, StoreError

POINTER, INDEX, MANIFEST = "latest.json", "releases.json", "release.json"
KEPT = (PERIODS, WITHDRAWN)
"""Files of an output folder that later runs need: the days covered, and what people have withdrawn."""


@dataclass
class Home:
    """A local output folder, held by this run. The steps of a store are empty here."""

    folder: Path

    def begin(self) -> None:
        """Clears what killed runs left behind."""
        clear_leftovers(self.folder)

    def bring_readings(self, reader: str) -> None:
        """Fetches the cached readings of a reader."""

    def keep_readings(self) -> None:
        """Keeps the readings made in this run for later ones."""

    def publish(self, release: Path) -> str:
        """Makes a release that is published in `folder` the latest one for all; returns its address."""
        return str(release)

    def end(self) -> None:
        """Keeps the records of the run, whatever came of it."""


@dataclass
class StoreHome(Home):
    """An object store, held by its lease, and the folder in which the run works; `pointer` is what the run found."""

    store: Store
    lease: Lease
    url: str
    pointer: Content | None = None
    began: float = field(default_factory=time.time)

    def begin(self) -> None:
        """Clears what killed runs left, mends the index, and brings the latest release, to hold the next against."""
        clear_leftovers(self.folder)
        sweep(self.store)
        self.pointer = self.store.read(POINTER)
        copy = copy_of(self.url)
        for path in ("releases", POINTER, INDEX, "latest", *KEPT):
            _discard(self.folder / path)
        self._bring(FEEDS)
        for name in KEPT:
            if (found := self.store.read(name)) is not None:
                replace_file(self.folder / name, found.data)
        if self.pointer is not None:
            replace_file(self.folder / POINTER, self.pointer.data)
            replace_file(copy / POINTER, self.pointer.data)
            if (previous := latest_folder(copy)) is not None:
                shutil.copytree(complete(previous), self.folder / "releases" / previous.name)
            self._write_index(copy)

    def bring_readings(self, reader: str) -> None:
        """Fetches those files of cached readings that are not here."""
        self._bring(f"cache/{reader}")

    def keep_readings(self) -> None:
        """Uploads those files of cached readings that are not there."""
        self._send_new("cache", "*/*.parquet")

    def publish(self, release: Path) -> str:
        """Uploads the release, then its manifest, then moves the pointer: the one step that readers see.

        If anything fails before that the pointer here goes back to the release before. LeaseLostError if another run
        may hold the store; StoreConflictError if the pointer is not the one that this run began with.
        """
        try:
            self.upload(release)
            self.lease.check()
            self.store.replace(POINTER, (self.folder / POINTER).read_bytes(), self.pointer)
        except BaseException:
            self._undo(release)
            raise
        self._write_index()
        return f"{self.store.url}/releases/{release.name}"

    def upload(self, release: Path) -> None:
        """Uploads every file of a release, its manifest last; StoreError if the store then holds other files or sizes.

        A complete release of this name is there already if a run died before it moved the pointer; then that one stays.
        """
        prefix = f"releases/{release.name}"
        manifest = f"{prefix}/{MANIFEST}"
        if (found := self.store.read(manifest)) is not None:
            self._adopt(release, found)
        files = {f"{prefix}/{path.relative_to(release).as_posix()}": path for path in _files(release)}
        if found is None:
            own = files.pop(manifest)
            self.store.remove(list(self.store.names(prefix)))
            self.store.send(files)
            self._agree(prefix, files)
            self.lease.check()
            files[manifest] = own
            self.store.send({manifest: own})
        self._agree(prefix, files)

    def end(self) -> None:
        """Uploads readings, accounts and failure records; what fails here is uploaded by the next run."""
        try:
            self.keep_readings()
            self._send_new(FEEDS, "**/*")
            if (self.folder / PERIODS).is_file():
                self.store.send({PERIODS: self.folder / PERIODS})
            self._send_new("failures", "*/**/*", changed=True)
            self._send_new("runs", "*.json", changed=True)
        except StoreError as error:
            warnings.warn(f"records of the run are still in {self.folder} only: {error}", RuntimeWarning, stacklevel=2)

    def _bring(self, prefix: str) -> None:
        """Fetches those objects below a prefix that are not here."""
        there = self.store.names(prefix)
        self.store.fetch({name: self.folder / name for name in there if not (self.folder / name).exists()})

    def _agree(self, prefix: str, files: dict[str, Path]) -> None:
        there = self.store.names(prefix)
        if there != {name: path.stat().st_size for name, path in files.items()}:
            names = sorted({*there, *files})
            odd = [name for name in names if name not in files or there.get(name) != files[name].stat().st_size]
            raise StoreError(f"{self.store.url}/{odd[0]}: is not as it was uploaded ({len(odd)} such); run again")

    def _adopt(self, release: Path, found: Content) -> None:
        """Takes the release of this name from the store in the place of the one made now, which says the same."""
        own = json.loads((release / MANIFEST).read_bytes())
        if json.loads(found.data)["content_digest"] != own["content_digest"]:
            raise StoreError(f"{self.store.url}/releases/{release.name}: another release of this name; remove it")
        there = complete(copy_of(self.url) / "releases" / release.name)
        shutil.rmtree(release)
        shutil.copytree(there, release)
        move_pointer(self.folder, release)

    def _send_new(self, folder: str, pattern: str, changed: bool = False) -> None:
        """Uploads files that the store lacks and, if asked, those that this run has `changed`."""
        own = {path.relative_to(self.folder).as_posix(): path for path in (self.folder / folder).glob(pattern)}
        own = {name: path for name, path in own.items() if path.is_file() and not path.name.startswith(".")}
        there = self.store.names(folder) if own else {}
        is_new = {name for name, path in own.items() if changed and path.stat().st_mtime >= self.began}
        self.store.send({name: path for name, path in own.items() if name not in there or name in is_new})

    def _write_index(self, copy: Path | None = None) -> None:
        """Made from the releases, where the store holds another; if that fails, the next run begins with it."""
        try:
            content = json_bytes(release_index(copy or copy_of(self.url)))
            found = self.store.read(INDEX)
            if found is None or found.data != content:
                self.store.write(INDEX, content)
        except StoreError as error:
            warnings.warn(
                f"{INDEX} could not be written ({error}); the next run writes it", RuntimeWarning, stacklevel=2
            )

    def _undo(self, release: Path) -> None:
        if self.pointer is not None:
            replace_file(self.folder / POINTER, self.pointer.data)
        else:
            _discard(self.folder / POINTER)
        _discard(self.folder / "latest")
        shutil.rmtree(release, ignore_errors=True)


@contextmanager
def held(output: str | Path, wait_seconds: float) -> Iterator[Home]:
    """Holds an output folder or store against other runs; OutputBusyError if another still holds it after the wait."""
    if not is_url(output):
        with locked(Path(output), wait_seconds):
            yield Home(Path(output))
        return
    store = Store.at(str(output))
    folder = run_folder(str(output))
    with locked(folder, wait_seconds), leased(store, wait_seconds) as lease:
        yield StoreHome(folder, store, lease, str(output))


def run_folder(output: str | Path) -> Path:
    """The folder in which runs work: the output itself, or this machine's folder for a store."""
    return machine_folder(Store.at(str(output))) / "run" if is_url(output) else Path(output)


def sweep(store: Store) -> list[str]:
    """Removes the releases whose upload never ended (they have no manifest); returns the names of their objects."""
    there = store.names("releases")
    folders = {name.split("/")[1] for name in there if name.count("/") >= 2}
    ended = {folder for folder in folders if f"releases/{folder}/{MANIFEST}" in there}
    leftovers = [name for name in there if name.count("/") >= 2 and name.split("/")[1] not in ended]
    store.remove(leftovers)
    return leftovers


def _files(release: Path) -> list[Path]:
    return sorted(path for path in release.rglob("*") if path.is_file())


def _discard(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
