"""How long commands take to start: wall and CPU seconds of the best of several starts.

usage: python -m tests.benchmarks.start_up --output FOLDER [--corpus CORPUS] [--times N]

FOLDER is an output folder with a release. With the corpus that it was made of, also a run that finds nothing new.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.corpus import machine

COMMAND = "from flows.cli import main; main()"


def best_of(arguments: list[str], times: int) -> tuple[float, float, str]:
    """The least wall seconds, the least CPU seconds (children too), and the last line on standard output."""
    walls, cpus, said = [], [], ""
    for _ in range(times):
        before, began = os.times(), time.perf_counter()
        found = subprocess.run([sys.executable, "-c", COMMAND, *arguments], check=True, capture_output=True, text=True)
        after = os.times()
        walls.append(time.perf_counter() - began)
        cpus.append(after.children_user + after.children_system - before.children_user - before.children_system)
        said = (found.stdout.strip().splitlines() or [""])[0]
    return min(walls), min(cpus), said


def main() -> None:
    """Prints a line a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--corpus", nargs="+")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    output = ["--output", str(given.output)]
    commands = [["--help"], ["claims", "--limit", "12", *output]]
    commands += [["run", *given.corpus, *output]] if given.corpus else []
    for arguments in commands:
        wall, cpu, said = best_of(arguments, given.times if arguments[0] != "run" else 1)
        print(f"materiel {' '.join(arguments)}: {wall:.2f} s, {cpu:.2f} CPU s ({said[:60]})")


if __name__ == "__main__":
    main()
