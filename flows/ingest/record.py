"""What readers yield: a `Record` for each article they find and a `Failure` for everything that they could not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

RawDate = str | int | float | date | datetime | None
"""A publication date as the corpus has it, before `flows.ingest.dates.published_at` reads it."""


@dataclass(frozen=True)
class Record:
    """One article as it stands in its file: decoded, not yet normalised.

    `number` counts the records of the file from 0; `byte_offset` is where the record begins in the decompressed file
    (None where the format has no such place).
    """

    number: int
    byte_offset: int | None
    body: str
    title: str | None = None
    published: RawDate = None
    publisher: str | None = None
    url: str | None = None
    source_id: str | None = None


@dataclass(frozen=True)
class Failure:
    """One record that gave no article; `reason` is a value of the vocabulary reject_reason.

    `number` is None where the file as a whole could not be read.
    """

    number: int | None
    byte_offset: int | None
    reason: str
    detail: str | None = None


Reading = Iterator[Record | Failure]
"""What every reader returns: its records and failures in the order of the file, each counted once."""
