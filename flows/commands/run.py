"""`materiel run`: reads corpora and publishes what they say as a new release."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.messages import FAILED, CommandError, examples
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption
from flows.commands.selection import time_range
from flows.orchestration import prepare_prefect

if TYPE_CHECKING:
    from flows.dataset import DatasetResult

MAPPED = ("id", "title", "text", "published", "publisher", "url")
"""What a record of a table or JSON file may hold; `--mapping` names the columns where they are called otherwise."""


class VersionsOption(StrEnum):
    """What tells that two records are versions of one article."""

    url = "url"
    id = "id"


EPILOG = examples(
    "materiel run news/*.jsonl.gz",
    "materiel run crawl/ feeds/world.xml --output /data/materiel --workers 8",
    "materiel run dump.parquet --mapping text=body,title=headline",
    "materiel run 's3://bucket/cc-news/*.warc.gz' --since 2022-02-24",
    "A second run over the same corpora reads and publishes nothing anew.",
)


def run(
    corpora: Annotated[
        list[str], typer.Argument(metavar="CORPUS...", help="Files, folders, globs or URLs (s3://, gs://, https://).")
    ],
    output: OutputOption = DEFAULT_OUTPUT,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes that read sentences (default: one a core).")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="The spaCy pipeline (default: the bundled one).")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day to take in (UTC).")
    ] = None,
    until: Annotated[
        dt.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day to take in (UTC).")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="Columns with other names than ours: text=body,title=headline.")
    ] = None,
    versions_by: Annotated[
        VersionsOption | None,
        typer.Option("--versions-by", help="What records of one article have in common; the last one counts."),
    ] = None,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Publish although the release is much smaller than the last one.")
    ] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Publish although no claim was found.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the log of the flows.")] = False,
) -> None:
    """Read corpora and publish the claims in them as a new release.

    Formats: text, HTML, WARC, RSS and Atom, JSON, JSON Lines, CSV, Parquet;
    also compressed with gzip or zstd. A release that fails a check is not
    published: the command ends with 1 and names the failure record, and the
    latest release stays as it was.
    """
    time_range(since, until)
    _refuse_missing(corpora)
    options: dict[str, Any] = {
        "since": since.date() if since else None,
        "until": until.date() if until else None,
        "mapping": parse_mapping(mapping),
        "allow_shrink": allow_shrink,
        "allow_empty": allow_empty,
    }
    if model is not None:
        options["model"] = model
    if versions_by is not None:
        options["versions_by"] = versions_by.value
    if workers is not None:
        options["workers"] = workers
    # Before `flows.dataset` is imported, and Prefect with it: it reads its settings then.
    prepare_prefect(output, verbose=verbose)
    _report(_run(corpora, output, options))


def _run(corpora: list[str], output: Path, options: dict[str, Any]) -> DatasetResult:
    from httpx import TransportError

    from flows.dataset import default_workers, run_dataset
    from flows.progress import progress_bar
    from flows.publish.durable import OutputBusyError

    try:
        with progress_bar():
            return run_dataset(corpora, output, **{"workers": default_workers()} | options)
    except OutputBusyError as error:
        raise CommandError(str(error), FAILED) from error
    except (TransportError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "Prefect API server" not in str(error):
            raise
        raise CommandError(
            f"the Prefect server does not answer ({error}); check PREFECT_API_URL, or try again on a less busy machine",
            FAILED,
        ) from error


def parse_mapping(mapping: str | None) -> dict[str, str] | None:
    """`text=body,title=headline` as a mapping of our names to the columns of the corpus."""
    if mapping is None:
        return None
    columns = {}
    for part in mapping.split(","):
        ours, sign, theirs = (piece.strip() for piece in part.partition("="))
        if not sign or not theirs or ours not in MAPPED:
            raise CommandError(f"--mapping {part!r} is not NAME=COLUMN with a NAME of {', '.join(MAPPED)}")
        columns[ours] = theirs
    return columns


def _refuse_missing(corpora: list[str]) -> None:
    """A corpus that is not there is named before anything starts; URLs are looked up by the run itself."""
    from flows.ingest.discovery import discover

    local = [corpus for corpus in corpora if "://" not in corpus]
    if local:
        try:
            discover(local)
        except (FileNotFoundError, PermissionError) as error:
            raise CommandError(str(error)) from error


def _report(result: DatasetResult) -> None:
    """Say on standard output what came of the run; a failed run ends the command with 1."""
    if result.status == "failed":
        raise CommandError(
            f"the run failed in stage {result.failed_stage}: {result.reason}\n"
            f"failure record: {result.failure_dir}\n"
            "nothing is published; the latest release is as it was",
            FAILED,
        )
    explanation = ": the corpora say what the latest release says" if result.status == "unchanged" else ""
    print(f"{result.status} {result.version}{explanation}")
    print(f"release {result.release_dir}")
    for name, count in result.counts.items():
        print(f"{count:>12,} {name}")
