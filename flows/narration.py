"""Writes the log of a run for people: a line when a stage begins and ends, and now and then how far it has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flows.progress import Step, listening

SECONDS_BETWEEN_LINES = 30.0
"""Least time between two lines on how far a stage has come."""

Say = Callable[[str], None]


class Narrator:
    """A listener to progress that says it in sentences: `extract: 1,200 of 24,060 (4%), 4 of 80 shards, 33 claims`."""

    def __init__(self, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._said_at = clock()
        self._begun: tuple[str, float] | None = None

    def __call__(self, step: Step) -> None:
        """Says where the run stands, and a step that ends its stage or comes after a while of silence."""
        if step.stage == "run":
            self._say_stage(step)
            return
        is_over = step.total is not None and step.done >= step.total > 0
        if is_over or self._clock() - self._said_at >= SECONDS_BETWEEN_LINES:
            self._said_at = self._clock()
            self._say(sentence(step))

    def _say_stage(self, step: Step) -> None:
        """A stage is told of twice, when it begins and when it is over; what comes of the run is said elsewhere."""
        if self._begun is not None and self._begun[0] == step.detail:
            self._say(f"{step.detail}: took {self._clock() - self._begun[1]:.1f} s")
            self._begun = None
        elif step.total is None or step.done < step.total:
            self._say(f"{step.detail}: begins, stage {step.done + 1} of {step.total}")
            self._begun = (step.detail, self._clock())
            self._said_at = self._clock()


def sentence(step: Step) -> str:
    """One step in words."""
    of_all = f" of {step.total:,} ({100 * step.done // step.total}%)" if step.total else ""
    detail = f", {step.detail}" if step.detail else ""
    return f"{step.stage}: {step.done:,}{of_all}{detail}"


@contextmanager
def narrated() -> Iterator[Say]:
    """Tells the log of the flow run under way what is reported within; gives the voice for lines of its own.

    Outside of a flow run (a notebook, a test of one step) nothing is said.
    """
    say = flow_voice()
    with listening(Narrator(say)):
        yield say


def flow_voice() -> Say:
    """Writes a line to the log of the flow run under way, which Prefect shows; silent where there is none."""
    from prefect.exceptions import MissingContextError
    from prefect.logging import get_run_logger

    try:
        logger: Any = get_run_logger()
    except MissingContextError:
        return lambda _: None
    return lambda line: logger.info("%s", line)
