"""The readings of the files of one run: those that earlier runs left, and those that are added while it reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flows.ingest.discovery import CorpusFile
from flows.ingest.feed_archive import Source
from flows.ingest.file_reading import Reread
from flows.ingest.packs import COUNTS, FileReading, Packs, Placed, placed
from flows.ingest.stamps import Contents, keys_of

STAMPS = "stamps.json"


class Shelf:
    """Readings of `files` in the packs under `folder`; `mapping` gives the columns of tables."""

    def __init__(self, folder: Path, files: Sequence[Source], mapping: dict[str, str]) -> None:
        self.files = files
        self.mapping = mapping
        self._packs = Packs(folder)
        self._contents = Contents(folder.parent / STAMPS)
        named = json.dumps(mapping, sort_keys=True)
        self._keys = keys_of([source.file for source in files], self._contents, named)
        self._packs.drop_sparse(self._keys.values())
        known = {url: self._packs.by_key(key) for url, key in self._keys.items()}
        self._found: dict[str, Placed] = {url: found for url, found in known.items() if found is not None}

    def unread(self) -> list[CorpusFile]:
        """The files that are still to be read."""
        return [source.file for source in self.files if source.file.url not in self._found]

    def folder_for(self, files: Sequence[CorpusFile]) -> Path:
        """Where the readings of these files go."""
        return self._packs.folder_for({file.url: self._keys.get(file.url) for file in files})

    def reread(self, files: Sequence[CorpusFile]) -> Reread:
        """What is known of these files beforehand."""
        before = {file.name: found for file in files if (found := self._packs.by_name(file.name)) is not None}
        return Reread({file.url: self._keys[file.url] for file in files if file.url in self._keys}, before)

    def take(self, files: Sequence[CorpusFile], written: Path) -> None:
        """Takes up the pack of these files. A file that changed while it was read is read again in the next run."""
        readings = FileReading.load(written / COUNTS)
        checked = [
            reading if self._contents.is_settled(file) else replace(reading, key=None)
            for file, reading in zip(files, readings, strict=True)
        ]
        FileReading.write(written / COUNTS, checked)
        pack = self._packs.complete(written)
        self._found |= {file.url: found for file, found in zip(files, placed(pack), strict=True)}

    def readings(self) -> list[Placed]:
        """The readings of all files, in their order."""
        return [replace(self._found[source.file.url], is_older=source.is_older) for source in self.files]

    def close(self, keep: bool) -> None:
        """Keeps what this run used for the next one and deletes the rest; or deletes everything."""
        if keep:
            self._contents.save()
            self._packs.keep_only(self._found.values())
        else:
            shutil.rmtree(self._packs.folder)
            self._contents.path.unlink(missing_ok=True)
