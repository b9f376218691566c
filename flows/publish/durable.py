"""Writes that survive a crash: a file is there whole or not at all, and on the disk before it is pointed to."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


class OutputBusyError(RuntimeError):
    """Another run holds the output folder."""


def json_bytes(content: Any) -> bytes:
    """Readable JSON; the same content gives the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def replace_file(path: Path, content: bytes) -> None:
    """Writes a file through a temporary one, so that readers see the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with removed_on_error(partial):
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    sync_folder(path.parent)


@contextmanager
def removed_on_error(partial: Path) -> Iterator[None]:
    """Removes a file that a full disk has left half-written."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def replace_link(link: Path, target: str) -> bool:
    """Points a symbolic link at `target` in one step; False where the filesystem has no such links."""
    partial = link.with_name(f".{link.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    try:
        partial.symlink_to(target, target_is_directory=True)
    except (OSError, NotImplementedError):
        return False
    partial.replace(link)
    sync_folder(link.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Brings the entries of a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Brings every file and folder under `folder` to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file (hex)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(output: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Holds the output folder against other runs; the lock goes with the process, however it ends.

    OutputBusyError if another run still holds it after `wait_seconds`.
    """
    output.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    with (output / ".lock").open("a+") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise OutputBusyError(
                        f"{output}: another run writes to this folder; wait for it to end or choose another --output"
                    ) from error
                time.sleep(min(1.0, max(0.05, deadline - time.monotonic())))
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)
