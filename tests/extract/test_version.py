"""The extractor's version changes with what decides a reading, and with nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.extract.flow import extractor_version
from flows.extract.version import source_version

FILES = {
    "flows/extract/engine.py": "read()",
    "flows/extract/rules/passive.py": "match()",
    "flows/extract/flow.py": "cut()",
    "flows/extract/cache.py": "keep()",
    "flows/extract/shards.py": "spawn()",
    "flows/extract/explain.py": "print()",
    "flows/extract/weights/network.safetensors": "0101",
    "flows/link/status.py": "status()",
    "schemas/lexicons/items.csv": "term,support_type\nmortar,artillery\n",
    "schemas/lexicons/frames.csv": "frame,gloss\ngive,Somebody gives.\n",
    "schemas/lexicons/cue_kinds.csv": "kind,gloss\n",
    "schemas/lexicons/SOURCES.md": "Keyed in.",
    "schemas/vocabularies/stage.csv": "value\ndelivered\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of a few files, of the layout of this one."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def version_now(root: Path) -> str:
    """The version, computed anew."""
    source_version.cache_clear()
    return source_version(root)


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("flows/extract/engine.py", True),
        ("flows/extract/rules/passive.py", True),
        ("flows/extract/weights/network.safetensors", True),
        ("schemas/lexicons/items.csv", True),
        ("schemas/vocabularies/stage.csv", True),
        ("flows/extract/flow.py", False),
        ("flows/extract/cache.py", False),
        ("flows/extract/shards.py", False),
        ("flows/extract/explain.py", False),
        ("flows/link/status.py", False),
        ("schemas/lexicons/frames.csv", False),
        ("schemas/lexicons/cue_kinds.csv", False),
        ("schemas/lexicons/SOURCES.md", False),
    ],
)
def test_only_an_edit_of_what_decides_a_reading_changes_it(root: Path, edited: str, changes: bool) -> None:
    before = version_now(root)
    (root / edited).write_text("edited", encoding="utf-8")
    assert (version_now(root) != before) is changes


def test_a_renamed_file_changes_it(root: Path) -> None:
    before = version_now(root)
    (root / "schemas/lexicons/items.csv").rename(root / "schemas/lexicons/goods.csv")
    assert version_now(root) != before


def test_compiled_and_hidden_files_do_not_count(root: Path) -> None:
    before = version_now(root)
    for name in ("flows/extract/__pycache__/engine.pyc", "flows/extract/weights/.partial"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"1")
    assert version_now(root) == before


def test_weights_may_be_missing_but_not_the_lexicons(root: Path) -> None:
    (root / "flows/extract/weights/network.safetensors").unlink()
    (root / "flows/extract/weights").rmdir()
    assert version_now(root)
    for path in (root / "schemas/lexicons").iterdir():
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r"lexicons holds no \*\.csv"):
        version_now(root)


def test_it_is_short_and_names_the_release() -> None:
    from flows.extract.engine import EXTRACTOR_VERSION

    assert re.fullmatch(r"0\.1\.0-[0-9a-f]{10}", EXTRACTOR_VERSION)


def test_the_version_is_known_without_the_libraries_of_the_language_model() -> None:
    asked = "import sys; from flows.extract.flow import extractor_version as v; print(v(), 'spacy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert told == [source_version(), "False"]


def test_the_version_is_that_of_the_reader() -> None:
    from flows.extract.engine import EXTRACTOR_VERSION

    assert extractor_version() == EXTRACTOR_VERSION
