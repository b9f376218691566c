"""Keeps what corpus files came to, so that a file is read once: packs of readings on disk, found by key.

A pack is the folder that one task wrote, of up to some hundreds of files. It appears whole or not at all, so that a
killed run resumes after its last pack.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.publish.durable import sync_tree

ARTICLES, REJECTS, COUNTS = "articles.parquet", "rejects.parquet", "counts.json"
LEAST_USED = 0.5
"""Packs of which a smaller share of the articles is in use are read anew, so that what is gone does not pile up."""


@dataclass(frozen=True)
class FileReading:
    """What reading a file came to: `n_articles` and `n_rejects` rows of its pack, of `n_records` records.

    `key` is that of the file's content, name and column mapping; None if it must be read again all the same.
    """

    key: str | None
    corpus: str
    format: str
    n_records: int
    n_articles: int
    n_rejects: int

    @staticmethod
    def write(path: Path, readings: Sequence[FileReading]) -> None:
        """Writes the readings of a pack, in the order of their rows."""
        path.write_text(json.dumps([asdict(reading) for reading in readings]), encoding="utf-8")

    @staticmethod
    def load(path: Path) -> list[FileReading]:
        """What `write` wrote; ValueError says what to do with a damaged file."""
        try:
            return [FileReading(**reading) for reading in json.loads(path.read_text(encoding="utf-8"))]
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: damaged ({error}); delete its folder and run again") from error


@dataclass(frozen=True)
class Placed:
    """A reading in its place: its rows in the pack `folder` begin at these two numbers.

    `is_older` marks what a feed has shown before: its rejects do not count any more.
    """

    folder: Path
    first_article: int
    first_reject: int
    reading: FileReading
    is_older: bool = False

    @property
    def articles(self) -> slice:
        """Its rows among the articles of the pack."""
        return slice(self.first_article, self.first_article + self.reading.n_articles)


def placed(folder: Path) -> list[Placed]:
    """All readings of a pack, in order."""
    found, n_articles, n_rejects = [], 0, 0
    for reading in FileReading.load(folder / COUNTS):
        found.append(Placed(folder, n_articles, n_rejects, reading))
        n_articles, n_rejects = n_articles + reading.n_articles, n_rejects + reading.n_rejects
    return found


class Packs:
    """The packs under `folder`; looks at them once, when made, and whenever one is added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._by_key: dict[str, Placed] = {}
        self._by_name: dict[str, Placed] = {}
        self._all: dict[Path, list[Placed]] = {}
        for partial in folder.glob("*.partial"):
            shutil.rmtree(partial)
        packs = [path for path in folder.iterdir() if (path / COUNTS).exists()]
        for pack in sorted(packs, key=lambda path: (path.stat().st_mtime_ns, path.name)):
            self.add(pack)

    def add(self, pack: Path) -> None:
        """Takes up a pack that is whole."""
        self._all[pack] = placed(pack)
        for found in self._all[pack]:
            self._by_name[found.reading.corpus] = found
            if found.reading.key is not None:
                self._by_key[found.reading.key] = found

    def by_key(self, key: str | None) -> Placed | None:
        """The reading of this key."""
        return None if key is None else self._by_key.get(key)

    def by_name(self, name: str) -> Placed | None:
        """The newest reading of a file of this name, whatever it held."""
        return self._by_name.get(name)

    def drop_sparse(self, keys: Iterable[str]) -> None:
        """Forgets the packs of which too little is in use by these keys; their files are read anew."""
        wanted = set(keys)
        for readings in self._all.values():
            used = [found for found in readings if found.reading.key in wanted]
            n_used, n_all = (sum(1 + found.reading.n_articles for found in some) for some in (used, readings))
            if n_used < LEAST_USED * n_all:
                for found in used:
                    self._by_key.pop(str(found.reading.key), None)

    def folder_for(self, keys: Mapping[str, str | None]) -> Path:
        """Where the pack of files with these addresses and keys is written before it is whole."""
        identity = "\n".join(f"{url} {key}" for url, key in keys.items())
        return self.folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:24]}.partial"

    def complete(self, written: Path) -> Path:
        """Gives a pack that was written its name and takes it up."""
        pack = written.with_suffix("")
        sync_tree(written)
        shutil.rmtree(pack, ignore_errors=True)
        written.rename(pack)
        self.add(pack)
        return pack

    def keep_only(self, used: Iterable[Placed]) -> None:
        """Deletes the packs of which nothing is in use."""
        folders = {found.folder for found in used}
        for pack in set(self._all) - folders:
            shutil.rmtree(pack)
            del self._all[pack]
