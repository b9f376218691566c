"""Finds releases and failure records in an output folder, and reads their tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.messages import CommandError, complain
from flows.store.address import STORE_ADDRESS, is_url

if TYPE_CHECKING:
    import polars as pl

DEFAULT_OUTPUT = Path("output")
LATEST = "latest"
PREVIOUS = "previous"
FAILED_RUN = "failed"


def local_output(output: str) -> Path:
    """The folder to read: the output itself or, for an object store, this machine's copy of what it has published."""
    if not is_url(output):
        return Path(output)
    from flows.store.copy import copy_of
    from flows.store.objects import StoreError

    try:
        return copy_of(output)
    except (StoreError, FileNotFoundError) as error:
        raise CommandError(f"{output} cannot be read: {error}") from error


ReleaseOption = Annotated[
    Path | None, typer.Option("--release", help="Folder of one release (default: the latest of --output).")
]
OutputOption = Annotated[
    Path,
    typer.Option(
        "--output",
        envvar="MATERIEL_OUTPUT",
        parser=local_output,
        metavar="PATH",
        help="Folder or object store (s3://) to which runs publish their releases.",
    ),
]


@dataclass(frozen=True)
class Record:
    """A release or a failed run, as its own record tells. `n_rows` counts rows by table; `reason` is why it failed."""

    version: str
    status: str
    folder: Path
    created_at: str
    n_rows: dict[str, int]
    reason: str = ""


def chosen_release(release: Path | None, output: Path) -> Path:
    """The folder of the release that was named, or of the latest one of `output`."""
    if release is None:
        return latest_release(output)
    if not (release / "claims.parquet").is_file():
        raise CommandError(f"{release} is not a release: it holds no claims.parquet; `materiel releases` lists them")
    return release


def latest_release(output: Path) -> Path:
    """The folder to which `latest.json` points."""
    version = latest_version(output)
    if version is None:
        raise CommandError(f"{output} holds no release; publish one with `materiel run CORPUS --output {output}`")
    folder = output / "releases" / version
    if not folder.is_dir():
        raise CommandError(f"{output / 'latest.json'} names release {version}, but {folder} is not there")
    return whole(folder)


def whole(release: Path) -> Path:
    """The same folder with all its files: the copy of a store holds at first only the records of its releases."""
    if not (release.parent.parent / STORE_ADDRESS).is_file():
        return release
    from flows.store.copy import complete
    from flows.store.objects import StoreError

    try:
        return complete(release)
    except StoreError as error:
        raise CommandError(f"{release.name} cannot be fetched: {error}") from error


def named_release(name: str, output: Path) -> Path:
    """The folder of a release by its version, the start of it, `latest`, or `previous` for the one before that."""
    if name == LATEST:
        return latest_release(output)
    folders = _folders(output / "releases")
    if name == PREVIOUS:
        latest = latest_release(output)
        before = _facts(latest / "release.json").get("previous_version")
        if before is None:
            raise CommandError(f"{latest.name} is the first release: there is none before it")
        name = str(before)
    found = [one for one in folders if one.name == name] or [one for one in folders if one.name.startswith(name)]
    if not found:
        known = ", ".join(one.name for one in folders) or "none"
        raise CommandError(f"{output} holds no release {name}; it holds {known}")
    if len(found) > 1:
        raise CommandError(f"{name!r} fits {', '.join(one.name for one in found)}; write more of the version")
    return whole(found[0])


def latest_version(output: Path) -> str | None:
    """The version in `latest.json`; None where nothing is published yet."""
    pointer = output / "latest.json"
    if not pointer.is_file():
        return None
    try:
        return str(json.loads(pointer.read_text(encoding="utf-8"))["version"])
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise CommandError(f"{pointer} cannot be read ({error!r}); name a folder with --release") from error


def list_records(output: Path) -> list[Record]:
    """Every release and every failure record of an output folder, oldest first."""
    latest = latest_version(output)
    records = [_release_record(folder, latest) for folder in _folders(output / "releases")]
    records += [failure_record(folder) for folder in _folders(output / "failures")]
    return sorted(records, key=lambda record: (record.created_at, record.version))


def failure_record(folder: Path) -> Record:
    """What `failure.json` says of a failed run: the stage and the reasons in one line."""
    facts = _facts(folder / "failure.json")
    reasons = [str(reason) for reason in facts.get("reasons", [])] or ["failure.json names no reason"]
    stage = f"{facts['stage']}: " if facts.get("stage") else ""
    return Record(folder.name, FAILED_RUN, folder, str(facts.get("created_at", "")), {}, stage + "; ".join(reasons))


def read_table(release: Path, name: str) -> pl.DataFrame:
    """One table of a release; CommandError where its file is missing or damaged."""
    # Polars rather than PyArrow, whose first comparison with a plain value imports pandas.
    import polars as pl

    path = release / f"{name}.parquet"
    try:
        return pl.read_parquet(path)
    except FileNotFoundError as error:
        raise CommandError(
            f"{path} is missing: {release} is not a complete release; run `materiel run` again"
        ) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise CommandError(f"{path} cannot be read as Parquet ({error}); run `materiel run` again") from error


def _release_record(folder: Path, latest: str | None) -> Record:
    facts = _facts(folder / "release.json")
    n_rows = {name: int(entry["rows"]) for name, entry in facts.get("tables", {}).items()}
    status = LATEST if folder.name == latest else "published"
    return Record(folder.name, status, folder, str(facts.get("created_at", "")), n_rows)


def _folders(parent: Path) -> list[Path]:
    """Folders with their final name: those still being written begin with a dot."""
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))


def _facts(path: Path) -> dict[str, Any]:
    """A record as written by a run; nothing where it is missing, so that a damaged folder is still listed."""
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        complain(f"warning: {path} is missing")
        return {}
    except json.JSONDecodeError as error:
        complain(f"warning: {path} cannot be read ({error})")
        return {}
    return facts
