"""`materiel verify` passes a release as it was published, and names what is damaged in a copy of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.commands.messages import CommandError
from flows.commands.verify import release_folder
from tests.commands.calling import materiel


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    """A release as somebody downloaded it."""
    return Path(shutil.copytree(published, tmp_path / published.name))


def test_a_release_as_it_was_published_is_whole(copied: Path) -> None:
    # The tables of this one are made up and keep no rules: tests/test_sample_release.py verifies one that does.
    before = {path: path.stat().st_mtime_ns for path in copied.rglob("*")}
    answer = materiel("verify", copied, "--no-rules")
    assert (answer.code, answer.err) == (0, "")
    assert answer.lines[0] == "files: as they were sealed"
    assert answer.lines[1].endswith(": whole")
    assert {path: path.stat().st_mtime_ns for path in copied.rglob("*")} == before


def test_a_version_of_an_output_folder_is_found(published: Path) -> None:
    answer = materiel("verify", "latest", "--output", published.parents[1], "--no-rules")
    assert (answer.code, answer.lines[0]) == (0, "files: as they were sealed")


def mended(folder: Path) -> None:
    """A line of `checksums.sha256` made to fit another file, and its own hash in the manifest mended."""
    from flows.publish.durable import sha256_of

    path = folder / "checksums.sha256"
    path.write_text(path.read_text().replace(sha256_of(folder / "README.md"), "0" * 64))
    manifest = json.loads((folder / "release.json").read_text())
    manifest["files"]["checksums.sha256"] = {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
    (folder / "release.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "claims.parquet").write_bytes(b"PAR1"), "manifest.sha256: claims.parquet"),
        (lambda folder: (folder / "README.md").unlink(), "manifest.files: README.md is listed and not there"),
        (lambda folder: (folder / "extra.txt").write_text("x"), "manifest.files: extra.txt is there and not listed"),
        (lambda folder: (folder / "release.json").write_text("{"), "manifest.readable"),
        (mended, "checksums: checksums.sha256 and release.json do not agree on README.md"),
    ],
    ids=["table", "lost", "added", "manifest", "checksums"],
)
def test_damage_is_named_and_ends_with_1(copied: Path, damage: Callable[[Path], object], told: str) -> None:
    damage(copied)
    answer = materiel("verify", copied, "--no-rules")
    assert answer.code == 1
    assert told in answer.err
    assert "NOT as published" in answer.out


def test_a_broken_rule_is_told_though_the_files_are_as_sealed(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow.parquet as pq

    monkeypatch.setattr("flows.publish.verify.findings", lambda folder: [])
    table = pq.read_table(copied / "events.parquet")
    pq.write_table(table.slice(1), copied / "events.parquet")
    answer = materiel("verify", copied, "--format", "json")
    verdict = json.loads(answer.out)
    assert (answer.code, verdict["rules_kept"]) == (1, False)
    assert any(reason.startswith("claims.event_id.resolves") for reason in verdict["reasons"])


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no release"):
        release_folder(str(tmp_path), tmp_path)
    assert materiel("verify", "2031.01.01", "--output", tmp_path).code == 2
