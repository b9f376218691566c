"""Of the cache the folders in use and those used before them stay; what runs did not write is never deleted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.cache_cleaning import clear_caches
from flows.ingest.version import reading_version

READINGS = "0123456789abcdef01234567.parquet"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Readings of four versions, of which the last was used last, and packs of three."""
    for age, name in enumerate(("0.1.0-d", "0.1.0-c", "0.1.0-b", "0.1.0-a"), start=1):
        written(tmp_path / name / READINGS, age)
    for age, name in enumerate((reading_version(), "0a0a0a0a0a0a", "0b0b0b0b0b0b"), start=1):
        written(tmp_path / "files" / name / "0123456789abcdef01234567" / "counts.json", age)
    return tmp_path


def written(path: Path, age: float) -> None:
    """Writes a file into the folder of a version that was last used so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    folder = path.parents[1] if path.name == "counts.json" else path.parent
    os.utime(folder, (0, 1_700_000_000 - age * 86_400))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def test_the_version_in_use_and_the_one_before_stay(cache: Path) -> None:
    clear_caches(cache, cache / "0.1.0-d")
    assert names(cache) == ["0.1.0-c", "0.1.0-d", "files"]
    assert names(cache / "files") == sorted([reading_version(), "0a0a0a0a0a0a"])


def test_a_version_that_comes_back_counts_as_used(cache: Path) -> None:
    clear_caches(cache, cache / "0.1.0-d")
    clear_caches(cache, cache / "0.1.0-c")
    written(cache / "0.1.0-e" / READINGS, 0)
    clear_caches(cache, cache / "0.1.0-e")
    assert names(cache) == ["0.1.0-c", "0.1.0-e", "files"]


def test_a_folder_of_other_things_is_left_alone(cache: Path) -> None:
    written(cache / "notes" / "reading.txt", 900)
    written(cache / "0.1.0-a" / "notes.txt", 900)
    clear_caches(cache, cache / "0.1.0-d")
    assert {"notes", "0.1.0-a"} <= set(names(cache))


def test_without_a_cache_nothing_is_done(tmp_path: Path) -> None:
    assert clear_caches(tmp_path / "cache", tmp_path / "cache" / "0.1.0-d") == []
