"""The column mapping: from a row or object of a table, JSON or JSON Lines file to a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flows.ingest.record import Failure, RawDate, Record

DEFAULT_MAPPING = {name: name for name in ("id", "title", "text", "published", "publisher", "url")}


def column_mapping(given: Mapping[str, str] | None) -> dict[str, str]:
    """The full mapping from fields of a record to columns of the corpus; fields not given keep their own name.

    Raises ValueError for a field that records do not have.
    """
    unknown = sorted(set(given or {}) - set(DEFAULT_MAPPING))
    if unknown:
        raise ValueError(f"column mapping names unknown fields {unknown}; the fields are {sorted(DEFAULT_MAPPING)}")
    return {**DEFAULT_MAPPING, **(given or {})}


def mapped(row: Any, number: int, byte_offset: int | None, mapping: Mapping[str, str]) -> Record | Failure:
    """The record of one row. A text may be a list of paragraphs; ids may be numbers."""
    if not isinstance(row, Mapping):
        return Failure(number, byte_offset, "malformed_record", f"an object is wanted, found {type(row).__name__}")
    if mapping["text"] not in row:
        return Failure(number, byte_offset, "missing_column", f"no column {mapping['text']!r}; give a column mapping")
    body = row[mapping["text"]]
    if isinstance(body, list) and all(isinstance(part, str) for part in body):
        body = "\n\n".join(body)
    if body is not None and not isinstance(body, str):
        return Failure(number, byte_offset, "malformed_record", f"text is {type(body).__name__}, not words")
    return Record(
        number=number,
        byte_offset=byte_offset,
        body=body or "",
        title=_words(row.get(mapping["title"])),
        published=_date(row.get(mapping["published"])),
        publisher=_words(row.get(mapping["publisher"])),
        url=_words(row.get(mapping["url"])),
        source_id=_words(row.get(mapping["id"])),
    )


def _words(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _date(value: Any) -> RawDate:
    return value if isinstance(value, str | int | float | date | datetime) else None
