"""`materiel events`: the events of a release, that is the claims of one transfer across articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
from flows.commands.printing import (
    RowFormat,
    amount,
    day,
    grid,
    is_terminal,
    print_plain,
    print_rows,
    print_table,
    safe_row,
)
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, ReleaseOption, chosen_release, read_table
from flows.commands.selection import actor_codes, known_values, limited, newest_first, rows_of, select, within
from schemas.tables import table

if TYPE_CHECKING:
    from rich.text import Text

EPILOG = examples(
    "materiel events --supplier IRN --recipient RUS",
    "materiel events --status contested",
    "materiel events --type air_defence --since 2023-01-01 --format csv",
)
COLUMNS = ("event_id", "last reported", "supplier", "recipient", "type", "system", "latest stage", "status")
MORE_COLUMNS = ("affirmed by", "denied by", "quantity", "claims", "stories")
_SPEAKERS = (("affirmed", "affirmed_by"), ("denied", "denied_by"))


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
        _print_events([safe_row(row) for row in rows])
    else:
        print_plain((*COLUMNS, *MORE_COLUMNS), map(_cells, rows))


def _print_events(rows: list[dict[str, Any]]) -> None:
    shown = grid()
    for column in ("reported", "event", "status", "says who"):
        shown.add_column(column, overflow="fold", no_wrap=column == "reported")
    for column in ("claims", "stories"):
        shown.add_column(column, justify="right", no_wrap=True)
    for row in rows:
        days = dict.fromkeys((day(row["first_reported_at"]), day(row["last_reported_at"])))
        counts = (str(row["n_claims"]), str(row["n_stories"]))
        shown.add_row("\n".join(days), _event_in_words(row), _status_in_words(row), _speakers(row), *counts)
        shown.add_row()
    print_table(shown)


def _event_in_words(row: dict[str, Any]) -> Text:
    from rich.text import Text

    quantity = amount(row["quantity_low"], row["quantity_high"], row["quantity_unit"])
    text = Text.assemble((row["supplier_id"], "bold cyan"), " → ", (row["recipient_id"], "bold green"), "\n")
    text.append(", ".join(part for part in (row["support_type"], row["system_id"], quantity) if part), "yellow")
    return text.append(f"\n{row['event_id']}", "bright_black")


def _status_in_words(row: dict[str, Any]) -> Text:
    from rich.text import Text

    return Text.assemble((row["status"], "" if row["status"] == "affirmed" else "bold red"), f"\n{row['latest_stage']}")


def _speakers(row: dict[str, Any]) -> Text:
    from rich.text import Text

    lines = [f"{verb} by {', '.join(row[key])}" for verb, key in _SPEAKERS if row[key]]
    return Text("\n".join(lines), "blue")


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["event_id"],
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
