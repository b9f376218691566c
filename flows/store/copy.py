"""Keeps what a store has published as a folder of this machine, laid out as an output folder, for all commands to read.

Records are fetched for every release, tables only for those that are asked for. A copy may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from flows.publish.durable import replace_file, sha256_of
from flows.store.address import STORE_ADDRESS
from flows.store.objects import Store, StoreError

RECORDS = {"releases": "release.json", "failures": "failure.json"}


def machine_folder(store: Store) -> Path:
    """Where this machine keeps what belongs to a store: `MATERIEL_STAGING`, else a cache folder of the user."""
    named = os.environ.get("MATERIEL_STAGING")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "materiel" / "stores"
    # Two addresses of one path on different servers must not share a folder.
    server = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    digest = hashlib.sha256(f"{server} {store.url}".encode()).hexdigest()[:12]
    readable = "".join(character if character.isalnum() else "-" for character in store.url.rpartition("//")[2])
    return (Path(named) if named else usual) / f"{readable[:60]}-{digest}"


def copy_of(url: str) -> Path:
    """Brings the copy of a store up to date with its pointer and records, and returns its folder."""
    store = Store.at(url)
    folder = machine_folder(store) / "copy"
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / STORE_ADDRESS, url.encode())
    pointer = store.read("latest.json")
    if pointer is None:
        (folder / "latest.json").unlink(missing_ok=True)
    fetch_records(store, folder)
    if pointer is not None:
        replace_file(folder / "latest.json", pointer.data)
    return folder


def fetch_records(store: Store, folder: Path) -> None:
    """Fetches the record of every release and failure, and removes those that the store no longer has."""
    for kind, record in RECORDS.items():
        there = {name for name in store.names(kind) if name.count("/") == 2 and name.endswith(f"/{record}")}
        store.fetch({name: folder / name for name in there if not (folder / name).is_file()})
        for path in (folder / kind).glob("*"):
            if f"{kind}/{path.name}/{record}" not in there:
                shutil.rmtree(path, ignore_errors=True)


def complete(release: Path) -> Path:
    """Fetches what a release of a copy lacks, each file held against its SHA-256; returns the folder.

    Does nothing for a release that is not in a copy. StoreError if a file is not as it was published.
    """
    address = release.parent.parent / STORE_ADDRESS
    if not address.is_file():
        return release
    store = Store.at(address.read_text(encoding="utf-8"))
    listed = _listed(release)
    missing = {name: facts for name, facts in listed.items() if not _is_there(release / name, facts)}
    arriving = release.with_name(f".{release.name}.{os.getpid()}.arriving")
    try:
        store.fetch({f"releases/{release.name}/{name}": arriving / name for name in missing})
        for name, facts in missing.items():
            if sha256_of(arriving / name) != facts["sha256"]:
                raise StoreError(f"{store.url}/releases/{release.name}/{name}: is not the file that was published")
            (release / name).parent.mkdir(parents=True, exist_ok=True)
            (arriving / name).replace(release / name)
    except FileNotFoundError as error:
        raise StoreError(f"{store.url}/releases/{release.name}: is not complete ({error})") from error
    finally:
        shutil.rmtree(arriving, ignore_errors=True)
    return release


def _listed(release: Path) -> dict[str, dict[str, Any]]:
    try:
        files: dict[str, dict[str, Any]] = json.loads((release / "release.json").read_text(encoding="utf-8"))["files"]
        return files
    except (ValueError, KeyError, OSError) as error:
        raise StoreError(f"{release / 'release.json'}: lists no files ({type(error).__name__})") from error


def _is_there(path: Path, facts: dict[str, Any]) -> bool:
    return path.is_file() and path.stat().st_size == facts["bytes"]
