"""Peak memory of a run by corpus size: the real stages with a reader that reads nothing, on copies of a corpus.

usage: python -m tests.benchmarks.memory --corpus news.jsonl.gz --sizes 6000 24000 96000 240000 [--characters N]

Every size runs in a process of its own. For every stage the largest resident set (VmHWM, set back at its start) of the
process that runs the stages; for its workers, if there are several, the largest one of the whole run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.copies import write_copies
from tests.benchmarks.corpus import corpus_option, machine
from tests.benchmarks.scratch import scratch_folder

MIB = 1 << 20
Measured = dict[str, Any]


def measure(corpus: Path, n_articles: int, characters: int | None, workers: int) -> Measured:
    """Writes a corpus of `n_articles` and runs over it in a process of its own; see `memory_run`."""
    with scratch_folder() as folder:
        made = write_copies(corpus, n_articles, folder / "copies.jsonl.gz", characters)
        command = [sys.executable, "-m", "tests.benchmarks.memory_run", str(made), str(folder / "output")]
        found = subprocess.run([*command, "--workers", str(workers)], check=True, stdout=subprocess.PIPE, text=True)
    measured: Measured = json.loads(found.stdout.splitlines()[-1])
    return measured


def main() -> None:
    """Prints a row a size: articles, claims, MiB by stage, and the largest worker."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    corpus_option(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=[6000, 24000], help="articles of each run")
    parser.add_argument("--characters", type=int, help="cut every text to so many characters, to save time")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    for k, size in enumerate(given.sizes):
        found = measure(given.corpus, size, given.characters, given.workers)
        if k == 0:
            print("articles  claims  " + "  ".join(f"{name:>8}" for name in found["peaks"]) + "  largest worker")
        counts = found["counts"]
        peaks = "  ".join(f"{peak / MIB:8,.0f}" for peak in found["peaks"].values())
        print(f"{counts['articles']:8}  {counts['claims']:6}  {peaks}  {found['child'] / MIB:14,.0f}  MiB")
        print(
            f"{'':16}  " + "  ".join(f"{seconds:8.1f}" for seconds in found["seconds"].values()) + "  CPU s", flush=True
        )


if __name__ == "__main__":
    main()
