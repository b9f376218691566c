"""The few operations on an object store that publishing needs, over fsspec; an object is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from flows.redaction import redacted

BATCH = 200
"""Objects sent or fetched in one call; fsspec moves those of a call side by side."""
CONDITIONAL = ("s3", "s3a")
"""Protocols of which a write can be bound to the version that it replaces."""


class StoreError(OSError):
    """The store did not do what was asked; the message names the object."""


class StoreConflictError(StoreError):
    """An object is not what it was when it was last looked at: somebody else has written it."""


@dataclass(frozen=True)
class Content:
    """What an object holds; `version` tells it from what it held before (None where the store has no such thing)."""

    data: bytes
    version: str | None


@dataclass(frozen=True)
class Store:
    """Objects below an address; names are relative to it, with `/`."""

    url: str
    filesystem: Any
    root: str

    @classmethod
    def at(cls, url: str) -> Store:
        """The store at an address such as `s3://bucket/prefix`. StoreError if its driver is missing."""
        try:
            filesystem, root = url_to_fs(url.rstrip("/"), use_listings_cache=False)
        except ImportError as error:
            raise StoreError(f"{redacted(url)}: {error}; pip install '.[cloud]'") from error
        return cls(redacted(url.rstrip("/")), filesystem, root.rstrip("/"))

    def names(self, prefix: str) -> dict[str, int]:
        """Sizes in bytes of the objects below a prefix, by name, as they are now."""
        with self._said(prefix):
            self.filesystem.invalidate_cache()
            found = self.filesystem.find(self._path(prefix), detail=True)
        start = len(self._path(""))
        return {path[start:]: int(facts["size"]) for path, facts in found.items() if not path.endswith("/")}

    def read(self, name: str) -> Content | None:
        """What an object holds; None if there is none."""
        try:
            with self._said(name):
                version = self._version(name)
                return Content(self.filesystem.cat_file(self._path(name)), version)
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Puts an object in the place of whatever is there."""
        with self._said(name):
            self.filesystem.pipe_file(self._path(name), data)

    def create(self, name: str, data: bytes) -> bool:
        """Puts an object only where there is none; False if there is one. Of several callers one succeeds."""
        try:
            with self._said(name):
                self.filesystem.pipe_file(self._path(name), data, mode="create")
            return True
        except FileExistsError:
            # The driver may have tried twice, and met what its own first try had written.
            found = self.read(name)
            return found is not None and found.data == data

    def replace(self, name: str, data: bytes, seen: Content | None) -> None:
        """Puts an object in the place of the one that was `seen`; StoreConflictError if another is there by now.

        In one step on stores that bind a write to a version (S3); elsewhere after looking, which leaves a gap.
        """
        if seen is None:
            if not self.create(name, data):
                raise StoreConflictError(f"{self.url}/{name}: was written by somebody else; nothing was changed")
            return
        condition = {}
        if self._protocols() & set(CONDITIONAL) and seen.version is not None:
            condition = {"IfMatch": seen.version}
        elif self.read(name) != seen:
            raise StoreConflictError(f"{self.url}/{name}: was written by somebody else; nothing was changed")
        try:
            with self._said(name):
                self.filesystem.pipe_file(self._path(name), data, **condition)
        except OSError as error:
            found = self.read(name)
            if found is not None and found.data == data:
                return
            if found != seen:
                raise StoreConflictError(f"{self.url}/{name}: was written by somebody else; nothing changed") from error
            raise

    def send(self, files: Mapping[str, Path]) -> None:
        """Uploads files by the names that their objects shall have."""
        for batch in _batches(sorted(files)):
            with self._said(f"{batch[0]} and {len(batch) - 1} more"):
                self.filesystem.put([str(files[name]) for name in batch], [self._path(name) for name in batch])

    def fetch(self, names: Mapping[str, Path]) -> None:
        """Downloads objects; a file appears whole or not at all."""
        for batch in _batches(sorted(names)):
            partial = {name: _partial(names[name]) for name in batch}
            for path in partial.values():
                path.parent.mkdir(parents=True, exist_ok=True)
            with self._said(f"{batch[0]} and {len(batch) - 1} more"):
                self.filesystem.get([self._path(name) for name in batch], [str(partial[name]) for name in batch])
            for name in batch:
                partial[name].replace(names[name])

    def remove(self, names: Sequence[str]) -> None:
        """Deletes objects; those that are gone already do not matter."""
        for batch in _batches(sorted(names)):
            with self._said(f"{batch[0]} and {len(batch) - 1} more"):
                try:
                    self.filesystem.rm([self._path(name) for name in batch])
                except FileNotFoundError:
                    continue

    def _path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _protocols(self) -> set[str]:
        protocol = self.filesystem.protocol
        return {protocol} if isinstance(protocol, str) else set(protocol)

    def _version(self, name: str) -> str | None:
        self.filesystem.invalidate_cache()
        version = self.filesystem.info(self._path(name)).get("ETag")
        return None if version is None else str(version)

    @contextmanager
    def _said(self, name: str) -> Iterator[None]:
        """Whatever a driver raises becomes a StoreError that names the object, but for absence and presence."""
        try:
            yield
        except (FileNotFoundError, FileExistsError, StoreError):
            raise
        except Exception as error:
            said = redacted(f"{type(error).__name__}: {error}")
            raise StoreError(
                f"{self.url}/{name}: {said}; check the address, the credentials and the network"
            ) from error


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield list(names[start : start + BATCH])


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.partial")
