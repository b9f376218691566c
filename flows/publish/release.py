"""Stages and publishes releases, in an order that shows readers the old release or the new one, whoever dies when.

Layout of an output folder: `releases/<version>/`, `latest.json` (the pointer), `latest` (a link, where there are any),
`releases.json` (an index), `failures/<version>/`, `staging/<version>/` (only while a run lasts). A run holds the
folder's lock from start to end.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.publish.changes import write_changes
from flows.publish.checksums import CHECKSUMS, MANIFEST, write_checksums
from flows.publish.digest import content_digest, table_digest
from flows.publish.documents import write_documents
from flows.publish.durable import json_bytes, replace_file, replace_link, sha256_of, sync_folder, sync_tree
from flows.publish.index import write_index
from flows.publish.sbom import write_sbom
from flows.publish.verify import verify
from flows.publish.writer import Provenance, load_conformed, write_table
from flows.report.writing import write_report
from schemas.dataset import TableFile, dataset_facts
from schemas.tables import RELEASE_TABLES, SCHEMA_VERSION, table

POINTER = "latest.json"
PARTIALS = (".*.partial", "failures/.*.partial", "runs/.*.partial", "cache/*/.*.partial")
"""Files on their way to their name, by folder; a run that is killed leaves them."""
NAMING = ".naming"
"""Ending of the marker in `staging` of a release that has its name and is not pointed to yet."""


@dataclass(frozen=True)
class Staged:
    """A release before publishing. `is_unchanged`: the latest release says the same, so nothing lies in `folder`.

    `previous` is the folder of the latest release, if there is one.
    """

    version: str
    folder: Path
    content_digest: str
    extractor_version: str
    previous: Path | None
    is_unchanged: bool = False


def latest(output: Path) -> dict[str, Any] | None:
    """What the pointer says; None before the first release. ValueError if it is damaged."""
    path = output / POINTER
    if not path.exists():
        return None
    try:
        pointer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        pointer["version"], pointer["content_digest"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: not a pointer to a release ({error}); restore it from releases/*/release.json"
        ) from error
    return pointer


def latest_folder(output: Path) -> Path | None:
    """Folder of the latest release; None before the first one, or if somebody has removed it."""
    pointer = latest(output)
    folder = output / "releases" / pointer["version"] if pointer else None
    return folder if folder is not None and (folder / "release.json").exists() else None


def clear_leftovers(output: Path) -> list[str]:
    """Removes what killed runs left behind, mends link and index; returns what was removed. Call it under the lock."""
    withdraw_unpointed(output)
    leftovers = [path for name in ("staging", "work") for path in sorted((output / name).glob("*"))]
    leftovers += [path for pattern in PARTIALS for path in sorted(output.glob(pattern))]
    for path in leftovers:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    if (folder := latest_folder(output)) is not None:
        _point_link(output, folder.name)
    if (output / "releases").is_dir():
        write_index(output)
    return [str(path.relative_to(output)) for path in leftovers]


def stage(tables: Mapping[str, Path], output: Path, extractor_version: str, today: date | None = None) -> Staged:
    """Writes the release that these table files make under `output/staging`, unless the latest one says the same.

    The version is the day (UTC) and the start of the content digest. TableShapeError if a file is not as declared.
    """
    digests = {name: table_digest(load_conformed(name, tables[name])) for name in RELEASE_TABLES}
    digest = content_digest(digests, SCHEMA_VERSION, extractor_version)
    day = today or datetime.now(UTC).date()
    version = f"{day:%Y.%m.%d}-{digest[:8]}"
    folder = output / "staging" / version
    previous = latest_folder(output)
    if previous is not None and (latest(output) or {})["content_digest"] == digest:
        return Staged(previous.name, previous, digest, extractor_version, previous, is_unchanged=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    provenance = Provenance(version, extractor_version)
    try:
        files = [_stage_table(name, tables[name], folder, provenance) for name in RELEASE_TABLES]
        files += write_changes(folder, previous, provenance)
        write_documents(folder, files, provenance)
        write_report(folder, version)
        write_sbom(folder)
    except BaseException:
        # On a full disk the record of the failure needs the room.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Staged(version, folder, digest, extractor_version, previous)


def _stage_table(name: str, source: Path, folder: Path, provenance: Provenance) -> TableFile:
    target = folder / f"{name}.parquet"
    written = write_table(name, load_conformed(name, source), target, provenance)
    return TableFile(name, written.n_rows, written.n_bytes, sha256_of(target))


def publish(staged: Staged, output: Path, tables: Mapping[str, int], run: Mapping[str, Any] | None = None) -> Path:
    """Publishes a validated release; returns its folder. `tables` gives the rows of each table, `run` tells of the run.

    Everything is on the disk before the folder gets its name, and has its name before the pointer moves.
    DamagedReleaseError if what lies on the disk is not what was sealed.
    """
    seal(staged, tables, run)
    verify(staged.folder)
    folder = name_release(staged, output)
    try:
        move_pointer(output, folder)
    except Exception:
        withdraw_unpointed(output)
        raise
    marker(output, folder.name).unlink(missing_ok=True)
    write_index(output)
    return folder


def seal(staged: Staged, tables: Mapping[str, int], run: Mapping[str, Any] | None = None) -> None:
    """Lists every file of the staged release in `checksums.sha256` and `release.json` and brings all to the disk.

    What differs from run to run (times, parameters, seconds) stands in `release.json` alone, which nothing hashes.
    """
    found = {path.relative_to(staged.folder).as_posix(): path for path in staged.folder.rglob("*") if path.is_file()}
    listed = {name: _sealed(found[name]) for name in sorted(found) if name not in (CHECKSUMS, MANIFEST)}
    checksums = write_checksums(staged.folder, {name: facts["sha256"] for name, facts in listed.items()})
    listed[CHECKSUMS] = _sealed(checksums)
    manifest = {
        "dataset": dataset_facts().name,
        "version": staged.version,
        "content_digest": staged.content_digest,
        "schema_version": SCHEMA_VERSION,
        "extractor_version": staged.extractor_version,
        "licence": dataset_facts().licence,
        "previous_version": staged.previous.name if staged.previous else None,
        "created_at": _now(),
        **({"run": dict(run)} if run is not None else {}),
        "tables": {
            name: {"rows": n_rows, **listed[f"{name}.parquet"], "primary_key": list(table(name).primary_key)}
            for name, n_rows in tables.items()
        },
        "files": listed,
    }
    (staged.folder / MANIFEST).write_bytes(json_bytes(manifest))
    sync_tree(staged.folder)


def _sealed(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": sha256_of(path)}


def name_release(staged: Staged, output: Path) -> Path:
    """Moves the sealed folder to `releases/<version>`, in one step.

    A run killed before it moved the pointer may have left the same release there; then that one stays.
    """
    folder = output / "releases" / staged.version
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        found = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        if found["content_digest"] != staged.content_digest:
            raise FileExistsError(f"{folder}: holds another release of this name; move it away and run again")
        shutil.rmtree(staged.folder)
    else:
        replace_file(marker(output, staged.version), b"")
        staged.folder.rename(folder)
        sync_folder(folder.parent)
    return folder


def marker(output: Path, version: str) -> Path:
    """The file that is there while a release has its name but is not pointed to."""
    return output / "staging" / f"{version}{NAMING}"


def withdraw_unpointed(output: Path) -> None:
    """Takes back the release of a run that ended between naming it and moving the pointer: nobody was told of it."""
    for path in (output / "staging").glob(f"*{NAMING}"):
        version = path.name.removesuffix(NAMING)
        folder = output / "releases" / version
        if (latest(output) or {}).get("version") != version and folder.is_dir():
            folder.rename(path.with_suffix(".withdrawn"))
            shutil.rmtree(path.with_suffix(".withdrawn"))
            sync_folder(folder.parent)
        path.unlink()


def move_pointer(output: Path, folder: Path) -> None:
    """Makes a published release the latest one: first `latest.json`, which decides, then the link."""
    manifest = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    kept = ("dataset", "version", "content_digest", "schema_version", "extractor_version", "created_at", "tables")
    pointer = {"path": f"releases/{folder.name}", **{key: manifest[key] for key in kept}}
    replace_file(output / POINTER, json_bytes(pointer))
    _point_link(output, folder.name)


def _point_link(output: Path, version: str) -> None:
    link = output / "latest"
    target = f"releases/{version}"
    if not (link.is_symlink() and str(link.readlink()) == target):
        replace_link(link, target)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
