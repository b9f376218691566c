"""`materiel diff`: what differs between two releases of an output folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.messages import CommandError, complain, examples
from flows.commands.printing import grid, is_terminal, print_json, print_plain, print_table
from flows.commands.release_folder import DEFAULT_OUTPUT, LATEST, PREVIOUS, OutputOption, named_release
from schemas.tables import CHANGE_TABLES, RELEASE_TABLES, SCHEMA_VERSION

if TYPE_CHECKING:
    from flows.compare.page import Section

EPILOG = examples(
    "materiel diff",
    "materiel diff 2026.11.23 latest",
    "materiel diff previous latest --table claims --limit 50",
    "materiel diff previous latest --table event_mapping --limit 0 --format json",
)
TABLES = (*RELEASE_TABLES, *CHANGE_TABLES)


class DiffFormat(StrEnum):
    """How the differences are printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    before: Annotated[
        str, typer.Argument(metavar="[A]", help="Version, start of one, `latest` or `previous`.")
    ] = PREVIOUS,
    after: Annotated[str, typer.Argument(metavar="[B]", help="The release to compare A with.")] = LATEST,
    table: Annotated[
        str | None, typer.Option("--table", metavar="TABLE", help="List the rows of one table that differ.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Rows of each list; 0 shows all.")] = 20,
    diff_format: Annotated[
        DiffFormat, typer.Option("--format", help="How the differences are printed.")
    ] = DiffFormat.TEXT,
    output: OutputOption = DEFAULT_OUTPUT,
) -> None:
    """Print what release B changes against release A: rows, claims by dyad, events, versions and rejects.

    Without --table the same as `changes.md` of a release, for any two releases.
    """
    if table is not None and table not in TABLES:
        raise CommandError(f"no table {table!r}; use one of {', '.join(TABLES)}")
    folders = named_release(before, output), named_release(after, output)
    if folders[0] == folders[1]:
        complain(f"A and B are both {folders[0].name}: nothing can differ")

    _print(folders, table, limit, diff_format)


def _print(folders: tuple[Path, Path], table: str | None, limit: int, diff_format: DiffFormat) -> None:
    from polars.exceptions import ColumnNotFoundError

    from flows.compare.details import details, details_section
    from flows.compare.page import markdown, sections
    from flows.compare.releases import compare_releases
    from flows.compare.rows import ReleaseUnreadableError
    from flows.compare.summary import summary

    try:
        comparison = compare_releases(*folders)
        if diff_format is DiffFormat.JSON:
            print_json(summary(comparison, limit) if table is None else details(comparison, table, limit))
            return
        told = [details_section(comparison, table, limit)] if table else sections(summary(comparison, limit))
    except ReleaseUnreadableError as error:
        raise CommandError(str(error)) from error
    except ColumnNotFoundError as error:
        raise CommandError(
            f"{folders[1].name} has not the columns of schema version {SCHEMA_VERSION} ({error}); compare it with the "
            "version of Materiel that published it"
        ) from error
    if diff_format is DiffFormat.MARKDOWN:
        print(markdown(f"Changes from release {folders[0].name} to {folders[1].name}", told), end="")
        return
    for part in told:
        _print_section(part)


def _print_section(part: Section) -> None:
    from rich.text import Text

    print("\n".join([part.title.upper(), *part.lines]))
    if part.rows and is_terminal():
        shown = grid()
        for column in part.columns:
            shown.add_column(column, overflow="fold")
        for row in part.rows:
            # Cells are words of news, not markup.
            shown.add_row(*map(Text, row))
        print_table(shown)
    elif part.rows:
        print_plain(part.columns, part.rows)
    print()
