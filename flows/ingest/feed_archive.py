"""Keeps what feeds showed: a feed shows its last entries only, and what it showed before is part of the corpus still.

Every different content of a feed file is kept as it was under `feeds/` of the output folder, in a folder for each
name.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import fsspec

from flows.ingest.decompression import MAGIC, opened
from flows.ingest.discovery import CorpusFile
from flows.ingest.readers import SNIFFED_BYTES, SNIFFED_ENDINGS, UNKNOWN, format_of
from flows.ingest.readers.feed import LARGEST_FEED
from flows.ingest.stamps import LOCAL
from flows.publish.durable import json_bytes, replace_file

FOLDER = "feeds"
SHOWING = re.compile(r"(\d{6})-([0-9a-f]{16})\.gz")
SNIFFED = tuple(filter(None, SNIFFED_ENDINGS))


@dataclass(frozen=True)
class Source:
    """A file to read under the name of a corpus file; `is_older` marks what a feed showed before."""

    file: CorpusFile
    is_older: bool = False


def sources(files: Sequence[CorpusFile], archive: Path | None) -> list[Source]:
    """The files as they are to be read: each feed as it was kept just now, and after it what it showed before.

    Without an archive every file is read as it is. What a feed shows is kept before it is read.
    """
    if archive is None:
        return [Source(file) for file in files]
    found: list[Source] = []
    for file in files:
        found += _showings(file, archive) if may_be_feed(file.name) else [Source(file)]
    return found


def may_be_feed(name: str) -> bool:
    """Whether a file of this name may be read as a feed; of the others none is opened."""
    told = format_of(name, b"")
    last = name.lower().rpartition("/")[2]
    return told == "feed" or (told == UNKNOWN and ("." not in last or any(ending in last for ending in SNIFFED)))


def is_feed(file: CorpusFile) -> bool:
    """Whether a file is read as a feed."""
    try:
        with opened(file.name, file.url) as stream:
            head: bytes = stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]  # type: ignore[attr-defined]
    except Exception:  # whatever a store's client raises; reading the file will say it again, and make a reject
        return False
    return format_of(file.name, head) == "feed"


def _showings(file: CorpusFile, archive: Path) -> list[Source]:
    """A file that is no feed now, or none that can be read, may have been one: what it showed stays all the same."""
    folder = archive / hashlib.sha256(file.name.encode()).hexdigest()[:16]
    content = _content(file) if is_feed(file) else b""
    is_kept = 0 < len(content) <= LARGEST_FEED
    if is_kept:
        _keep(content, file.name, folder)
    kept = [_source(path, file) for path in _kept(folder)]
    shown = [] if is_kept else [Source(file)]
    return shown + [Source(showing, is_older=bool(shown) or place > 0) for place, showing in enumerate(kept)]


def _content(file: CorpusFile) -> bytes:
    try:
        with fsspec.open(file.url, "rb").open() as stream:
            content: bytes = stream.read(LARGEST_FEED + 1)
            return content
    except Exception:  # as above
        return b""


def _keep(content: bytes, name: str, folder: Path) -> None:
    """Adds what the feed shows now as its newest showing, unless it is that already."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    kept = _kept(folder)
    if kept and kept[0].name.split("-")[1].startswith(digest):
        return
    number = int(kept[0].name.split("-")[0]) + 1 if kept else 1
    packed = content if any(map(content.startswith, MAGIC)) else gzip.compress(content, mtime=0)
    replace_file(folder / "feed.json", json_bytes({"corpus": name}))
    replace_file(folder / f"{number:06d}-{digest}.gz", packed)
    for path in kept:
        if digest in path.name:
            path.unlink()


def _kept(folder: Path) -> list[Path]:
    """The showings of a feed, newest first."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((path for path in found if SHOWING.fullmatch(path.name)), reverse=True)


def _source(path: Path, file: CorpusFile) -> CorpusFile:
    return replace(file, url=LOCAL + str(path.resolve()), size=path.stat().st_size)
