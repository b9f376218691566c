"""Limits of time: a run that hangs must end by itself, as it holds the output folder and the next ones wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.utilities.timeout import timeout

MAX_HOURS = 24.0
"""How long a run may take, unless its parameters say otherwise."""
TASK_SECONDS = 6 * 3600
"""How long one task may take that reads, links, stages, validates or publishes: none took a hundredth of it."""


class RunTimeLimitError(TimeoutError):
    """A run took longer than it may."""


@contextmanager
def time_limit(hours: float) -> Iterator[None]:
    """RunTimeLimitError if what is within takes longer; 0 means no limit.

    In the main thread even a call that waits is interrupted; in others Prefect can stop Python code only.
    """
    if hours < 0:
        raise ValueError(f"max_hours is {hours}; it must be positive, or 0 for no limit")
    try:
        with timeout(hours * 3600 if hours else None, RunTimeLimitError):
            yield
    except RunTimeLimitError as error:
        raise RunTimeLimitError(
            f"the run took longer than {hours:g} hours; raise max_hours, or see what hung"
        ) from error
