"""Finds the files of corpora (folders, files, globs, fsspec URLs) and gives each a name that holds on any machine."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from flows.redaction import MASK, redacted

WILDCARDS = "*?["


@dataclass(frozen=True)
class CorpusFile:
    """One file of a corpus.

    `name` is its path within the corpus as given (its own name where a single file was given), never a path of this
    machine; `url` opens it through fsspec; `size` is in bytes (0 where the store does not tell).
    """

    name: str
    url: str
    size: int


def discover(corpora: Sequence[str]) -> list[CorpusFile]:
    """Every file of the corpora, once, sorted by name.

    Names that several files would share are told apart by the last part of the corpus they come from, and where that
    is not enough by `#2`, `#3` in the order of the arguments. Raises FileNotFoundError for a corpus with no file,
    PermissionError for a folder that cannot be listed (a folder within it that cannot becomes a reject).
    """
    if not corpora:
        raise ValueError("no corpus was given; name at least one folder, file, glob or URL")
    found: dict[str, tuple[CorpusFile, str]] = {}
    for corpus in corpora:
        files, root_name = _files(corpus)
        if not files:
            raise FileNotFoundError(
                f"corpus {redacted(corpus)!r} holds no file; check its spelling, or the wildcards of the glob"
            )
        for file in files:
            found.setdefault(file.url, (file, root_name))
    return sorted(_told_apart(found.values()), key=lambda file: file.name)


def shards(files: Sequence[CorpusFile], n_bytes: int, n_files: int) -> list[list[CorpusFile]]:
    """The files in runs of at most `n_files` files and about `n_bytes` bytes: what one task reads."""
    runs: list[list[CorpusFile]] = []
    filled = 0
    for file in files:
        if not runs or filled + file.size > n_bytes or len(runs[-1]) >= n_files:
            runs.append([])
            filled = 0
        runs[-1].append(file)
        filled += file.size
    return runs


def _files(corpus: str) -> tuple[list[CorpusFile], str]:
    filesystem, path = url_to_fs(corpus)
    path = path.rstrip("/") or "/"
    if filesystem.isfile(path):
        paths, root = [path], posixpath.dirname(path)
    elif filesystem.isdir(path):
        paths, root = _within(filesystem, path), path
    elif any(character in path for character in WILDCARDS):
        paths, root = _matched(filesystem, path), _fixed_part(path)
    else:
        paths, root = [], path
    # A key that ends in "/" is how object stores note an empty folder.
    listed = sorted(found for found in paths if not found.endswith("/"))
    files = [_corpus_file(filesystem, found, root) for found in listed]
    return files, _readable(posixpath.basename(root))


def _within(filesystem: Any, folder: str) -> list[str]:
    """Paths of all files in a folder and its folders, in no order.

    On a local disk a folder that cannot be listed is among them, since fsspec would pass over it without a word: it
    cannot be opened either, and so becomes a reject. Links to folders are not followed, so that none can loop.
    """
    if not isinstance(filesystem, LocalFileSystem):
        return list(filesystem.find(folder))
    found, folders = [], [folder]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    (folders if entry.is_dir(follow_symlinks=False) else found).append(entry.path)
        except OSError as error:
            if here == folder:
                raise PermissionError(f"corpus {folder!r} cannot be listed: {error.strerror}") from error
            found.append(here)
    return found


def _corpus_file(filesystem: Any, path: str, root: str) -> CorpusFile:
    within = posixpath.relpath("/" + path.lstrip("/"), "/" + root.lstrip("/"))
    url = filesystem.unstrip_protocol(path)
    name, _, query = _readable(within).partition("?")
    # The name is published, and the query of an address may hold a token. Local names may hold a question mark.
    is_address = "://" in url and not url.startswith("file://")
    name = (f"{name}?{MASK}" if query else name) if is_address else _readable(within)
    return CorpusFile(name, url, _size(filesystem, path))


def _readable(name: str) -> str:
    """A file name as text: systems differ in the form of accents, and some allow bytes that are no text."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _matched(filesystem: Any, pattern: str) -> list[str]:
    found: list[str] = []
    for path in filesystem.glob(pattern):
        found.extend(_within(filesystem, path) if filesystem.isdir(path) else [path])
    return found


def _fixed_part(pattern: str) -> str:
    """The folder of a glob before its first wildcard."""
    parts = PurePosixPath(pattern).parts
    first = next(place for place, part in enumerate(parts) if any(character in part for character in WILDCARDS))
    return str(PurePosixPath(*parts[:first]))


def _size(filesystem: Any, path: str) -> int:
    try:
        return int(filesystem.size(path) or 0)
    except OSError:  # a dangling link or a file just removed; opening it will say so and make a reject
        return 0


def _told_apart(found: Iterable[tuple[CorpusFile, str]]) -> list[CorpusFile]:
    found = list(found)
    counts = Counter(file.name for file, _ in found)
    named = [
        replace(file, name=f"{root}/{file.name}") if counts[file.name] > 1 and root else file for file, root in found
    ]
    taken: set[str] = set()
    result = []
    for file in named:
        name, place = file.name, 1
        while name in taken:
            place += 1
            name = f"{file.name}#{place}"
        taken.add(name)
        result.append(replace(file, name=name))
    return result
