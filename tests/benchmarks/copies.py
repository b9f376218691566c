"""A corpus as large as one likes from a small one: copies with other ids and other words, written as they are made."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from tests.benchmarks.corpus import lines

EVERY = 4
"""One word in four differs from copy to copy, so that no run of five words, and no story, is that of another copy."""
LETTERS = "abcdefghij"


def write_copies(corpus: Path, n_articles: int, target: Path, characters: int | None = None) -> Path:
    """Writes `n_articles` records to a gzipped JSON Lines file: the corpus, its first copy, its second, and so on.

    `characters` cuts every text. Holds one record at a time.
    """
    with gzip.open(target, "wt", encoding="utf-8", compresslevel=1) as file:
        for record in islice(chain.from_iterable(_copy(corpus, k) for k in count()), n_articles):
            record["text"] = (record["text"] or "")[:characters]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return target


def _copy(corpus: Path, number: int) -> Iterator[dict[str, Any]]:
    """The records of a copy; the corpus itself is copy 0."""
    for line in lines(corpus):
        record = json.loads(line)
        yield record if number == 0 else varied(record, number)


def varied(record: dict[str, Any], number: int) -> dict[str, Any]:
    """The record with another id, title and text: every fourth word gets letters that stand for the number."""
    mark = "".join(LETTERS[int(digit)] for digit in str(number))
    words = (record["text"] or "").split(" ")
    words[::EVERY] = [f"{word}{mark}" for word in words[::EVERY]]
    return record | {
        "id": f"{record['id']}-{number}",
        "title": f"{record['title'] or ''} {mark}".strip(),
        "text": " ".join(words),
    }
