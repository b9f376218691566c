"""Reads the locked requirements for tests."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def locked(name: str) -> dict[str, dict[str, list[str]]]:
    """Hashes by package and version of a lock file (markers may choose between versions).

    ValueError names a line that is
    neither.
    """
    found: dict[str, dict[str, list[str]]] = {}
    hashes: list[str] | None = None
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        entry = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", line)
        digest = re.match(r"    --hash=sha256:([0-9a-f]{64})(?: \\)?$", line)
        if entry:
            package = re.sub(r"[-_.]+", "-", entry[1]).lower()
            hashes = found.setdefault(package, {}).setdefault(entry[2], [])
        elif digest and hashes is not None:
            hashes.append(digest[1])
        elif not line.lstrip().startswith("#"):
            raise ValueError(f"{name}: {line!r} is neither a pinned package nor a hash")
    return found
