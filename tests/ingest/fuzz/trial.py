"""One damaged file, read as a run would read it, and what must hold whatever is in it."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from time import process_time
from types import FrameType
from typing import Any

import pyarrow.parquet as pq

from flows.ingest.article import article_row
from flows.ingest.discovery import CorpusFile
from flows.ingest.file_reading import read_shard, records
from flows.ingest.packs import ARTICLES, COUNTS, REJECTS, FileReading
from flows.ingest.readers.columns import column_mapping
from flows.ingest.record import Record
from schemas.tables import vocabulary
from tests.ingest.fuzz.seeds import Seed
from tests.ingest.fuzz.structure import mutated, packed, spliced

COLUMNS = column_mapping(None)
REASONS = frozenset(vocabulary("reject_reason"))
# The net under all readers (`records`) names the exception: a reader should have known better.
CAUGHT_BY_THE_NET = re.compile(r"^[A-Za-z_.]*(?:Error|Exception|Warning|Failure): .*; the rest is not read$", re.DOTALL)
SECONDS = 20.0
"""Processor seconds that one input may take; the slowest good seed takes less than 0.1."""
MOST_MEGABYTES = 256
"""How far one input may raise the resident memory of the process: reading holds a few copies of a few megabytes."""


class HangError(BaseException):
    """An input took longer than `SECONDS`. No Exception, so that no reader takes it for one of its own."""


@dataclass(frozen=True)
class Input:
    """One damaged file. `n_same` bytes at its beginning are those of the seed (0 where it is compressed)."""

    seed: Seed
    name: str
    data: bytes
    n_same: int


@dataclass(frozen=True)
class Outcome:
    """What an input came to: counts, reasons of rejects, findings (what must not be), cost."""

    n_records: int
    n_articles: int
    reasons: tuple[str, ...]
    findings: tuple[str, ...]
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Good:
    """An article of a seed: the number of its record, the byte where the next record begins, its id."""

    number: int
    end: int
    article_id: str


def damaged(pool: list[Seed], seed: int, number: int) -> Input:
    """Input `number` of the campaign `seed`: the same bytes at any time and in any order."""
    chance = Random(f"{seed}:{number}")
    by_format = sorted({one.format for one in pool})
    format_name = chance.choice(by_format)
    of_format = [one for one in pool if one.format == format_name]
    good = chance.choice(of_format)
    data = mutated(good.data, format_name, chance)
    if chance.random() < 0.1:
        data = spliced(data, chance.choice(of_format if chance.random() < 0.7 else pool).data, chance)
    ending = good.ending if chance.random() < 0.93 else chance.choice(("", ".xml", ".txt", ".html", ".json", ".warc"))
    n_same = _common(good.data, data) if ending == good.ending else 0
    suffix = ""
    if chance.random() < 0.25:
        suffix, data = packed(data, chance)
        n_same = 0
        suffix = suffix if chance.random() < 0.9 else ""
    return Input(good, f"input{number:07d}{ending}{suffix}", data, n_same)


def _common(first: bytes, second: bytes) -> int:
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if first[:middle] == second[:middle] else (low, middle - 1)
    return low


def tried(batch: Sequence[Input], folder: Path, known: Mapping[Seed, list[Good]]) -> list[Outcome]:
    """Reads inputs as one shard of files into `folder`; one by one where the batch as a whole goes wrong.

    `known` tells what is in the seeds, as `good_articles` does.
    """
    folder.mkdir()
    files = [CorpusFile(one.name, str(folder / one.name), len(one.data)) for one in batch]
    for one, file in zip(batch, files, strict=True):
        Path(file.url).write_bytes(one.data)
    shard, failed = folder / "read", ""
    with _measured() as cost:
        try:
            read_shard(files, shard, COLUMNS)
        except HangError:
            failed = f"hang: more than {SECONDS} s"
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            failed = f"crash: {type(error).__name__}: {error}"[:300]
    seconds, megabytes = cost()
    is_too_large = megabytes > MOST_MEGABYTES
    if (failed or is_too_large) and len(batch) > 1:
        shutil.rmtree(shard)
        return [tried([one], folder / f"{one.name}.alone", known)[0] for one in batch]
    share = (seconds / len(batch), megabytes)
    if failed:
        shutil.rmtree(shard)
        return [Outcome(0, 0, (), (failed,), *share)]
    large = (f"memory: {megabytes:.0f} MB for {len(batch[0].data)} bytes",) if is_too_large else ()
    return [_outcome(one, *told, large, share, known) for one, told in zip(batch, _told(shard, batch), strict=True)]


Told = tuple[FileReading, set[str], list[dict[str, Any]], int]
"""What a shard tells of one file: its counts, the ids of its articles, its rejects, how many articles."""


def _told(shard: Path, batch: Sequence[Input]) -> Iterator[Told]:
    counts = {count.corpus: count for count in FileReading.load(shard / COUNTS)}
    articles = pq.read_table(shard / ARTICLES, columns=["corpus", "article_id"]).to_pylist()
    rejects = pq.read_table(shard / REJECTS).to_pylist()
    for one in batch:
        ids = [row["article_id"] for row in articles if row["corpus"] == one.name]
        yield counts[one.name], set(ids), [row for row in rejects if row["corpus"] == one.name], len(ids)


def _outcome(
    one: Input,
    counts: FileReading,
    ids: set[str],
    rejects: list[dict[str, Any]],
    n_articles: int,
    large: tuple[str, ...],
    share: tuple[float, float],
    known: Mapping[Seed, list[Good]],
) -> Outcome:
    findings = list(large)
    if counts.n_records != n_articles + len(rejects):
        findings.append(f"account: {counts.n_records} records, {n_articles} articles, {len(rejects)} rejects")
    if len({row["reject_id"] for row in rejects}) < len(rejects):
        findings.append("account: two rejects share an id")
    findings += [found for row in rejects for found in _wrong_reject(row["reason"], row["detail"])]
    if _is_by_line(one) and (n_lines := _lines(one.data)) != counts.n_records:
        findings.append(f"account: {n_lines} lines that are not blank, {counts.n_records} records")
    whole = [good for good in known[one.seed] if good.end <= one.n_same] if one.n_same else []
    findings += [
        f"lost: record {good.number}, which ends before the damage at byte {one.n_same}"
        for good in whole
        if good.article_id not in ids
    ]
    reasons = tuple(row["reason"] for row in rejects)
    return Outcome(counts.n_records, n_articles, reasons, tuple(dict.fromkeys(findings)), *share)


def good_articles(seed: Seed, folder: Path) -> list[Good]:
    """The articles of a seed that is not damaged, as far as the place of the next record tells where they end."""
    path = folder / f"seed{seed.ending}"
    path.write_bytes(seed.data)
    found = [one for _, one in records(CorpusFile(path.name, str(path), len(seed.data)), COLUMNS)]
    good = []
    for one, after in pairwise(found):
        if one.byte_offset is None or after.byte_offset is None or after.byte_offset <= one.byte_offset:
            continue
        row = article_row(one, path.name, seed.format) if isinstance(one, Record) else one
        if isinstance(row, dict):
            good.append(Good(one.number or 0, after.byte_offset, row["article_id"]))
    return good


def _wrong_reject(reason: str, detail: str | None) -> Iterator[str]:
    if reason not in REASONS:
        yield f"reason: {reason}"
    if not detail:
        yield f"reason: {reason} without detail"
    elif CAUGHT_BY_THE_NET.match(detail) or "MemoryError" in detail or "Traceback" in detail:
        yield f"undeclared: {detail[:160]}"


def _is_by_line(one: Input) -> bool:
    """Whether the records can be counted apart from the reader: JSON Lines in plain UTF-8 or a single-byte encoding."""
    return (
        one.name.endswith(".jsonl")
        and not one.data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
        and (not one.data.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")))
    )


def _lines(data: bytes) -> int:
    count = 0
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            count += bool(line.decode("utf-8").strip())
        except UnicodeDecodeError:
            count += 1
    return count


@contextmanager
def _measured() -> Iterator[Callable[[], tuple[float, float]]]:
    """Gives a function for processor seconds and megabytes of resident memory above the start; stops a hang."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, started = _resident("VmRSS"), process_time()
    former = signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield lambda: (process_time() - started, max(0.0, _resident("VmHWM") - before))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, former)


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError


def _resident(name: str) -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split(name + ":")[1].split()[0]) / 1024
