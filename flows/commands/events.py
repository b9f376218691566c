"""`materiel events`: the events of a release, that is the claims of one transfer across articles."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.commands.claims import (
    TABLE_LIMIT,
    FormatOption,
    LimitOption,
    RecipientOption,
    SinceOption,
    SupplierOption,
    TypeOption,
    UntilOption,
    Values,
    system_ids,
)
from flows.commands.messages import complain, examples
from flows.commands.printing import RowFormat, amount, day, grid, is_terminal, print_plain, print_rows, print_table
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, ReleaseOption, chosen_release, read_table
from flows.commands.selection import actor_codes, known_values, limited, newest_first, rows_of, select, within
from schemas.tables import table

EPILOG = examples(
    "materiel events --supplier IRN --recipient RUS",
    "materiel events --status contested",
    "materiel events --type air_defence --since 2023-01-01 --format csv",
)
COLUMNS = ("last reported", "supplier", "recipient", "type", "system", "latest stage", "status", "affirmed by")
MORE_COLUMNS = (*COLUMNS, "denied by", "quantity", "claims", "stories")


def events(
    supplier: SupplierOption = None,
    recipient: RecipientOption = None,
    support_type: TypeOption = None,
    status: Annotated[Values, typer.Option("--status", help="affirmed, contested, denied, planned ...")] = None,
    stage: Annotated[Values, typer.Option("--stage", help="Latest stage: pledged, delivered ...")] = None,
    system: Annotated[Values, typer.Option("--system", help="Named weapon system: F-16 ...")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    row_format: FormatOption = RowFormat.TABLE,
    release: ReleaseOption = None,
    output: OutputOption = DEFAULT_OUTPUT,
) -> None:
    """Print the events of a release with their status, last reported first.

    --since and --until choose the events that were reported on any day between.
    A denial makes an event contested, it never removes it. Other formats than
    the table hold every column (see `materiel schema events`).
    """
    folder = chosen_release(release, output)
    chosen = select(
        read_table(folder, "events"),
        {
            "supplier_id": actor_codes(supplier or [], folder),
            "recipient_id": actor_codes(recipient or [], folder),
            "support_type": known_values(support_type or [], "support_type"),
            "status": known_values(status or [], "event_status"),
            "latest_stage": known_values(stage or [], "stage"),
            "system_id": system_ids(system or [], folder),
        },
    )
    chosen = within(chosen, "first_reported_at", "last_reported_at", since, until, "events")
    ordered = newest_first(chosen, "last_reported_at", ("supplier_id", "recipient_id", "event_id"))
    default = TABLE_LIMIT if row_format is RowFormat.TABLE else None
    rows = rows_of(limited(ordered, limit, default, "events"))
    if row_format is not RowFormat.TABLE:
        print_rows(rows, table("events").column_names, row_format)
    elif not rows:
        complain(f"no event of release {folder.resolve().name} is like that")
    elif is_terminal():
        _print_events(rows)
    else:
        print_plain(("event_id", *MORE_COLUMNS), ((row["event_id"], *_cells(row)) for row in rows))


def _print_events(rows: list[dict[str, Any]]) -> None:
    shown = grid()
    for column in MORE_COLUMNS:
        shown.add_column(column, overflow="fold", justify="right" if column in ("claims", "stories") else "left")
    for row in rows:
        shown.add_row(*_cells(row), style="" if row["status"] == "affirmed" else "bright_black")
    print_table(shown)


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        day(row["last_reported_at"]),
        row["supplier_id"],
        row["recipient_id"],
        row["support_type"],
        row["system_id"] or "",
        row["latest_stage"],
        row["status"],
        " ".join(row["affirmed_by"]),
        " ".join(row["denied_by"]),
        amount(row["quantity_low"], row["quantity_high"], row["quantity_unit"]),
        str(row["n_claims"]),
        str(row["n_stories"]),
    )
