"""The cache of the prepared encoder is held against its hashes: what is damaged or exchanged is made anew, not used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.extract import prepared

FILES = {"lower.onnx": b"lower layers", "upper0.onnx": b"upper layers", "embeddings.npz": b"embeddings"}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders that were made, in order; making writes small files in the place of the encoder's."""
    folders: list[Path] = []

    def make(paths: list[Path], folder: Path) -> None:
        folder.mkdir(parents=True)
        for name, content in FILES.items():
            (folder / name).write_bytes(content)
        prepared.seal(folder)
        folders.append(folder)

    monkeypatch.setenv("MATERIEL_CACHE", str(tmp_path))
    monkeypatch.setattr(prepared, "_prepare", make)
    return folders


def test_a_whole_folder_is_used_again(made: list[Path]) -> None:
    assert prepared.ready_folder([]) == prepared.ready_folder([]) == made[0]
    assert len(made) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "lower.onnx").write_bytes(b"LOWER layers"),
        lambda folder: (folder / "upper0.onnx").write_bytes((folder / "lower.onnx").read_bytes()),
        lambda folder: (folder / "embeddings.npz").write_bytes(b"embed"),
        lambda folder: (folder / "embeddings.npz").unlink(),
        lambda folder: (folder / "upper1.onnx").write_bytes(b"another"),
        lambda folder: (folder / prepared.HASHES).unlink(),
        lambda folder: (folder / prepared.HASHES).write_text("{"),
        lambda folder: (folder / prepared.HASHES).write_text("{}"),
    ],
    ids=["altered", "exchanged", "cut off", "lost", "added", "no hashes", "hashes cut off", "no hash"],
)
def test_a_damaged_folder_is_made_anew(made: list[Path], damage: Callable[[Path], object]) -> None:
    folder = prepared.ready_folder([])
    damage(folder)
    assert prepared.ready_folder([]) == folder
    assert len(made) == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != prepared.HASHES} == FILES


def test_a_disk_that_loses_what_is_written_is_named(made: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_prepare", lambda paths, folder: None)
    with pytest.raises(OSError, match="set MATERIEL_CACHE"):
        prepared.ready_folder([])
