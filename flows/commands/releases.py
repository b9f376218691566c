"""`materiel releases`: the releases of an output folder, which of them is the latest, and the runs that failed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from flows.commands.messages import complain, examples
from flows.commands.printing import grid, is_terminal, print_json, print_plain, print_table
from flows.commands.release_folder import (
    DEFAULT_OUTPUT,
    FAILED_RUN,
    LATEST,
    OutputOption,
    Record,
    list_records,
    whole,
)
from flows.publish.checksums import damage

EPILOG = examples(
    "materiel releases",
    "materiel releases --output /data/materiel --format json",
    "materiel releases --check",
)
COUNTED = ("claims", "claims_nonstate", "events", "articles", "rejects")


class ListFormat(StrEnum):
    """How the list is printed."""

    TABLE = "table"
    JSON = "json"


def releases(
    output: OutputOption = DEFAULT_OUTPUT,
    list_format: Annotated[ListFormat, typer.Option("--format", help="How the list is printed.")] = ListFormat.TABLE,
    check: Annotated[
        bool, typer.Option("--check", help="Hold every file of every release against its SHA-256.")
    ] = False,
) -> None:
    """List the releases of an output folder with their status and rows, and the runs that failed with the reason.

    With --check the exit code is 1 if a file of a release is missing, damaged or was not published with it.
    """
    records = list_records(output)
    if list_format is ListFormat.JSON:
        print_json([_as_dict(record) for record in records])
    elif not records:
        complain(f"{output} holds no release; publish one with `materiel run CORPUS --output {output}`")
    else:
        _print_records(records)
    if check and _complain_of_damage(records):
        raise typer.Exit(1)


def _complain_of_damage(records: list[Record]) -> bool:
    problems = {record.folder: damage(whole(record.folder)) for record in records if record.status != FAILED_RUN}
    for folder, found in problems.items():
        if found:
            complain(f"{folder}: {'; '.join(found)}; restore it from a copy, or delete it and run again")
    return any(problems.values())


def _as_dict(record: Record) -> dict[str, object]:
    values: dict[str, object] = {"version": record.version, "status": record.status, "folder": str(record.folder)}
    values |= {"created_at": record.created_at, "n_rows": record.n_rows}
    return values | ({"reason": record.reason} if record.reason else {})


def _print_records(records: list[Record]) -> None:
    from rich.text import Text

    if not is_terminal():
        rows = [
            (
                record.version,
                record.status,
                record.created_at,
                *(_count(record, name) for name in COUNTED),
                record.reason,
            )
            for record in records
        ]
        print_plain(("version", "status", "created", *COUNTED, "reason"), rows)
        return
    shown = grid()
    for column in ("version", "status", "created"):
        shown.add_column(column, no_wrap=True)
    shown.add_column("rows, or why it failed", overflow="fold")
    for record in records:
        counts = ", ".join(f"{record.n_rows[name]:,} {name}" for name in COUNTED if name in record.n_rows)
        created = record.created_at[:16].replace("T", " ")
        shown.add_row(record.version, record.status, created, Text(record.reason or counts), style=_style(record))
    print_table(shown)


def _style(record: Record) -> str:
    return {LATEST: "bold green", FAILED_RUN: "red"}.get(record.status, "")


def _count(record: Record, name: str) -> str:
    return f"{record.n_rows[name]:,}" if name in record.n_rows else "-"
