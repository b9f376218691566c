"""Peak memory of a run by corpus size: the real flow with a reader that reads nothing, on copies of a corpus.

usage: python -m tests.benchmarks.memory --corpus news.jsonl.gz --sizes 6000 24000 [--characters N]

Every size runs in a process of its own. For every stage the largest resident set (VmHWM, set back at its start) of the
process that runs the flow; for its children (workers, Prefect's server) the largest one of the whole run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.orchestration import prepare_prefect
from tests.benchmarks.copies import write_copies
from tests.benchmarks.sample import corpus_options, machine
from tests.benchmarks.scratch import scratch_folder

ENGINE = "tests.benchmarks.stand_in"
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MIB = 1 << 20
Measured = dict[str, Any]


def peak_bytes() -> int:
    """The largest resident set of this process since `forget_peak`."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def forget_peak() -> None:
    """Sets the peak back to what is resident now."""
    CLEAR.write_text("5")


def run_once(corpus: Path, output: Path, workers: int) -> Measured:
    """Runs the flow in this process; peak bytes and CPU seconds by stage, the counts, and the largest child's peak."""
    prepare_prefect(output)
    from flows import dataset as parent

    peaks: dict[str, int] = {}
    seconds: dict[str, float] = {}
    timed = parent.Run.stage

    @contextmanager
    def watched(run: parent.Run, name: str) -> Iterator[None]:
        forget_peak()
        began = time.process_time()
        with timed(run, name):
            yield
        peaks[name], seconds[name] = peak_bytes(), time.process_time() - began

    parent.Run.stage = watched  # type: ignore[method-assign]
    peaks["start"] = peak_bytes()
    result = parent.run_dataset([str(corpus)], output, workers=workers, model="none", engine=ENGINE)
    if result.run_record is None or result.status != "published":
        raise RuntimeError(f"the run did not publish: {result.failed_stage}: {result.reason}")
    account = json.loads(result.run_record.read_text(encoding="utf-8"))
    child = account["peak_rss_bytes_of_largest_child"]
    return {"peaks": peaks, "seconds": seconds, "counts": result.counts, "child": child}


def measure(corpus: Path, n_articles: int, characters: int | None, workers: int) -> Measured:
    """Writes a corpus of `n_articles` and runs over it in a process of its own."""
    with scratch_folder() as folder:
        made = write_copies(corpus, n_articles, folder / "copies.jsonl.gz", characters)
        command = [sys.executable, "-m", "tests.benchmarks.memory", "--one", str(made), "--workers", str(workers)]
        found = subprocess.run(
            [*command, "--output", str(folder / "output")], check=True, stdout=subprocess.PIPE, text=True
        )
    measured: Measured = json.loads(found.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Prints a row a size: articles, claims, MiB by stage, and the largest child."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--workers", type=int, default=2)
    known, _ = parser.parse_known_args()
    if known.one is not None:
        print(json.dumps(run_once(known.one, known.output, known.workers)))
        return
    corpus_options(parser, 0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[6000, 24000], help="articles of each run")
    parser.add_argument("--characters", type=int, help="cut every text to so many characters, to save time")
    given = parser.parse_args()
    print(machine())
    for k, size in enumerate(given.sizes):
        found = measure(given.corpus, size, given.characters, given.workers)
        if k == 0:
            print("articles  claims  " + "  ".join(f"{name:>8}" for name in found["peaks"]) + "  largest child")
        counts = found["counts"]
        peaks = "  ".join(f"{peak / MIB:8,.0f}" for peak in found["peaks"].values())
        print(f"{counts['articles']:8}  {counts['claims']:6}  {peaks}  {found['child'] / MIB:13,.0f}  MiB")
        print(f"{'CPU s':>16}            " + "  ".join(f"{s:8.1f}" for s in found["seconds"].values()), flush=True)


if __name__ == "__main__":
    main()
