"""Holds a sealed release against its own manifest: every file there, whole, listed, and of the same release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.publish.digest import content_digest, table_digest
from flows.publish.durable import sha256_of
from schemas.tables import RELEASE_TABLES, table

MANIFEST = "release.json"


class DamagedReleaseError(ValueError):
    """A sealed release does not agree with its manifest; `findings` say where."""

    def __init__(self, folder: Path, findings: list[str]) -> None:
        super().__init__(f"{folder}: {'; '.join(findings)}; restore the folder from a copy or publish it again")
        self.findings = findings


def verify(folder: Path) -> None:
    """DamagedReleaseError unless `findings` has none."""
    found = findings(folder)
    if found:
        raise DamagedReleaseError(folder, found)


def findings(folder: Path) -> list[str]:
    """What is wrong with a sealed release, one line each and each beginning with the name of its check; empty for none.

    Reads every file. Never raises for a damaged release.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed, counted = dict(manifest["files"]), dict(manifest["tables"])
        digest, version = str(manifest["content_digest"]), str(manifest["version"])
        schema_version, extractor_version = str(manifest["schema_version"]), str(manifest["extractor_version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"manifest.readable: {MANIFEST} cannot be read ({type(error).__name__}: {error})"]
    found = _files(folder, listed)
    said = {"release_version": version, "schema_version": schema_version, "extractor_version": extractor_version}
    for name in RELEASE_TABLES:
        found += _table(folder, name, counted.get(name), listed.get(f"{name}.parquet"), said)
    found += _content(folder, digest, schema_version, extractor_version)
    if not version.endswith(digest[:8]):
        found.append(f"manifest.version: {version} does not end in the digest of the content, {digest[:8]}")
    return found + _resources(folder)


def _files(folder: Path, listed: dict[str, Any]) -> list[str]:
    held = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    held.pop(MANIFEST, None)
    found = [f"manifest.files: {name} is listed and not there" for name in sorted(set(listed) - set(held))]
    found += [f"manifest.files: {name} is there and not listed" for name in sorted(set(held) - set(listed))]
    for name in sorted(set(held) & set(listed)):
        facts = listed[name] if isinstance(listed[name], dict) else {}
        if facts.get("bytes") != held[name].stat().st_size:
            found.append(f"manifest.bytes: {name} has {held[name].stat().st_size} bytes, not {facts.get('bytes')}")
        if facts.get("sha256") != sha256_of(held[name]):
            found.append(f"manifest.sha256: {name} is not the file that was sealed")
    return found


def _table(folder: Path, name: str, counted: Any, listed: Any, said: dict[str, str]) -> list[str]:
    """What the manifest says of a table against its file, and the file against the manifest."""
    if not isinstance(counted, dict):
        return [f"manifest.tables: {name} is not in the list of tables"]
    try:
        metadata = pq.read_metadata(folder / f"{name}.parquet")
    except (pa.ArrowException, OSError) as error:
        return [f"parquet.readable: {name}.parquet ({' '.join(str(error).split())[:160]})"]
    found = []
    if counted.get("rows") != metadata.num_rows:
        found.append(f"manifest.rows: {name} has {metadata.num_rows} rows, not {counted.get('rows')}")
    if counted.get("primary_key") != list(table(name).primary_key):
        found.append(f"manifest.primary_key: that of {name} is {', '.join(table(name).primary_key)}")
    if isinstance(listed, dict) and {key: counted.get(key) for key in ("bytes", "sha256")} != listed:
        found.append(f"manifest.tables: {name} has other bytes or another hash than in the list of files")
    own = {key.decode(): value.decode("utf-8", "replace") for key, value in (metadata.metadata or {}).items()}
    for key, value in said.items():
        if own.get(key) != value:
            found.append(f"parquet.{key}: {name}.parquet says {own.get(key)}, the manifest {value}")
    return found


def _content(folder: Path, digest: str, schema_version: str, extractor_version: str) -> list[str]:
    try:
        digests = {name: table_digest(pq.read_table(folder / f"{name}.parquet")) for name in RELEASE_TABLES}
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return []  # a table that cannot be read is told of above
    true = content_digest(digests, schema_version, extractor_version)
    return [] if true == digest else [f"manifest.content_digest: the tables give {true[:16]}, not {digest[:16]}"]


def _resources(folder: Path) -> list[str]:
    """The data package lists the tables with their hashes and sizes, too."""
    path = folder / "datapackage.json"
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        facts = [(str(entry["path"]), entry.get("hash"), entry.get("bytes")) for entry in resources]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"datapackage.readable: datapackage.json ({type(error).__name__}: {error})"]
    found = []
    for name, stated, size in facts:
        file = folder / name
        if not file.is_file():
            found.append(f"datapackage.resources: {name} is named and not there")
        elif size != file.stat().st_size or str(stated).removeprefix("sha256:") != sha256_of(file):
            found.append(f"datapackage.resources: {name} has another hash or size than the data package says")
    return found
