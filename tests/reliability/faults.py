"""Injects a fault into this process at the n-th write below a folder: it is killed, or its disk is full from then on.

The calls by which Python and Arrow change files are wrapped in a child process of the tests; the product knows nothing
of it.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import pyarrow.parquet.core as parquet

FULL = "/dev/full"
"""Takes no byte: whatever is written there fails as on a full disk."""
NEEDS_SPACE = {"open", "mkdir", "symlink", "parquet", "footer"}
"""Writes that take space; a full disk still lets files be renamed and removed."""
PATHS = {"replace": 1, "rename": 1, "mkdir": 0, "unlink": 0, "rmdir": 0, "symlink": 1, "link": 1}
"""Functions of `os` that change a folder, and which argument names the file."""


@dataclass(frozen=True)
class Fault:
    """What happens at write number `at` (from 1) after stage `stage` has begun; 0 only counts."""

    kind: Literal["kill", "full"]
    stage: str
    at: int


class Writes:
    """Counts the writes below `folder` once its stage has begun, and brings about the fault at the one that is due."""

    def __init__(self, folder: Path, fault: Fault) -> None:
        self.folder, self.fault = str(folder.resolve()), fault
        self.seen: list[str] = []
        self.is_counting = False

    def begin(self, stage: str) -> None:
        """A stage of the run has begun."""
        self.is_counting = self.is_counting or stage == self.fault.stage

    def due(self, call: str, path: Any) -> bool:
        """Counts one write; True if the disk is full for it. Does not return if the process is to die here."""
        if not self.is_counting or not isinstance(path, str | os.PathLike) or self._is_elsewhere(os.fspath(path)):
            return False
        name = Path(os.fspath(path)).name.replace(f".{os.getpid()}.", ".")
        self.seen.append(f"{call} {name}")
        if not self.fault.at or len(self.seen) < self.fault.at:
            return False
        if self.fault.kind == "kill":
            os.killpg(0, signal.SIGKILL)
            signal.pause()
        return call in NEEDS_SPACE

    def _is_elsewhere(self, path: str) -> bool:
        return not os.path.abspath(path).startswith(self.folder)  # noqa: PTH100 - resolving would follow `latest`


def no_space(path: Any) -> OSError:
    """The error of a full disk."""
    return OSError(28, os.strerror(28), os.fspath(path))


@contextmanager
def injected(writes: Writes) -> Iterator[None]:
    """Wraps the calls that write while the context lasts."""
    with contextlib.ExitStack() as stack:
        for name, place in PATHS.items():
            stack.enter_context(mock.patch.object(os, name, _wrapped(name, getattr(os, name), place, writes)))
        stack.enter_context(mock.patch.object(os, "fsync", _fsync(os.fsync, writes)))
        opening = _open(open, writes)
        for module in (builtins, io):
            stack.enter_context(mock.patch.object(module, "open", opening))
        writer = parquet.ParquetWriter
        stack.enter_context(mock.patch.object(writer, "__init__", _begin_parquet(writer.__init__, writes)))
        stack.enter_context(mock.patch.object(writer, "close", _end_parquet(writer.close, writes)))
        yield


def _wrapped(name: str, call: Callable[..., Any], place: int, writes: Writes) -> Callable[..., Any]:
    def calls(*args: Any, **options: Any) -> Any:
        folder = _folder(options.get("dir_fd"))
        if writes.due(name, os.path.join(folder, args[place]) if folder else args[place]):  # noqa: PTH118
            raise no_space(args[place])
        return call(*args, **options)

    return calls


def _folder(handle: int | None) -> str | None:
    """The folder that `shutil.rmtree` holds open while it removes what is in it."""
    return None if handle is None else os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115


def _fsync(call: Callable[[int], None], writes: Writes) -> Callable[[int], None]:
    def calls(handle: int) -> None:
        writes.due("fsync", os.readlink(f"/proc/self/fd/{handle}"))  # noqa: PTH115
        call(handle)

    return calls


def _open(call: Callable[..., Any], writes: Writes) -> Callable[..., Any]:
    def opens(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        if not set(mode) & set("wax+"):
            return call(file, mode, *args, **options)
        opened = call(file, mode, *args, **options)
        if writes.due("open", file):
            opened.close()
            return call(FULL, mode.replace("x", "w").replace("a", "w"), *args, **options)
        return opened

    return opens


def _begin_parquet(call: Callable[..., None], writes: Writes) -> Callable[..., None]:
    def begins(self: Any, where: Any, *args: Any, **options: Any) -> None:
        if writes.due("parquet", where):
            Path(where).touch()
            where = FULL
        self.path_under_test = where
        call(self, where, *args, **options)

    return begins


def _end_parquet(call: Callable[..., None], writes: Writes) -> Callable[..., None]:
    def ends(self: Any) -> None:
        if self.is_open and writes.due("footer", self.path_under_test):
            call(self)
            raise no_space(self.path_under_test)
        call(self)

    return ends
