"""What was read of a file is found again by its content; a pack is there whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import fsspec
import pytest

from flows.ingest.discovery import CorpusFile, discover
from flows.ingest.feed_archive import Source
from flows.ingest.file_reading import PASSING, Reread, read_shard
from flows.ingest.packs import COUNTS, FileReading
from flows.ingest.readers.columns import column_mapping
from flows.ingest.shelf import Shelf
from flows.ingest.stamps import Contents
from tests.ingest.samples import SENTENCES

MAPPING = column_mapping(None)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, sentence in enumerate(SENTENCES):
        (folder / f"{number}.jsonl").write_text(json.dumps({"id": f"w-{number}", "text": sentence}) + "\n")
    return folder


def shelf_of(corpus: Path, tmp_path: Path, mapping: dict[str, str] = MAPPING) -> Shelf:
    return Shelf(tmp_path / "packs" / "version", [Source(file) for file in discover([str(corpus)])], mapping)


def read_all(shelf: Shelf) -> list[str]:
    """Reads what is to be read into one pack; returns the names."""
    unread = shelf.unread()
    if unread:
        shelf.take(unread, read_shard(unread, shelf.folder_for(unread), shelf.mapping, shelf.reread(unread)))
    shelf.close(keep=True)
    return [file.name for file in unread]


def test_what_was_read_is_not_read_again(corpus: Path, tmp_path: Path) -> None:
    assert len(read_all(shelf_of(corpus, tmp_path))) == 4
    assert read_all(shelf_of(corpus, tmp_path)) == []


def test_other_columns_are_another_reading(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    assert len(shelf_of(corpus, tmp_path, column_mapping({"text": "body"})).unread()) == 4


def test_a_renamed_file_is_read_under_its_new_name(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    (corpus / "0.jsonl").rename(corpus / "new.jsonl")
    assert read_all(shelf_of(corpus, tmp_path)) == ["new.jsonl"]


def test_a_changed_file_of_the_same_size_and_time_is_read_again(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    path = corpus / "1.jsonl"
    before = path.stat()
    path.write_text(path.read_text().replace("Moscow", "Lisbon"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert read_all(shelf_of(corpus, tmp_path)) == ["1.jsonl"]


def test_a_file_that_changes_while_it_is_read_is_read_once_more(corpus: Path, tmp_path: Path) -> None:
    shelf = shelf_of(corpus, tmp_path)
    unread = shelf.unread()
    with (corpus / "2.jsonl").open("a") as file:
        file.write(json.dumps({"id": "w-9", "text": SENTENCES[0] + " Again."}) + "\n")
    shelf.take(unread, read_shard(unread, shelf.folder_for(unread), MAPPING, shelf.reread(unread)))
    shelf.close(keep=True)
    assert read_all(shelf_of(corpus, tmp_path)) == ["2.jsonl"]


def test_a_killed_run_leaves_nothing_half_written(corpus: Path, tmp_path: Path) -> None:
    shelf = shelf_of(corpus, tmp_path)
    first, rest = shelf.unread()[:1], shelf.unread()[1:]
    shelf.take(first, read_shard(first, shelf.folder_for(first), MAPPING, shelf.reread(first)))
    read_shard(rest, shelf.folder_for(rest), MAPPING)  # and here the power fails
    again = shelf_of(corpus, tmp_path)
    assert [file.name for file in again.unread()] == ["1.jsonl", "2.jsonl", "3.jsonl"]
    assert not list((tmp_path / "packs" / "version").glob("*.partial"))


def test_what_no_file_uses_is_deleted_and_a_sparse_pack_is_read_anew(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    for number in range(3):
        (corpus / f"{number}.jsonl").write_text(json.dumps({"text": f"{SENTENCES[number]} Corrected."}) + "\n")
    assert read_all(shelf_of(corpus, tmp_path)) == ["0.jsonl", "1.jsonl", "2.jsonl", "3.jsonl"]
    assert len(list((tmp_path / "packs" / "version").iterdir())) == 1


def test_what_is_known_of_a_text_is_not_computed_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_all(shelf_of(corpus, tmp_path))
    with (corpus / "3.jsonl").open("a") as file:
        file.write(json.dumps({"text": "Oslo sends a second ship."}) + "\n")
    asked: list[str] = []
    monkeypatch.setattr("flows.ingest.article.language", lambda body: asked.append(body) or "en")
    assert read_all(shelf_of(corpus, tmp_path)) == ["3.jsonl"]
    assert asked == ["Oslo sends a second ship."]


def test_a_damaged_pack_is_named(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    (damaged,) = (tmp_path / "packs" / "version").glob(f"*/{COUNTS}")
    damaged.write_text("[{")
    with pytest.raises(ValueError, match=rf"{damaged.parent.name}.*delete its folder and run again"):
        shelf_of(corpus, tmp_path)


def test_stamps_that_are_lost_cost_hashing_and_no_reading(corpus: Path, tmp_path: Path) -> None:
    read_all(shelf_of(corpus, tmp_path))
    (tmp_path / "packs" / "stamps.json").write_text("{")
    assert read_all(shelf_of(corpus, tmp_path)) == []


def test_a_file_that_has_just_changed_is_not_trusted_by_its_stamp(corpus: Path, tmp_path: Path) -> None:
    contents = Contents(tmp_path / "stamps.json")
    (file, *_) = discover([str(corpus)])
    contents.key(file)
    contents.save()
    assert json.loads((tmp_path / "stamps.json").read_text()) == {}


class TestObjectStores:
    def test_a_file_without_entity_tag_is_read_every_time(self, tmp_path: Path) -> None:
        fsspec.filesystem("memory").pipe({"/kept/wire/a.txt": SENTENCES[1].encode()})
        (file,) = discover(["memory://kept/wire"])
        assert Contents(tmp_path / "stamps.json").key(file) is None

    def test_a_file_with_one_is_known_by_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        memory, tags = fsspec.filesystem("memory"), iter(("one", "one", "two"))
        memory.pipe({"/kept/wire/a.txt": SENTENCES[1].encode()})
        (file,) = discover(["memory://kept/wire"])
        monkeypatch.setattr(type(memory), "info", lambda *_, **__: {"size": 5, "ETag": next(tags)})
        keys = [Contents(tmp_path / "stamps.json").key(file) for _ in range(3)]
        assert keys[0] is not None and keys[0] == keys[1] != keys[2]

    def test_a_reading_that_a_lost_connection_cut_is_not_kept(self, tmp_path: Path) -> None:
        lost = CorpusFile("a.jsonl", "memory://kept/nowhere.jsonl", 5)
        pack = read_shard([lost], tmp_path / "pack", MAPPING, Reread({lost.url: "its key"}))
        (reading,) = FileReading.load(pack / COUNTS)
        assert (reading.key, reading.n_rejects, PASSING[0]) == (None, 1, "unreadable_file")
