"""Where the time of a run goes that finds nothing new, and of one that finds a few articles more.

python -m tests.benchmarks.unchanged CORPUS.jsonl.gz [--articles N] [--folder DIR]

The corpus is copied and read by a stand-in for the reader of articles, which gives every 16th article claims. Every
run is a process of its own, as on a schedule; printed are its seconds by stage, its wall time and its processor time.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def one_run(corpus: Path, output: Path) -> None:
    """Runs the flow as the command line does, and prints what it came to."""
    from flows.orchestration import prepare_prefect

    prepare_prefect(output)
    from flows.dataset import run_dataset

    result = run_dataset([str(corpus)], output, workers=1, model="none", engine="tests.benchmarks.stand_in")
    print(json.dumps({"status": result.status, "reason": result.reason, "n": result.counts, "s": result.seconds}))


def measured(label: str, corpus: Path, output: Path) -> None:
    """Runs a process and prints a line of the table."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "tests.benchmarks.unchanged", str(corpus), "--one-run", str(output)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(done.stdout.splitlines()[-1])
    counts = {name: told["n"].get(name) for name in ("articles", "claims", "n_files_read", "n_extracted")}
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in told["s"].items())
    print(f"{label}: {told['status']}, {wall:.1f} s wall, {processor:.1f} s processor; {stages}; {counts}", flush=True)
    if told["reason"]:
        print(told["reason"])


def main() -> None:
    """Runs the history: everything new, nothing new, ten articles more in a new file, ten more in the old one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, help="take so many only")
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, and to keep")
    parser.add_argument("--one-run", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one_run:
        one_run(given.corpus, given.one_run)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        corpus, output = folder / "corpus", folder / "output"
        corpus.mkdir(parents=True)
        with gzip.open(given.corpus, "rt", encoding="utf-8") as source:
            lines = list(itertools.islice(source, given.articles))
        write(corpus / "news.jsonl.gz", lines)
        time.sleep(3)  # a file that has just changed is not trusted
        print(f"{len(lines)} articles, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
        measured("first run", corpus, output)
        measured("nothing new", corpus, output)
        write(corpus / "today.jsonl.gz", [again(line, "of today") for line in lines[:10]])
        measured("a new file of 10", corpus, output)
        write(corpus / "news.jsonl.gz", [*lines, *(again(line, "added") for line in lines[:10])])
        measured("10 more in the old file", corpus, output)


def again(line: str, words: str) -> str:
    """Another article like the one of a line."""
    record = json.loads(line)
    return json.dumps(record | {"text": f"{record['text']} {words}", "url": None}) + "\n"


def write(path: Path, lines: list[str]) -> None:
    """Writes lines as a compressed file, always the same bytes."""
    path.write_bytes(gzip.compress("".join(lines).encode(), 1, mtime=0))


if __name__ == "__main__":
    main()
