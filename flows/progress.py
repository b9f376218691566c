"""Tells whoever listens how far a stage has come; the command line listens with a Rich progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


@dataclass(frozen=True)
class Step:
    """`done` of `total` units of a stage (None where the total is not known); `detail` is one short phrase."""

    stage: str
    done: int
    total: int | None
    detail: str = ""


Listener = Callable[[Step], None]
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


def report(stage: str, done: int, total: int | None, detail: str = "") -> None:
    """Reports progress of a stage to the listener, if there is one."""
    listener = _listener.get()
    if listener is not None:
        listener(Step(stage, done, total, detail))


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Sends what is reported within to `listener`, and on to who listens already."""
    before = _listener.get()

    def both(step: Step) -> None:
        listener(step)
        if before is not None:
            before(step)

    token = _listener.set(both)
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[None]:
    """Shows what is reported within as Rich progress bars, one a stage, on standard error."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}"),
    )
    rows: dict[str, TaskID] = {}
    with Progress(*columns, console=console or Console(stderr=True)) as bars:

        def show(step: Step) -> None:
            if step.stage not in rows:
                rows[step.stage] = bars.add_task(step.stage, total=step.total, detail=step.detail)
            bars.update(rows[step.stage], completed=step.done, total=step.total, detail=step.detail)

        with listening(show):
            yield
