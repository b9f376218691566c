"""Tells an address in an object store from a folder of this machine, without loading a driver."""

from __future__ import annotations

from pathlib import Path

STORE_ADDRESS = ".store"
"""File of this machine's copy of a store that holds the address of the store."""


def is_url(output: str | Path) -> bool:
    """Whether an output is in an object store rather than a folder of this machine."""
    return "://" in str(output)
