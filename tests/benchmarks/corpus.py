"""The corpus that is measured on, and the machine that it is measured on."""

from __future__ import annotations

import argparse
import gzip
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

CORPUS_VARIABLE = "MATERIEL_NEWS"
"""Names a JSON Lines corpus to measure on, where no option does."""


def corpus_option(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what is measured on."""
    given = os.environ.get(CORPUS_VARIABLE)
    parser.add_argument(
        "--corpus",
        type=Path,
        default=Path(given) if given else None,
        required=given is None,
        help=f"a JSON Lines corpus, maybe compressed (else the environment's {CORPUS_VARIABLE})",
    )


def lines(corpus: Path) -> Iterator[bytes]:
    """The lines of a JSON Lines file, plain or gzipped."""
    with gzip.open(corpus) if corpus.suffix == ".gz" else corpus.open("rb") as file:
        yield from file


def machine() -> str:
    """A line that says where and when something was measured, with the load of the minute before."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{now}, {cores} cores of {model}, load {load:.1f}, Python {platform.python_version()}"
