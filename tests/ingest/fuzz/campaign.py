"""Runs many inputs in child processes that may crash, and keeps what was seen, so that a campaign can be resumed."""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flows.ingest import article
from flows.ingest.account import LostRecordsError
from flows.ingest.merge import merge
from flows.ingest.packs import COUNTS, placed
from tests.ingest.fuzz.seeds import Seed, seeds
from tests.ingest.fuzz.trial import Good, Outcome, damaged, good_articles, tried

CHUNK, BATCH = 500, 25
"""Inputs that one child reads and whose shards are merged into one account; inputs that are read as one shard."""
SILENT_SECONDS = 240.0
"""Wall clock without a finished input after which a child is stopped: a hang within a library that no signal ends."""
ADDRESS_SPACE = 4 << 30


@dataclass
class Tally:
    """What a campaign saw so far; written to and read from a JSON file."""

    seed: int
    n_inputs: int = 0
    n_records: int = 0
    n_articles: int = 0
    n_findings: int = 0
    n_restarts: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_input: int = -1
    most_megabytes: float = 0.0
    largest_input: int = -1
    formats: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[int, str]] = field(default_factory=list)

    def add(self, number: int, format_name: str, outcome: Outcome) -> None:
        """Counts one input."""
        self.n_inputs += 1
        self.n_records += outcome.n_records
        self.n_articles += outcome.n_articles
        self.seconds += outcome.seconds
        self.formats[format_name] += 1
        self.reasons.update(outcome.reasons)
        self.n_findings += bool(outcome.findings)
        self.findings += [(number, finding) for finding in outcome.findings]
        if outcome.seconds > self.slowest:
            self.slowest, self.slowest_input = outcome.seconds, number
        if outcome.megabytes > self.most_megabytes:
            self.most_megabytes, self.largest_input = outcome.megabytes, number

    def save(self, path: Path) -> None:
        """Writes the tally whole or not at all."""
        part = path.with_suffix(".part")
        part.write_text(json.dumps(self.__dict__, indent=1), encoding="utf-8")
        part.replace(path)

    @staticmethod
    def load(path: Path) -> Tally:
        """The tally that `save` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        told |= {name: Counter(told[name]) for name in ("formats", "reasons")}
        return Tally(**told | {"findings": [(number, text) for number, text in told["findings"]]})


Pool = dict[Seed, list[Good]]
"""The seeds, and what is in them while they are whole."""


def pool_of(corpora: Path | None) -> Pool:
    """The seeds with their articles."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        return {seed: good_articles(seed, Path(folder)) for seed in seeds(corpora)}


def remember() -> None:
    """Lets this process tell the language and the signature of a text once: most articles are whole."""
    article.language = lru_cache(maxsize=4096)(article.language)
    article.signature = lru_cache(maxsize=4096)(article.signature)


def trials(pool: Pool, seed: int, numbers: range, folder: Path) -> Iterator[tuple[int, str, Outcome]]:
    """Reads inputs in this process; at the end their shards are merged, which settles the account of every file."""
    good = list(pool)
    shards = []
    for start in range(numbers.start, numbers.stop, BATCH):
        chosen = range(start, min(start + BATCH, numbers.stop))
        batch = [damaged(good, seed, number) for number in chosen]
        shard = folder / f"shard{start:07d}"
        for number, one, outcome in zip(chosen, batch, tried(batch, shard, pool), strict=True):
            yield number, one.seed.format, outcome
        shards += sorted(path.parent for path in shard.rglob(COUNTS))
    readings = [reading for shard in shards for reading in placed(shard)]
    merge(sorted(readings, key=lambda one: one.reading.corpus), folder / "merged")


def _child(pool: Pool, seed: int, numbers: range, pipe: Any) -> None:
    # Beyond what the process has of its parent, which a run of many tests has made large.
    own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + ADDRESS_SPACE, own + ADDRESS_SPACE))
    folder = Path(tempfile.mkdtemp(prefix="fuzz"))
    try:
        for told in trials(pool, seed, numbers, folder):
            pipe.send(told)
        pipe.send("")
    except LostRecordsError as error:
        pipe.send(f"account: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(path: Path, corpora: Path | None, seed: int, n_inputs: int, seconds: float) -> Tally:
    """Goes on with the campaign in `path` until `n_inputs` are read or the time of this call is over."""
    tally = Tally.load(path) if path.exists() else Tally(seed)
    if tally.seed != seed:
        raise ValueError(f"{path} holds a campaign of seed {tally.seed}; name another file")
    remember()
    pool = pool_of(corpora)
    end = time.monotonic() + seconds
    while tally.n_inputs < n_inputs and time.monotonic() < end:
        _chunk(tally, pool, range(tally.n_inputs, min(tally.n_inputs + CHUNK, n_inputs)))
        tally.save(path)
    return tally


def _chunk(tally: Tally, pool: Pool, numbers: range) -> None:
    """One child; where it dies or falls silent, its input is a finding, and the next child goes on after it."""
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=partial(_child, pool, tally.seed, numbers, sending))
    child.start()
    sending.close()
    end: str | None = None
    try:
        while end is None and receiving.poll(SILENT_SECONDS):
            told = receiving.recv()
            if isinstance(told, str):
                end = told
            else:
                tally.add(*told)
    except EOFError:
        pass
    if end is None:
        child.kill()
    child.join()
    receiving.close()
    if end == "":
        return
    tally.n_restarts += 1
    if end is None and tally.n_inputs in numbers:
        what = f"death: the reading process ended with {child.exitcode}"
        tally.add(tally.n_inputs, "unknown", Outcome(0, 0, (), (what,), 0.0, 0.0))
    else:
        tally.findings.append((tally.n_inputs - 1, end or "death: the merge ended the process"))
        tally.n_findings += 1
