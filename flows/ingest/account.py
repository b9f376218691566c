"""The account of every corpus file: what was read is what was kept, dropped, rejected or skipped, to the record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flows.ingest.normalise import normalise_line
from flows.ingest.record import Failure

LONGEST_DETAIL = 300


class LostRecordsError(RuntimeError):
    """The account of a file does not add up."""


@dataclass(frozen=True)
class FileCounts:
    """What was counted of a file before duplicates are known; `n_skipped` records lie outside the days asked for."""

    corpus: str
    format: str
    n_records: int
    n_skipped: int


def reject_row(failure: Failure, corpus: str, format_name: str) -> dict[str, Any]:
    """The row of table `rejects` for a failure."""
    identity = "\x1f".join((corpus, str(failure.number), failure.reason))
    detail = normalise_line(failure.detail)
    return {
        "reject_id": "r" + hashlib.sha256(identity.encode()).hexdigest()[:16],
        "corpus": corpus,
        "format": format_name,
        "record": failure.number,
        "byte_offset": failure.byte_offset,
        "reason": failure.reason,
        "detail": detail[:LONGEST_DETAIL] if detail else None,
    }


def account(
    counts: Sequence[FileCounts],
    n_articles: Mapping[str, int],
    n_duplicates: Mapping[str, int],
    n_rejects: Mapping[str, int],
) -> list[dict[str, Any]]:
    """The rows of table `corpus_files`, sorted by file.

    The numbers of articles, duplicates and rejects are counted where the rows are written, not where they are read;
    LostRecordsError names the first file for which they and the skipped do not add up to the records read.
    """
    rows = []
    for count in sorted(counts, key=lambda count: count.corpus):
        row = asdict(count) | {
            "n_articles": n_articles.get(count.corpus, 0),
            "n_duplicates": n_duplicates.get(count.corpus, 0),
            "n_rejects": n_rejects.get(count.corpus, 0),
        }
        parts = [row[name] for name in ("n_articles", "n_duplicates", "n_rejects", "n_skipped")]
        if sum(parts) != row["n_records"]:
            raise LostRecordsError(
                f"{count.corpus}: {row['n_records']} records read, but {parts[0]} articles, {parts[1]} duplicates, "
                f"{parts[2]} rejects and {parts[3]} skipped; run it again on this file alone and report it"
            )
        rows.append(row)
    return rows
