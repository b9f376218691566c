"""Files are found in folders, globs and URLs, in one order, under names that do not tell where the corpus lay."""

from __future__ import annotations

import os
from pathlib import Path

import fsspec
import pytest

from flows.ingest.discovery import CorpusFile, discover, shards


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Oslo sent radars.", encoding="utf-8")


def names(*corpora: object) -> list[str]:
    return [file.name for file in discover([str(corpus) for corpus in corpora])]


def test_a_folder_gives_all_its_files_sorted_by_their_path_within_it(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/2.txt", "a/1.txt", "README.md", ".note")
    assert names(tmp_path) == [".note", "README.md", "a/1.txt", "a/2.txt", "b.txt"]


def test_a_single_file_is_named_by_its_own_name(tmp_path: Path) -> None:
    put(tmp_path, "wire/b.txt")
    assert names(tmp_path / "wire" / "b.txt") == names(f"file://{tmp_path}/wire/b.txt") == ["b.txt"]


def test_a_glob_names_files_from_its_last_fixed_folder(tmp_path: Path) -> None:
    put(tmp_path, "2023-01/x.txt", "2023-02/x.txt", "2022-12/x.txt", "2023-02/y.csv")
    assert names(f"{tmp_path}/2023-*/*.txt") == ["2023-01/x.txt", "2023-02/x.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    put(tmp_path, "wire[1].txt", "wire1.txt")
    assert names(tmp_path / "wire[1].txt") == ["wire[1].txt"]


def test_an_url_of_an_object_store_works_as_a_folder() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/discovered/b/2.txt": b"Oslo", "/discovered/1.txt": b"Oslo"})
    assert names("memory://discovered") == ["1.txt", "b/2.txt"]


def test_a_file_found_twice_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    assert names(tmp_path, tmp_path / "a.txt", f"{tmp_path}/*.txt") == ["a.txt"]


def test_files_of_the_same_name_are_told_apart_by_their_corpus(tmp_path: Path) -> None:
    put(tmp_path, "north/a.txt", "south/a.txt", "south/b.txt")
    assert names(tmp_path / "north", tmp_path / "south") == ["b.txt", "north/a.txt", "south/a.txt"]


def test_and_by_a_number_where_the_corpora_have_the_same_name_too(tmp_path: Path) -> None:
    put(tmp_path, "x/wire/a.txt", "y/wire/a.txt")
    assert names(tmp_path / "x" / "wire", tmp_path / "y" / "wire") == ["wire/a.txt", "wire/a.txt#2"]


@pytest.mark.skipif(os.name != "posix", reason="file names that are no text exist on POSIX only")
def test_a_file_name_that_is_no_text_has_a_name_that_is(tmp_path: Path) -> None:
    (Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt"))).write_text("Oslo sent radars.", encoding="utf-8")
    assert names(tmp_path) == ["caf\ufffd.txt"]


@pytest.mark.parametrize("corpus", ["nowhere", "nothing-*.txt", ""])
def test_a_corpus_without_files_is_an_error_that_names_it(tmp_path: Path, corpus: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=corpus.replace("*", r"\*") or "empty"):
        discover([str(tmp_path / (corpus or "empty"))])


def test_shards_hold_bounded_runs_of_files_in_order() -> None:
    files = [CorpusFile(str(place), "", size) for place, size in enumerate([5, 5, 30, 1, 1, 1])]
    assert [[file.name for file in run] for run in shards(files, n_bytes=10, n_files=2)] == [
        ["0", "1"],
        ["2"],
        ["3", "4"],
        ["5"],
    ]
