"""Files, folders and links that are odd, empty or closed: each is read or a reject that says why."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flows.ingest.discovery import discover
from tests.ingest.samples import SENTENCES, ingested
from tests.ingest.test_bad_input import of, why
from tests.ingest.test_stage import balances, jsonl, put


def test_texts_that_share_an_id_are_all_kept(tmp_path: Path) -> None:
    outcome = of(tmp_path, {"wire.jsonl": jsonl(*({"id": "7", "text": text} for text in SENTENCES))})
    assert {row["source_id"] for row in outcome.articles} == {"7"}
    assert len({row["article_id"] for row in outcome.articles}) == len(SENTENCES) and not outcome.rejects


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.txt", "no_text"),
        ("a.html", "no_text"),
        ("a.warc", None),
        ("a.arc", None),
        ("a.rss", "malformed_record"),
        ("a.jsonl", None),
        ("a.json", "malformed_record"),
        ("a.csv", "missing_column"),
        ("a.parquet", "unreadable_file"),
        ("a.xml", "unknown_format"),
        ("a", "unknown_format"),
        ("a.txt.gz", "unreadable_file"),
    ],
)
def test_an_empty_file_has_no_record_or_one_reject(tmp_path: Path, name: str, reason: str | None) -> None:
    outcome = of(tmp_path, {name: b""})
    assert outcome.reasons == ([reason] if reason else [])
    assert outcome.files[0]["n_records"] == len(outcome.rejects) and all(row["detail"] for row in outcome.rejects)


UNPRIVILEGED = """
import encodings.cp437  # looked up later, when the rights to find it may be gone
import os, sys
from pathlib import Path
from tests.ingest.samples import ingested
# What is loaded at first use may lie where the other user must not look.
ingested([sys.argv[1] + "/open.txt"], Path(sys.argv[2]) / "first")
os.setgid(65534); os.setuid(65534)
outcome = ingested([sys.argv[1]], Path(sys.argv[2]))
for row in sorted(outcome.rejects, key=lambda row: row["corpus"]):
    print(row["corpus"], row["reason"], row["detail"], sep="|")
print(len(outcome.articles))
try:
    ingested([sys.argv[1] + "/closed"], Path(sys.argv[2]) / "again")
except PermissionError as error:
    print(str(error).replace(sys.argv[1], "IN"))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights up to be refused")
def test_a_folder_without_permission_is_a_reject_and_not_passed_over() -> None:
    with tempfile.TemporaryDirectory() as name:  # and not one of pytest's, which keeps its own from other users
        corpus, work = Path(name) / "in", Path(name) / "work"
        put(corpus, {"open.txt": SENTENCES[0].encode(), "closed/a.txt": b"x", "secret.txt": b"x"})
        work.mkdir()
        for path, mode in ((Path(name), 0o755), (work, 0o777), (corpus / "closed", 0), (corpus / "secret.txt", 0)):
            path.chmod(mode)
        command = [sys.executable, "-c", UNPRIVILEGED, str(corpus), str(work)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stdout.splitlines() == [
        "closed|unreadable_file|the folder cannot be listed: Permission denied",
        "secret.txt|unreadable_file|Permission denied",
        "1",
        "corpus 'IN/closed' cannot be listed: Permission denied",
    ], told.stderr


def test_links_that_loop_and_special_files_are_rejects(tmp_path: Path) -> None:
    corpus = tmp_path / "in"
    put(corpus, {"a/good.txt": SENTENCES[0].encode()})
    (corpus / "a" / "up").symlink_to(corpus)
    (corpus / "one.txt").symlink_to(corpus / "two.txt")
    (corpus / "two.txt").symlink_to(corpus / "one.txt")
    os.mkfifo(corpus / "pipe.jsonl")
    outcome = ingested([str(corpus)], tmp_path)
    assert balances(outcome) and [row["corpus"] for row in outcome.articles] == ["a/good.txt"]
    assert why(outcome) == {
        "a/up": ("unreadable_file", "a link to a folder is not followed; give that folder as a corpus of its own"),
        "one.txt": ("unreadable_file", "Too many levels of symbolic links"),
        "two.txt": ("unreadable_file", "Too many levels of symbolic links"),
        "pipe.jsonl": ("unreadable_file", "neither a file nor a folder, but a pipe, a socket or a device"),
    }


def test_odd_file_names_are_files_like_others(tmp_path: Path) -> None:
    names = ["a::b.txt", "memory::c.txt", "50%.txt", "q?x=1.txt", "#1.txt", "new\nline.txt", "http:.txt", "-rf.txt"]
    outcome = of(tmp_path, {name: f"{SENTENCES[0]} {place}".encode() for place, name in enumerate(names)})
    assert len(outcome.articles) == len(names), why(outcome)


def test_folders_nested_deeply_are_read(tmp_path: Path) -> None:
    folders = [tmp_path / "in"]
    for _ in range(1100):  # more than Python's stack
        folders.append(folders[-1] / "d")
    for folder in folders:
        folder.mkdir()
    (folders[-1] / "a.txt").write_text(SENTENCES[0], encoding="utf-8")
    found = discover([str(tmp_path / "in")])
    (folders[-1] / "a.txt").unlink()
    for folder in reversed(folders):  # pytest's own way of removing them would overflow the stack
        folder.rmdir()
    assert len(found) == 1


def test_an_article_of_five_megabytes_is_read_whole(tmp_path: Path) -> None:
    text = " ".join(f"{SENTENCES[place % 4]} Report {place}." for place in range(56_000))
    outcome = of(tmp_path, {"wire.jsonl": jsonl({"text": text}, {"text": SENTENCES[1]})})
    assert max(row["n_chars"] for row in outcome.articles) == len(text) > 5_000_000
