"""Keeps `releases.json`: every release of an output folder in one file, made from the releases and never the truth."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from flows.publish.durable import json_bytes, replace_file
from schemas.dataset import dataset_facts

INDEX = "releases.json"
COPIED = ("version", "created_at", "schema_version", "extractor_version", "content_digest", "previous_version")


def write_index(output: Path) -> None:
    """Brings `releases.json` in line with `releases/*/release.json`, in one step; does nothing if it is.

    Call it under the lock. A disk that refuses it gives a warning: what is published is published, and the next run
    tries again.
    """
    path = output / INDEX
    try:
        content = json_bytes(release_index(output))
        if not path.is_file() or path.read_bytes() != content:
            replace_file(path, content)
    except OSError as error:
        warnings.warn(f"{path} could not be written ({error}); the next run writes it", RuntimeWarning, stacklevel=2)


def release_index(output: Path) -> dict[str, Any]:
    """The releases of an output folder, oldest first, and the folders whose `release.json` cannot be read.

    `path` is relative to the output folder; `rows` gives the rows of each table. Which release is the latest is not
    said: `latest.json` decides that.
    """
    releases, unreadable = [], []
    for folder in sorted((output / "releases").glob("*")):
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        path = f"releases/{folder.name}"
        try:
            releases.append({"path": path, **_entry(folder / "release.json")})
        except (OSError, ValueError, LookupError, TypeError) as error:
            unreadable.append({"path": path, "reason": f"{type(error).__name__} in release.json"})
    releases.sort(key=lambda one: (str(one["created_at"]), one["path"]))
    return {"dataset": dataset_facts().name, "releases": releases, "unreadable": unreadable}


def _entry(path: Path) -> dict[str, Any]:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    rows = {name: facts["rows"] for name, facts in manifest["tables"].items()}
    return {key: manifest[key] for key in COPIED} | {"rows": rows}
