"""Which reader takes a file: by the ending of its name, and where that says nothing by its first bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import BinaryIO

from flows.ingest.decompression import bare_name
from flows.ingest.readers.csv_table import read_csv
from flows.ingest.readers.feed import read_feed
from flows.ingest.readers.html_page import read_html
from flows.ingest.readers.json_document import read_json
from flows.ingest.readers.json_lines import read_json_lines
from flows.ingest.readers.parquet_table import read_parquet
from flows.ingest.readers.plain_text import read_plain_text
from flows.ingest.readers.warc_archive import read_archive
from flows.ingest.record import Reading

UNKNOWN = "unknown"
ENDINGS = {
    **dict.fromkeys((".txt", ".text"), "text"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".shtml"), "html"),
    **dict.fromkeys((".warc", ".arc"), "warc"),
    **dict.fromkeys((".rss", ".atom", ".rdf"), "feed"),
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), "jsonl"),
    ".json": "json",
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
}
SNIFFED_BYTES = 1024
# Tried in this order on the beginning of files whose name says nothing (no ending, or `.xml`).
SIGNS = (
    ("warc", re.compile(rb"WARC/\d|filedesc://")),
    ("parquet", re.compile(rb"PAR1")),
    (
        "feed",
        re.compile(
            rb"\s*(?:<\?xml.{0,200}?\?>)?(?:\s|<!--.{0,400}?-->|<\?.{0,200}?\?>)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
        ),
    ),
    ("html", re.compile(rb"\s*(?:<\?xml.{0,200}?\?>)?\s*<(?:!doctype html|html)\b", re.DOTALL | re.IGNORECASE)),
)
SNIFFED_ENDINGS = ("", ".xml")
ENDING = re.compile(r"\.[a-z0-9]{1,8}$")


def format_of(name: str, head: bytes) -> str:
    """The format of a file, a value of the vocabulary format; `unknown` where no reader takes it."""
    ending = ENDING.search(bare_name(name).rpartition("/")[2])
    suffix = ending[0] if ending else ""
    if suffix in ENDINGS:
        return ENDINGS[suffix]
    if suffix not in SNIFFED_ENDINGS:
        return UNKNOWN
    return next((format_name for format_name, sign in SIGNS if sign.match(head)), UNKNOWN)


def reader_of(format_name: str, mapping: Mapping[str, str]) -> Callable[[BinaryIO], Reading]:
    """The reader of a format; KeyError for a format that has none. Tables are read by the column mapping."""
    readers: dict[str, Callable[[BinaryIO], Reading]] = {
        "text": read_plain_text,
        "html": read_html,
        "warc": read_archive,
        "feed": read_feed,
        "jsonl": partial(read_json_lines, mapping=mapping),
        "json": partial(read_json, mapping=mapping),
        "csv": partial(read_csv, mapping=mapping),
        "parquet": partial(read_parquet, mapping=mapping),
    }
    return readers[format_name]
