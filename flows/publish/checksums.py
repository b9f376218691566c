"""Writes `checksums.sha256` of a release for `sha256sum -c`, and finds the files that are not as they were sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.publish.durable import sha256_of

CHECKSUMS = "checksums.sha256"
MANIFEST = "release.json"


def write_checksums(folder: Path, digests: Mapping[str, str]) -> Path:
    """Writes a line for every file: SHA-256 (hex) by path within the folder; returns the file written."""
    path = folder / CHECKSUMS
    path.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())), encoding="utf-8")
    return path


def read_checksums(path: Path) -> dict[str, str]:
    """SHA-256 by name; ValueError names a line that is none of `sha256sum`."""
    digests = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            raise ValueError(f"{path}, line {number}: not a SHA-256, two spaces and a name")
        digests[name] = digest
    return digests


def damage(folder: Path) -> list[str]:
    """What is wrong with the files of a sealed release, one line a file; nothing where all are as `release.json` says.

    A release without `checksums.sha256` in its manifest is older than that file and is checked without it.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sealed = {name: str(facts["sha256"]) for name, facts in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{MANIFEST} cannot be read ({error})"]
    problems = []
    for name, digest in sealed.items():
        if not (folder / name).is_file():
            problems.append(f"{name} is missing")
        elif sha256_of(folder / name) != digest:
            problems.append(f"{name} is not the file that was published")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems += [f"{name} was not published" for name in sorted(found - set(sealed) - {MANIFEST})]
    if CHECKSUMS in sealed and (folder / CHECKSUMS).is_file():
        problems += _stale(folder / CHECKSUMS, {name: digest for name, digest in sealed.items() if name != CHECKSUMS})
    return problems


def _stale(path: Path, sealed: dict[str, str]) -> list[str]:
    try:
        listed = read_checksums(path)
    except ValueError as error:
        return [str(error)]
    names = sorted(name for name in set(sealed) | set(listed) if sealed.get(name) != listed.get(name))
    return [f"{CHECKSUMS} and {MANIFEST} do not agree on {name}" for name in names]
