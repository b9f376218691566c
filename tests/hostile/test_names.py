"""Names in archives, records and addresses never become paths: nothing is written outside the folder that was named."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.ingest.samples import PAGE, SENTENCES, ingested

CLIMBING = (
    "../../climbed.txt",
    "/tmp/climbed-materiel.txt",
    "..\\..\\climbed.txt",
    "a/../../../climbed.txt",
    "~/climbed",
)
BODY = " ".join(SENTENCES)


def warc(names: tuple[str, ...]) -> bytes:
    """An archive whose records name themselves and their targets so."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    records = []
    for name in names:
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: file:///{name}\r\nWARC-Filename: {name}\r\n"
        head += f"WARC-Record-ID: <{name}>\r\nContent-Type: application/http\r\nContent-Length: {len(answer)}\r\n\r\n"
        records.append(head.encode() + answer + b"\r\n\r\n")
    return b"".join(records)


def zipped(names: tuple[str, ...]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, BODY)
    return packed.getvalue()


def tarred(names: tuple[str, ...]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(BODY)
            archive.addfile(entry, io.BytesIO(BODY.encode()))
    return packed.getvalue()


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Archives and records of hostile names, within a folder within a folder."""
    folder = tmp_path / "in" / "news"
    folder.mkdir(parents=True)
    (folder / "crawl.warc").write_bytes(warc(CLIMBING))
    (folder / "packed.zip").write_bytes(zipped(CLIMBING))
    (folder / "packed.tar.gz").write_bytes(tarred(CLIMBING))
    rows = [{"id": name, "text": BODY, "title": name, "publisher": name, "url": name} for name in CLIMBING]
    (folder / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_nothing_is_written_outside_the_work_folder(corpus: Path, tmp_path: Path) -> None:
    given = files_below(tmp_path)
    outcome = ingested([str(corpus)], tmp_path / "work")
    written = files_below(tmp_path) - given
    assert all(name.startswith("work/") for name in written)
    assert not any("climbed" in name for name in written)
    assert not Path("/tmp/climbed-materiel.txt").exists()
    assert {row["source_id"] for row in outcome.articles if row["format"] == "jsonl"} == set(CLIMBING)


def test_zip_and_tar_archives_are_not_opened_but_rejected(corpus: Path, tmp_path: Path) -> None:
    outcome = ingested([str(corpus)], tmp_path / "work")
    refused = {row["corpus"]: row["reason"] for row in outcome.rejects if row["corpus"].startswith("packed")}
    assert refused == {"packed.zip": "unknown_format", "packed.tar.gz": "unknown_format"}


def test_names_of_corpus_files_lead_nowhere(corpus: Path, tmp_path: Path) -> None:
    link = corpus / "away"
    link.symlink_to(tmp_path)
    odd = corpus / "..hidden..jsonl"
    odd.write_text(json.dumps({"text": BODY}) + "\n")
    outcome = ingested([str(corpus)], tmp_path / "work")
    for row in outcome.files:
        parts = Path(row["corpus"]).parts
        assert ".." not in parts
        assert not Path(row["corpus"]).is_absolute()
