"""One run of all stages with a reader that reads nothing; prints the peak memory of each. Called by `memory`."""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.accounting import RSS_UNIT
from flows.extract.flow import collect, open_cache, read_shards, run_plainly
from flows.extract.shards import cut_shards, jobs_for
from flows.ingest.discovery import discover, shards
from flows.ingest.file_reading import read_shard
from flows.ingest.flow import SHARD_BYTES, SHARD_FILES
from flows.ingest.merge import merge
from flows.ingest.packs import placed
from flows.ingest.readers.columns import column_mapping
from flows.link.flow import link_files
from flows.publish.flow import row_counts
from flows.publish.release import publish, stage
from flows.validate.flow import validate_files

ENGINE = "tests.benchmarks.stand_in"
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
Measured = dict[str, Any]


def peak_bytes() -> int:
    """The largest resident set of this process since `forget_peak`."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def forget_peak() -> None:
    """Sets the peak back to what is resident now."""
    CLEAR.write_text("5")


@dataclass
class Watch:
    """Peak bytes and CPU seconds by stage."""

    peaks: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measures what runs inside."""
        forget_peak()
        began = time.process_time()
        yield
        self.peaks[name], self.seconds[name] = peak_bytes(), time.process_time() - began


def run_once(corpus: Path, output: Path, workers: int) -> Measured:
    """Runs all stages in this process as the flow does, but without Prefect's server; what they took and came to."""
    watch, work = Watch(), output / "work"
    work.mkdir(parents=True)
    version = importlib.import_module(ENGINE).EXTRACTOR_VERSION
    with watch.stage("ingest"):
        runs = shards(discover([str(corpus)]), SHARD_BYTES, SHARD_FILES)
        mapping = column_mapping(None)
        packs = [read_shard(files, work / f"shard_{k:05d}", mapping) for k, files in enumerate(runs)]
        ingested = merge([reading for pack in packs for reading in placed(pack)], work / "ingest")
    with watch.stage("extract"):
        cache = open_cache(output / "cache", "none", ENGINE)
        cut = cut_shards(ingested.articles, cache, work / "shards")
        read_shards(jobs_for(cut, cache, "none", ENGINE), workers, run_plainly)
        extracted = collect(ingested.articles, cache, work, n_extracted=len(cut))
    with watch.stage("link"):
        texts, rejects, files = ingested.articles, ingested.rejects, ingested.corpus_files
        linked = link_files(texts, extracted.claims, extracted.readings, rejects, files, work / "linked")
    with watch.stage("stage"):
        staged = stage(linked.paths(), output, version)
    with watch.stage("validate"):
        # What it says is not asked: claims that nobody made have no likely shares of anything.
        validate_files(staged.folder, staged.previous, texts)
    with watch.stage("publish"):
        counts = row_counts(staged.folder)
        publish(staged, output, counts)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * RSS_UNIT
    return {"peaks": watch.peaks, "seconds": watch.seconds, "counts": counts, "child": child}


def main() -> None:
    """Runs over one corpus and prints what was measured as one line of JSON, the last one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(run_once(given.corpus, given.output, given.workers)))


if __name__ == "__main__":
    main()
