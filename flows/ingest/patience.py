"""A limit of processor time for libraries that take text apart, some of which take the square of its length."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 30.0
"""Of processor time; a page of real news takes a thousandth of it."""
LOOK_SECONDS = 0.5
"""How often the time is looked at."""


class TooSlowError(BaseException):
    """The limit is reached. No Exception, so that no library takes it for one of its own."""

    def __str__(self) -> str:
        return f"takes more than {PATIENCE_SECONDS:g} s"


@contextmanager
def patience() -> Iterator[None]:
    """TooSlowError if what is within takes more processor time of this thread than `PATIENCE_SECONDS`.

    The error is raised from outside, between two steps of Python: a single call into a compiled library is waited for.
    """
    watch = _Watch(threading.get_ident(), PATIENCE_SECONDS)
    watch.thread.start()
    try:
        yield
    finally:
        watch.end()


class _Watch:
    """Looks at the clock of a thread from another one."""

    def __init__(self, watched: int, seconds: float) -> None:
        self.watched, self.seconds = ctypes.c_ulong(watched), seconds
        # The clock of the thread alone: what else the machine does must not decide what is read.
        self.clock = time.pthread_getcpuclockid(watched)
        self.ended, self.striking = threading.Event(), threading.Lock()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        started = time.clock_gettime(self.clock)
        while not self.ended.wait(min(LOOK_SECONDS, self.seconds)):
            with self.striking:
                if not self.ended.is_set() and time.clock_gettime(self.clock) - started > self.seconds:
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(self.watched, ctypes.py_object(TooSlowError))

    def end(self) -> None:
        """No error after this."""
        with self.striking:
            self.ended.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self.watched, None)
        self.thread.join()
