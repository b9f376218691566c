"""The pages that Prefect shows of a run beside its report: quality, what has changed, and where the files are."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BASE_URL = "MATERIEL_BASE_URL"
"""Environment variable: the address under which the output folder is served, for links that a browser may follow."""
VALIDATION, CHANGES = "validation.json", "changes.md"
MAX_CHANGES = 200_000
"""Longest page of changes in Prefect, in characters; the release holds all of it."""
MAX_RULES = 40

LINKED = {
    "materiel-release": ("", "The files of the release"),
    "materiel-explorer": ("explorer/index.html", "The explorer"),
    "materiel-validation": ("data_docs/index.html", "Every rule of the validation"),
}
"""Links by key of their artifact: the path within the release, and what is there."""


def quality_page(folder: Path) -> str | None:
    """What the validation of a staged or failed release found; None where there was none."""
    path = folder / VALIDATION
    if not path.is_file():
        return None
    verdict: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    lines = [f"# Validation of {folder.name}: {'passed' if verdict['passed'] else 'not passed'}", ""]
    lines += ["| outcome | rules | means |", "|---|---:|---|"]
    meanings: Mapping[str, str] = verdict.get("outcomes", {})
    lines += [
        f"| {outcome} | {count:,} | {meanings.get(outcome, '')} |"
        for outcome, count in verdict["counts"].items()
        if count
    ]
    broken = [one for one in verdict["results"] if one["outcome"] in ("failed", "errored", "waived", "not_evaluated")]
    if broken:
        lines += ["", "| rule | outcome | blocks | rows | says |", "|---|---|---|---:|---|"]
        lines += [_broken(one) for one in broken[:MAX_RULES]]
    if len(broken) > MAX_RULES:
        lines += ["", f"And {len(broken) - MAX_RULES:,} more in {VALIDATION}."]
    return "\n".join(lines) + "\n"


def _broken(result: Mapping[str, Any]) -> str:
    says = " ".join(str(result["error"] or result["description"]).split()).replace("|", "\\|")
    blocks = "yes" if result["blocks"] else "no"
    return f"| {result['rule']} | {result['outcome']} | {blocks} | {result['n_unexpected']:,} | {says} |"


def changes_page(folder: Path) -> str | None:
    """What the release changes against the one before, as its own page of changes says; None where there is none."""
    path = folder / CHANGES
    if not path.is_file():
        return None
    page = path.read_text(encoding="utf-8")
    return page if len(page) <= MAX_CHANGES else f"{page[:MAX_CHANGES]}\n\nThe rest is in {CHANGES} of the release.\n"


def links(folder: Path, environment: Mapping[str, str] = os.environ) -> dict[str, tuple[str, str]]:
    """Address and description of what can be opened of a release, by key of its artifact.

    Addresses are of MATERIEL_BASE_URL if that is set, else of files on the machine of the run.
    """
    base = environment.get(BASE_URL)
    root = f"{base.rstrip('/')}/releases/{folder.name}" if base else folder.resolve().as_uri()
    return {
        key: (f"{root}/{path}", description) for key, (path, description) in LINKED.items() if (folder / path).exists()
    }
