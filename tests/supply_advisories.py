"""Asks the OSV database for advisories on the locked packages: `python -m tests.supply_advisories [--source URL]`.

Exit codes: 0 none is known, 1 some are, 3 the database cannot be reached, so that nothing is known either way. Only
names and versions of public packages are sent.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from typing import Any

from tests.supply import locked

SOURCE = "https://api.osv.dev/v1/querybatch"
LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-uv.lock")
NONE_KNOWN, SOME_KNOWN, UNREACHED = 0, 1, 3
WAIT_SECONDS = 30
MOST_A_QUESTION = 500
"""The database takes 1,000 packages at a time."""


class UnreachedError(OSError):
    """The database did not answer, or not in the way that it is documented to."""


def pinned() -> list[tuple[str, str]]:
    """Every package and version of the locks, sorted."""
    return sorted(
        {(name, version) for lock in LOCKS for name, versions in locked(lock).items() for version in versions}
    )


def advisories(packages: list[tuple[str, str]], source: str = SOURCE) -> dict[tuple[str, str], list[str]]:
    """Ids of the advisories that hold for each package and version; those without any are left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for start in range(0, len(packages), MOST_A_QUESTION):
        asked = packages[start : start + MOST_A_QUESTION]
        for package, answer in zip(asked, _asked(asked, source), strict=True):
            ids = sorted(entry["id"] for entry in answer.get("vulns", ()))
            if ids:
                found[package] = ids
    return found


def _asked(packages: list[tuple[str, str]], source: str) -> list[dict[str, Any]]:
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    body = json.dumps({"queries": queries}).encode()
    request = urllib.request.Request(source, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
            results: list[dict[str, Any]] = json.load(answer)["results"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreachedError(f"{source}: {type(error).__name__}: {error}") from error
    if len(results) != len(packages):
        raise UnreachedError(f"{source}: {len(results)} answers to {len(packages)} questions")
    return results


def main(arguments: list[str] | None = None) -> int:
    """Prints what is known; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default=SOURCE, help="where to ask, for a mirror of the database")
    packages, source = pinned(), parser.parse_args(arguments).source
    try:
        found = advisories(packages, source)
    except UnreachedError as error:
        print(f"no advisory source can be reached ({error}); nothing is known of {len(packages)} locked versions")
        return UNREACHED
    for (name, version), ids in found.items():
        print(f"{name} {version}: {', '.join(ids)}")
    print(f"{len(packages)} locked versions asked for, {len(found)} with advisories")
    return SOME_KNOWN if found else NONE_KNOWN


if __name__ == "__main__":
    sys.exit(main())
