"""Deletes folders of the cache that no run will use any more: readings and files read by versions that have gone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from flows.ingest.history import CACHE as FILES
from flows.ingest.version import reading_version

KEPT_VERSIONS = 2
"""The version in use and the one used before it, so that going back to it costs nothing."""
USED = ".used"
READINGS_FILE = re.compile(r"[0-9a-f]{24}\.parquet|\..*\.partial|\.used")
PACKS_FOLDER = re.compile(r"[0-9a-f]{24}(\.partial)?|\.used")


def clear_caches(cache: Path, readings: Path) -> list[Path]:
    """Marks the folders that this run has used, deletes old ones under `cache`, and returns what was deleted.

    `readings` is the folder of this run's reader. A folder that holds anything but what runs write there is left alone.
    """
    return _clear(cache, readings, READINGS_FILE) + _clear(
        cache / FILES.name, cache / FILES.name / reading_version(), PACKS_FOLDER
    )


def _clear(folder: Path, used: Path, written: re.Pattern[str]) -> list[Path]:
    if used.is_dir():
        (used / USED).touch()
        os.utime(used / USED)
    is_ours = _holds_only(written)
    found = [path for path in folder.iterdir() if path.is_dir() and is_ours(path)] if folder.is_dir() else []
    found.sort(key=lambda path: (path == used, last_use(path)), reverse=True)
    for path in found[KEPT_VERSIONS:]:
        shutil.rmtree(path)
    return found[KEPT_VERSIONS:]


def _holds_only(written: re.Pattern[str]) -> Callable[[Path], bool]:
    return lambda folder: all(written.fullmatch(path.name) for path in folder.iterdir())


def last_use(folder: Path) -> float:
    """When a run last used a folder of the cache (seconds since 1970); before there were marks, when it was written."""
    mark = folder / USED
    return (mark if mark.exists() else folder).stat().st_mtime
