"""Tells faults of input and output that pass by themselves from all others: only these are worth another try."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from typing import Any

ERRNOS = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.ECONNABORTED,
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.EHOSTUNREACH,
        errno.EINTR,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.EPIPE,
        getattr(errno, "EREMOTEIO", errno.EAGAIN),
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)
"""Codes of a busy or lost store (EBUSY and EREMOTEIO stand for "slow down" and "internal error" of S3). A full disk and
a missing right stay as they are."""

CLIENT_ERRORS = {
    "fsspec.exceptions": ("FSTimeoutError",),
    "aiohttp": ("ClientConnectionError", "ClientPayloadError"),
    "httpx": ("TransportError",),
    "requests": ("ConnectionError", "Timeout"),
    "urllib3.exceptions": ("HTTPError",),
    "botocore.exceptions": ("ConnectionError", "HTTPClientError"),
}
"""Errors of clients that are no OSError, by module; looked up only where something has imported the module."""

BUSY_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers of HTTP that ask to come again."""

RETRIES = 3
RETRY_SECONDS = [10.0, 40.0, 160.0]
"""Waits before the second, third and fourth try; Prefect varies each at random by up to `RETRY_JITTER` of it."""
RETRY_JITTER = 0.5


class CorpusUnreachableError(OSError):
    """A corpus file could not be read for a fault that may pass; the message names file, fault and remedy."""


def is_transient(error: BaseException | None) -> bool:
    """Is this, or an error that it was raised from, a fault of input or output that may pass?

    True for lost connections, time-outs of a connection, busy stores; false for missing files and rights, a full disk,
    bad data, a failed validation, and for a task that ran past its own time limit.
    """
    return any(_passes(one) for one in _chain(error))


def worth_another_try(_task: Any, _run: Any, state: Any) -> bool:
    """Condition of Prefect's retries: the task failed for a transient fault."""
    if getattr(state, "name", "") == "TimedOut":
        return False
    error = state.result(raise_on_failure=False)
    return isinstance(error, BaseException) and is_transient(error)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that it was raised from; not those that it was merely raised beside."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _passes(error: BaseException) -> bool:
    if isinstance(error, (ConnectionError, CorpusUnreachableError)):
        return True
    # The class itself: its subclasses are time limits of tasks and runs, which another try would only reach again.
    if type(error) is TimeoutError:
        return True
    if isinstance(error, OSError) and error.errno in ERRNOS:
        return True
    status = getattr(error, "status", None)
    return (isinstance(status, int) and status in BUSY_STATUSES) or isinstance(error, _client_errors())


def _client_errors() -> tuple[type[BaseException], ...]:
    loaded = ((sys.modules.get(module), names) for module, names in CLIENT_ERRORS.items())
    return tuple(getattr(module, name) for module, names in loaded if module is not None for name in names)
