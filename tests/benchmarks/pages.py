"""Web pages a second: ingest of HTML files and of a WARC archive beside the bare libraries that do the work.

usage: python -m tests.benchmarks.pages FOLDER [--pages N]

FOLDER holds HTML files. The archive is made of the same pages. Bare: trafilatura's main text and metadata of every page
(out of the archive by fastwarc), with the options that ingest gives it, and nothing kept. Ours: the same pages to rows
with normalised text, language and signature in a Parquet file, rejects and counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from trafilatura import bare_extraction

from flows.ingest.discovery import discover
from flows.ingest.file_reading import read_shard
from flows.ingest.readers.columns import column_mapping
from flows.ingest.readers.html_page import DATES
from tests.benchmarks.corpus import machine
from tests.benchmarks.rates import cpu_seconds
from tests.benchmarks.scratch import scratch_folder


def write_archive(pages: Iterable[Path], target: Path) -> Path:
    """An uncompressed WARC file with a response for every page."""
    with target.open("wb") as file:
        for number, page in enumerate(pages):
            body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.read_bytes()
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
                "WARC-Date: 2024-01-01T00:00:00Z\r\n"
                f"WARC-Target-URI: https://example.org/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            file.write(head.encode() + body + b"\r\n\r\n")
    return target


def extract(markup: bytes) -> None:
    """Main text and metadata by the bare library."""
    bare_extraction(
        markup, include_comments=False, include_tables=False, with_metadata=True, date_extraction_params=DATES
    )


def bare_pages(pages: Iterable[Path]) -> None:
    """The library over files."""
    for page in pages:
        extract(page.read_bytes())


def bare_archive(archive: Path) -> None:
    """The libraries over an archive."""
    with archive.open("rb") as file:
        for entry in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            extract(entry.reader.read())


def ours(corpus: Path, folder: Path) -> None:
    """Ingest of what lies at `corpus`, as one shard."""
    read_shard(discover([str(corpus)]), folder, column_mapping(None))


def main() -> None:
    """Prints CPU milliseconds a page, and how many times the bare library's ours are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, help="only so many of the pages, evenly spaced")
    given = parser.parse_args()
    found = sorted(given.folder.glob("*.html"))
    pages = found[:: max(1, len(found) // given.pages)][: given.pages] if given.pages else found
    print(machine())
    with scratch_folder() as folder:
        copies = folder / "pages"
        copies.mkdir()
        for page in pages:
            (copies / page.name).write_bytes(page.read_bytes())
        archive = write_archive(pages, folder / "pages.warc")
        # The language model and the libraries' tables are loaded by the first page.
        bare_pages(pages[:1]), ours(copies / pages[0].name, folder / "warm")
        for name, bare, own in (
            ("HTML", cpu_seconds(lambda: bare_pages(pages)), cpu_seconds(lambda: ours(copies, folder / "a"))),
            ("WARC", cpu_seconds(lambda: bare_archive(archive)), cpu_seconds(lambda: ours(archive, folder / "b"))),
        ):
            each = [1000 * seconds / len(pages) for seconds in (bare, own)]
            figures = f"bare {each[0]:.1f}, ours {each[1]:.1f} CPU ms a page: {own / bare:.2f} times"
            print(f"{name}: {len(pages)} pages, {figures}")


if __name__ == "__main__":
    main()
