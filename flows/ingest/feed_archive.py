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

from flows.ingest.decompression import DAMAGE, MAGIC, NotCompressedError, opened
from flows.ingest.discovery import CorpusFile
from flows.ingest.readers import ENDINGS, SNIFFED_BYTES, SNIFFED_ENDINGS, format_of
from flows.ingest.readers.feed import LARGEST_FEED
from flows.ingest.stamps import LOCAL
from flows.publish.durable import json_bytes, replace_file

FOLDER = "feeds"
SHOWING = re.compile(r"(\d{6})-([0-9a-f]{16})\.gz")
MAY_BE_FEED = (*(ending for ending, name in ENDINGS.items() if name == "feed"), *filter(None, SNIFFED_ENDINGS))


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
        found += _showings(file, archive) if is_feed(file) else [Source(file)]
    return found


def is_feed(file: CorpusFile) -> bool:
    """Whether a file will be read as a feed. Files whose names tell of another format are not opened."""
    told = format_of(file.name, b"")
    if told != "unknown":
        return told == "feed"
    name = file.name.lower().rpartition("/")[2]
    if "." in name and not any(ending in name for ending in MAY_BE_FEED):
        return False
    try:
        with opened(file.name, file.url) as stream:
            head: bytes = stream.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]  # type: ignore[attr-defined]
    except (OSError, NotCompressedError, *DAMAGE):  # reading it will say why, and make a reject
        return False
    return format_of(file.name, head) == "feed"


def _showings(file: CorpusFile, archive: Path) -> list[Source]:
    try:
        with fsspec.open(file.url, "rb").open() as stream:
            content: bytes = stream.read(LARGEST_FEED + 1)
    except Exception:  # whatever a store's client raises; reading the file will say it again, and make a reject
        content = b""
    folder = archive / hashlib.sha256(file.name.encode()).hexdigest()[:16]
    if 0 < len(content) <= LARGEST_FEED:
        _keep(content, file.name, folder)
    kept = [_source(path, file) for path in _kept(folder)]
    if not 0 < len(content) <= LARGEST_FEED:
        return [Source(file), *(Source(showing, is_older=True) for showing in kept)]
    return [Source(showing, is_older=place > 0) for place, showing in enumerate(kept)]


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
