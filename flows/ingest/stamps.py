"""Tells whether a file is one that was read before: by its content, which is hashed only where its stamp is new."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs

from flows.ingest.discovery import CorpusFile
from flows.publish.durable import replace_file, sha256_of

LOCAL = "file://"
SETTLED_NS = 2_000_000_000
"""A file that changed less than 2 s before it was hashed is hashed again next time: clocks of file systems are coarse,
and it may change once more without another time."""
ETAGS = ("ETag", "etag", "md5Hash")

Stamp = list[int]
"""Size in bytes, times of last change of content and of state (ns), inode: what a file cannot keep when rewritten."""


class Contents:
    """Keys of the contents of files. What is known of local files lies in `path`, which may be lost at no harm."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, tuple[Stamp, str]] = _loaded(path)
        self._seen: dict[str, tuple[Stamp, str]] = {}

    def key(self, file: CorpusFile) -> str | None:
        """A hash of the content of a file; None where it cannot be told without reading it whole over the network.

        In object stores it is made of address, size and the entity tag that the store gives.
        """
        return self._local(local_path(file)) if is_local(file) else _remote(file)

    def is_settled(self, file: CorpusFile) -> bool:
        """Whether a file is still as it was when its key was asked for."""
        if not is_local(file):
            return True
        seen = self._seen.get(str(local_path(file)))
        return seen is not None and seen[0] == _stamp(local_path(file))

    def save(self) -> None:
        """Keeps the stamps of the files that were asked for, and forgets all others."""
        newest = time.time_ns() - SETTLED_NS
        settled = {name: found for name, found in self._seen.items() if max(found[0][1:3]) < newest}
        replace_file(self.path, json.dumps(settled).encode())

    def _local(self, path: Path) -> str | None:
        stamp = _stamp(path)
        if stamp is None:
            return None
        known = self._known.get(str(path))
        try:
            digest = known[1] if known and known[0] == stamp else sha256_of(path)
        except OSError:  # reading it will say why, and make a reject
            return None
        self._seen[str(path)] = (stamp, digest)
        return digest


def keys_of(files: Sequence[CorpusFile], contents: Contents, extra: str) -> dict[str, str]:
    """By address the key of each reading: what the file holds, its name, and `extra`, by which readings differ too."""
    keys = {}
    for file in files:
        content = contents.key(file)
        if content is not None:
            keys[file.url] = hashlib.sha256("\x1f".join((content, file.name, extra)).encode()).hexdigest()[:32]
    return keys


def is_local(file: CorpusFile) -> bool:
    """Whether a file lies on a disk of this machine."""
    return file.url.startswith(LOCAL)


def local_path(file: CorpusFile) -> Path:
    """The path of a local file."""
    return Path(file.url.removeprefix(LOCAL))


def _loaded(path: Path) -> dict[str, tuple[Stamp, str]]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): (list(stamp), str(digest)) for name, (stamp, digest) in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _remote(file: CorpusFile) -> str | None:
    filesystem, path = url_to_fs(file.url)
    try:
        told: dict[str, Any] = filesystem.info(path)
    except Exception:  # whatever a store's client raises; reading the file will say it again, and make a reject
        return None
    tag = next((str(told[name]) for name in ETAGS if told.get(name)), None)
    if tag is None:
        return None
    return hashlib.sha256("\x1f".join((file.url, str(told.get("size")), tag)).encode()).hexdigest()
