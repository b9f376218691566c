"""Measures how the time of every reading grows with crafted text: `python -m tests.hostile.growth [NAME...]`.

Prints, for every reading, the pattern on which it took longest, processor seconds at four lengths, and the exponent of
the growth from the second length to the last (1 for a time in proportion to the length, 2 for its square).
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.hostile.readings import READINGS, MarkupReading
from tests.hostile.texts import CLOSED, MARKUP, PATTERNS, pattern_text

LENGTHS = (25_000, 50_000, 100_000, 200_000)
QUICK = 0.1
"""Processor seconds below which growth is not measured: a collection of garbage takes as long."""
GIVEN_UP = 20.0
"""Processor seconds after which longer texts are not tried."""


@dataclass(frozen=True)
class Growth:
    """Processor seconds of one reading on one pattern, by length of the text in characters."""

    reading: str
    pattern: str
    seconds: dict[int, float]

    @property
    def exponent(self) -> float:
        """Of the growth over the last two doublings that were measured; 0 where the reading is quick."""
        lengths = sorted(self.seconds)[-3:]
        first, last = (max(self.seconds[length], 1e-4) for length in (lengths[0], lengths[-1]))
        if last < QUICK or len(lengths) < 2:
            return 0.0
        return math.log(last / first) / math.log(lengths[-1] / lengths[0])


def seconds(read: Callable[[str], Any], given: str, times: int = 1) -> float:
    """Processor time of this process; the least of several runs, as a collection of garbage may fall into one."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        read(given)
        taken.append(time.process_time() - started)
    return min(taken)


def growth(reading: str, pattern: str, lengths: tuple[int, ...] = LENGTHS, times: int = 1) -> Growth:
    """Reads the pattern at each length, the shortest first, until one takes `GIVEN_UP` seconds."""
    read, taken = READINGS[reading], {}
    for length in lengths:
        taken[length] = seconds(read, pattern_text(pattern, length), times)
        if taken[length] > GIVEN_UP:
            break
    return Growth(reading, pattern, taken)


def patterns_of(reading: str) -> list[str]:
    """The patterns that a reading is tried with: those of markup for readers of markup."""
    return [*MARKUP, *CLOSED] if isinstance(READINGS[reading], MarkupReading) else list(PATTERNS)


def main(names: list[str]) -> None:
    """Prints the table, the readings with the steepest growth last."""
    found = []
    for name in names or READINGS:
        READINGS[name]("Iran sent missiles to Russia, officials said.")
        grown = [growth(name, pattern) for pattern in patterns_of(name)]
        found.append(max(grown, key=lambda one: max(one.seconds.values())))
        steepest = max(grown, key=lambda one: one.exponent)
        for one in {id(one): one for one in (found[-1], steepest)}.values():
            cells = "  ".join(f"{taken:8.3f}" for taken in one.seconds.values())
            print(f"{name:20} {one.pattern:22} {cells}  {one.exponent:5.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
