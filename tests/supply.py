"""Reads the locked requirements for tests."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def locked(name: str) -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of every package of a lock file; ValueError names a line that is neither."""
    found: dict[str, tuple[str, list[str]]] = {}
    current = ""
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        entry = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", line)
        digest = re.match(r"    --hash=sha256:([0-9a-f]{64})(?: \\)?$", line)
        if entry:
            current = re.sub(r"[-_.]+", "-", entry[1]).lower()
            found[current] = (entry[2], [])
        elif digest and current:
            found[current][1].append(digest[1])
        elif not line.lstrip().startswith("#"):
            raise ValueError(f"{name}: {line!r} is neither a pinned package nor a hash")
    return found
