"""A download can be checked with `sha256sum`, and a damaged release is noticed."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.publish.checksums import CHECKSUMS, damage, read_checksums


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "copy"))


def sha256sum(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["sha256sum", "--check", "--strict", CHECKSUMS]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_sha256sum_accepts_every_file_but_the_manifest(published: Path) -> None:
    checked = sha256sum(published)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    files = {path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()}
    assert {line.removesuffix(": OK") for line in checked.stdout.splitlines()} == files - {CHECKSUMS, "release.json"}


def test_sha256sum_finds_a_changed_file(copy: Path) -> None:
    (copy / "README.md").write_text("# Another", encoding="utf-8")
    checked = sha256sum(copy)
    assert checked.returncode == 1
    assert "README.md: FAILED" in checked.stdout


def test_the_manifest_lists_the_checksums(published: Path) -> None:
    sealed = json.loads((published / "release.json").read_text(encoding="utf-8"))["files"]
    digest = hashlib.sha256((published / CHECKSUMS).read_bytes()).hexdigest()
    assert sealed.pop(CHECKSUMS)["sha256"] == digest
    assert read_checksums(published / CHECKSUMS) == {name: facts["sha256"] for name, facts in sealed.items()}


def test_a_sealed_release_is_whole(published: Path) -> None:
    assert damage(published) == []


def changed(folder: Path) -> None:
    (folder / "LICENSE").write_text("none", encoding="utf-8")


def removed(folder: Path) -> None:
    (folder / "events.parquet").unlink()


def added(folder: Path) -> None:
    (folder / "extra.csv").write_text("a,b", encoding="utf-8")


def stale(folder: Path) -> None:
    """Checksums of another day, resealed in the manifest as if they were right."""
    path = folder / CHECKSUMS
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(read_checksums(path)["README.md"], "0" * 64), encoding="utf-8")
    manifest = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    manifest["files"][CHECKSUMS]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "release.json").write_text(json.dumps(manifest), encoding="utf-8")


def unsealed(folder: Path) -> None:
    (folder / "release.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (changed, "LICENSE is not the file that was published"),
        (removed, "events.parquet is missing"),
        (added, "extra.csv was not published"),
        (stale, "checksums.sha256 and release.json do not agree on README.md"),
        (unsealed, "release.json cannot be read"),
    ],
)
def test_damage_is_named(copy: Path, change: Callable[[Path], None], problem: str) -> None:
    change(copy)
    (found,) = damage(copy)
    assert found.startswith(problem)


def test_a_line_that_is_no_checksum_is_named(tmp_path: Path) -> None:
    (tmp_path / CHECKSUMS).write_text("abc  README.md\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"checksums\.sha256, line 1: not a SHA-256"):
        read_checksums(tmp_path / CHECKSUMS)
