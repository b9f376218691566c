"""Decides what becomes of every article that was read: kept, or out as a duplicate, for its day, or by a correction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.ingest.near_duplicates import Ids, Signatures
from flows.ingest.packs import Placed
from flows.ingest.periods import EVERY_DAY, Days, Periods
from flows.ingest.withdrawals import Withdrawals

KEPT, DUPLICATE, SKIPPED, WITHDRAWN, SUPERSEDED, REPEATED = range(6)
"""What becomes of an article. REPEATED is what a feed has shown before and shows still; it counts once."""
REASONS = {WITHDRAWN: "withdrawn", SUPERSEDED: "superseded"}
"""Values of the vocabulary reject_reason: these articles are listed among the rejects."""
DETAILS = {WITHDRAWN: "{} is on the list of withdrawals", SUPERSEDED: "{} was replaced by a later version"}

Fates = npt.NDArray[np.int8]
VersionsBy = Literal["url", "id"]


@dataclass(frozen=True)
class Choice:
    """What is wanted of the articles that were read: days, no withdrawn ones, and one version of each.

    `versions_by` says that records of one address or of one id are versions of one article, of which the last one
    counts, in the order of files and records; None that every record is an article of its own.
    """

    periods: Periods = EVERY_DAY
    withdrawals: Withdrawals = field(default_factory=Withdrawals)
    versions_by: VersionsBy | None = None

    @property
    def needs_addresses(self) -> bool:
        """Whether deciding looks at addresses and ids of records."""
        return bool(self.withdrawals) or self.versions_by is not None


@dataclass(frozen=True)
class Rows:
    """What is held in memory of every article that was read, in the order of packs.

    `ids` are the 16 digits of the article id as a number; `ranks` the place of its file in the order of files;
    `addresses` has the columns url and source_id, or none where nothing asks for them.
    """

    ids: Ids
    ranks: npt.NDArray[np.int32]
    days: Days
    signatures: Signatures
    addresses: pa.Table

    def in_order(self) -> npt.NDArray[np.intp]:
        """Places of the articles in the order of files and records."""
        return np.argsort(self.ranks, kind="stable")


@dataclass(frozen=True)
class Decided:
    """`fates` of the articles; `numbers` are record numbers for what only older showings of a feed hold, else -1."""

    fates: Fates
    numbers: npt.NDArray[np.int64]


def decide(rows: Rows, files: Sequence[Placed], choice: Choice) -> Decided:
    """The fate of every article. Of exact duplicates the first one in the order of files and records is kept."""
    order = rows.in_order()
    decided = Decided(np.full(len(rows.ids), KEPT, np.int8), np.full(len(rows.ids), -1, np.int64))
    fates = decided.fates
    if any(file.is_older for file in files):
        _compare_showings(rows, files, order, decided)
    if choice.versions_by is not None:
        _keep_last_versions(rows, order, fates, "url" if choice.versions_by == "url" else "source_id")
    fates[(fates != REPEATED) & ~choice.periods.hold(rows.days)] = SKIPPED
    if choice.withdrawals:
        _withdraw(rows, files, fates, choice.withdrawals)
    left = order[fates[order] == KEPT]
    _, first = np.unique(rows.ids[left], return_index=True)
    repeated = np.ones(len(left), dtype=bool)
    repeated[first] = False
    fates[left[repeated]] = DUPLICATE
    return decided


def _compare_showings(rows: Rows, files: Sequence[Placed], order: npt.NDArray[np.intp], decided: Decided) -> None:
    """Of all that a feed has shown, counts every entry once, and of entries with one id only the latest version."""
    source_ids, urls = (rows.addresses[name].to_pylist() for name in ("source_id", "url"))
    bounds = np.searchsorted(rows.ranks[order], np.arange(len(files) + 1))
    for ranks in _showings(files):
        shown_ids: set[int] = set()
        shown: set[str] = set()
        number = files[ranks[0]].reading.n_records
        for rank in ranks:
            places = order[bounds[rank] : bounds[rank + 1]].tolist()
            identities = {place: source_ids[place] or urls[place] for place in places}
            # An identity that several entries of one showing have tells nothing.
            single = {name for name, count in Counter(identities.values()).items() if name and count == 1}
            for place in places if files[rank].is_older else ():
                if int(rows.ids[place]) in shown_ids:
                    decided.fates[place] = REPEATED
                    continue
                decided.numbers[place], number = number, number + 1
                if identities[place] in single & shown:
                    decided.fates[place] = SUPERSEDED
            shown_ids |= {int(rows.ids[place]) for place in places}
            shown |= single


def _showings(files: Sequence[Placed]) -> Iterator[list[int]]:
    """The ranks of each feed that has shown other things before: what it shows now, then the newest of before."""
    by_name: dict[str, list[int]] = {}
    for rank, file in enumerate(files):
        by_name.setdefault(file.reading.corpus, []).append(rank)
    for ranks in by_name.values():
        if len(ranks) > 1:
            yield ranks


def _keep_last_versions(rows: Rows, order: npt.NDArray[np.intp], fates: Fates, column: str) -> None:
    keys = rows.addresses[column].to_pylist()
    wanted = [place for place in order.tolist() if fates[place] == KEPT and keys[place] is not None]
    last = {keys[place]: int(rows.ids[place]) for place in wanted}
    for place in wanted:
        if int(rows.ids[place]) != last[keys[place]]:
            fates[place] = SUPERSEDED


def _withdraw(rows: Rows, files: Sequence[Placed], fates: Fates, withdrawals: Withdrawals) -> None:
    source_ids, urls = (rows.addresses[name].to_pylist() for name in ("source_id", "url"))
    for place in np.flatnonzero(fates == KEPT).tolist():
        article_id, corpus = f"a{int(rows.ids[place]):016x}", files[rows.ranks[place]].reading.corpus
        if withdrawals.name(article_id, urls[place], source_ids[place], corpus):
            fates[place] = WITHDRAWN
