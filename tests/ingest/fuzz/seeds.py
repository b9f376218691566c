"""The good files that are damaged: the shipped sample corpus in every format, and real files where a folder is given."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SAMPLE = Path(__file__).parents[2] / "corpus"
ENDING = {
    "jsonl": ".jsonl",
    "json": ".json",
    "csv": ".csv",
    "text": ".txt",
    "feed": ".rss",
    "html": ".html",
    "warc": ".warc",
    "parquet": ".parquet",
}
COLUMNS = ("id", "title", "text", "published", "publisher", "url")
LARGEST_SEED = 12_000
"""Bytes: larger files are cut, so that an input costs milliseconds."""
ROWS_OF_A_SEED = 4
REAL_ROWS = 32
PAGE_HEAD, PAGE_BODY = 2_000, 5_000


@dataclass(frozen=True)
class Seed:
    """A file before damage: its format, the ending of its name, its bytes (not compressed)."""

    format: str
    ending: str
    data: bytes


def seeds(corpora: Path | None = None) -> list[Seed]:
    """All seeds, in one order. `corpora` is a folder with `news.jsonl.gz`, `html/` and `warc/`, or None."""
    rows = _sample_rows()
    pages = [path.read_bytes() for path in sorted((SAMPLE / "pages").iterdir())]
    found = [Seed("text", ".txt", path.read_bytes()) for path in sorted((SAMPLE / "texts").iterdir())]
    found += [Seed("csv", ".csv", (SAMPLE / "statements.csv").read_bytes())]
    found += [Seed("feed", ending, (SAMPLE / "feed.xml").read_bytes()) for ending in (".xml", ".rss")]
    if corpora is not None:
        rows += _real_rows(corpora / "news.jsonl.gz")
        pages += [_window(path.read_bytes()) for path in sorted((corpora / "html").glob("*.html"))[::5]]
        found += _archives(corpora / "warc")
    for place in range(0, len(rows), ROWS_OF_A_SEED):
        found += _tables(rows[place : place + ROWS_OF_A_SEED])
    found += [Seed("html", ".html", page) for page in pages]
    found += [Seed("warc", ".warc", warc(pages[place : place + 2])) for place in range(0, len(pages), 2)]
    found += [Seed("warc", ".arc", arc(pages[place : place + 2])) for place in range(0, len(pages), 8)]
    return found


def _sample_rows() -> list[dict[str, str]]:
    """The rows of the sample that are whole: some lines of it are broken on purpose."""
    rows = []
    for line in (SAMPLE / "wire.jsonl").read_text(encoding="utf-8").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        rows += [row] if isinstance(row, dict) and row.get("text") else []
    return rows


def _real_rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, REAL_ROWS * 100, 100)]
    return [{**row, "text": row["text"][:2000]} for row in rows]


def _window(page: bytes) -> bytes:
    """The beginning of a page and what follows its first paragraph: whole pages hold up to a megabyte of scripts."""
    start = max(page.find(b"<p"), PAGE_HEAD)
    return page[:PAGE_HEAD] + page[start : start + PAGE_BODY] if len(page) > LARGEST_SEED else page


def _archives(folder: Path) -> list[Seed]:
    found = []
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        if path.suffix in (".gz", ".lz4"):
            continue  # their content is there without compression too, or comes from the other seeds
        found.append(Seed("warc", path.suffix, data[:LARGEST_SEED]))
    for path in sorted(folder.glob("warcio*.gz")):
        found.append(Seed("warc", ".arc" if ".arc" in path.name else ".warc", gzip.decompress(path.read_bytes())))
    return found


def _tables(rows: list[dict[str, str]]) -> list[Seed]:
    rows = [{name: row.get(name) or "" for name in COLUMNS} for row in rows]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, row_group_size=2, write_page_checksum=len(rows[0]["text"]) % 2 == 0)
    return [
        Seed("jsonl", ".jsonl", lines.encode()),
        Seed("json", ".json", json.dumps(rows, indent=1).encode()),
        Seed("json", ".json", json.dumps({"status": "ok", "articles": rows}, ensure_ascii=False).encode()),
        Seed("csv", ".csv", sheet.getvalue().encode()),
        Seed("csv", ".tsv", sheet.getvalue().encode("utf-16")),
        Seed("parquet", ".parquet", sink.getvalue()),
        Seed("feed", ".atom", _atom(rows).encode()),
    ]


def _atom(rows: list[dict[str, str]]) -> str:
    entries = "".join(
        f"<entry><title>{_escaped(row['title'])}</title><id>{_escaped(row['id'])}</id>"
        f'<link href="{_escaped(row["url"])}"/><updated>{row["published"]}</updated>'
        f'<content type="html">{_escaped(row["text"])}</content></entry>\n'
        for row in rows
    )
    return (
        f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Wire</title>\n{entries}</feed>\n'
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def warc(pages: list[bytes]) -> bytes:
    """A WARC file with one response a page, every second one gzip-coded, and one request."""
    records = [_warc_record("request", b"GET / HTTP/1.1\r\n\r\n", 0)]
    for place, page in enumerate(pages):
        body, coding = (gzip.compress(page, mtime=0), "gzip") if place % 2 else (page, "identity")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: {coding}\r\n\r\n"
        records.append(_warc_record("response", head.encode() + body, place))
    return b"".join(records)


def _warc_record(kind: str, block: bytes, number: int) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://courier.example/{number}\r\n"
        f"WARC-Date: 2023-05-05T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def arc(pages: list[bytes]) -> bytes:
    """An ARC file with its description and one response a page."""
    description = b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [f"filedesc://a.arc 0.0.0.0 20230505000000 text/plain {len(description)}\n".encode() + description + b"\n"]
    for place, page in enumerate(pages):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
        parts.append(f"https://courier.example/{place} 192.0.2.1 20230505000000 text/html {len(block)}\n".encode())
        parts.append(block + b"\n")
    return b"".join(parts)
