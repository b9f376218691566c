"""`materiel claims`: the claims of a release, chosen by actor, kind, stage, factuality, claimant, article and day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.messages import CommandError, complain, examples
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
from flows.commands.roles import highlighted
from flows.commands.selection import (
    actor_codes,
    known_values,
    limited,
    newest_first,
    rows_of,
    select,
    split,
    within,
)
from schemas.tables import table

if TYPE_CHECKING:
    import polars as pl
    from rich.text import Text

Values = list[str] | None
SupplierOption = Annotated[Values, typer.Option("--supplier", help="Who gives: a code (IRN) or name (Iran).")]
RecipientOption = Annotated[Values, typer.Option("--recipient", help="Who gets: a code (RUS) or name (Russia).")]
TypeOption = Annotated[Values, typer.Option("--type", help="Support type: missiles, drones, aid ...")]
SinceOption = Annotated[
    dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day of publication (UTC).")
]
UntilOption = Annotated[
    dt.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Last day of publication (UTC).")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=0, help="Rows at most, 0 is all (default: 50 in a table, else all).")
]
FormatOption = Annotated[RowFormat, typer.Option("--format", help="How rows are printed.")]
TABLE_LIMIT = 50

EPILOG = examples(
    "materiel claims --supplier IRN --recipient Russia",
    "materiel claims --factuality denied --since 2024-01-01 --limit 0",
    "materiel claims --stage-group delivered --min-confidence 0.8 --format csv",
    "materiel claims --nonstate --recipient Hezbollah --format jsonl",
    "Repeat an option or join its values by commas: --type missiles,drones.",
)


def claims(
    supplier: SupplierOption = None,
    recipient: RecipientOption = None,
    support_type: TypeOption = None,
    stage: Annotated[Values, typer.Option("--stage", help="Stage: requested, pledged, delivered ...")] = None,
    stage_group: Annotated[
        Values, typer.Option("--stage-group", help="Group of stages: committed, stopped ...")
    ] = None,
    factuality: Annotated[Values, typer.Option("--factuality", help="affirmed, suspected, denied ...")] = None,
    claimant: Annotated[Values, typer.Option("--claimant", help="Who says so: an actor, AUTHOR, MEDIA ...")] = None,
    system: Annotated[Values, typer.Option("--system", help="Named weapon system: F-16 ...")] = None,
    article: Annotated[Values, typer.Option("--article", help="Article id, or its id in its own corpus.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    min_confidence: Annotated[
        float | None, typer.Option("--min-confidence", min=0, max=1, help="Leave out claims that are less sure.")
    ] = None,
    nonstate: Annotated[
        bool, typer.Option("--nonstate", help="Claims with a non-state side, instead of those between states.")
    ] = False,
    limit: LimitOption = None,
    row_format: FormatOption = RowFormat.TABLE,
    release: ReleaseOption = None,
    output: OutputOption = DEFAULT_OUTPUT,
) -> None:
    """Print the claims of a release with their evidence, newest first.

    Every option narrows the choice. In the table the words read as supplier,
    recipient, item, trigger and claimant are coloured. Other formats hold every
    column of the table (see `materiel schema claims`).
    """
    folder = chosen_release(release, output)
    name = "claims_nonstate" if nonstate else "claims"
    chosen = select(
        read_table(folder, name),
        {
            "supplier_id": actor_codes(supplier or [], folder),
            "recipient_id": actor_codes(recipient or [], folder),
            "claimant_id": actor_codes(claimant or [], folder),
            "support_type": known_values(support_type or [], "support_type"),
            "stage": known_values(stage or [], "stage"),
            "stage_group": known_values(stage_group or [], "stage_group"),
            "factuality": known_values(factuality or [], "factuality"),
            "system_id": system_ids(system or [], folder),
            "article_id": article_ids(article or [], folder),
        },
    )
    chosen = within(chosen, "reported_at", "reported_at", since, until, "claims")
    if min_confidence is not None:
        chosen = _at_least(chosen, min_confidence)
    ordered = newest_first(chosen, "reported_at", ("article_id", "evidence_start", "claim_id"))
    default = TABLE_LIMIT if row_format is RowFormat.TABLE else None
    rows = rows_of(limited(ordered, limit, default, "claims"))
    if row_format is not RowFormat.TABLE:
        print_rows(rows, table(name).column_names, row_format)
    elif not rows:
        complain(f"no claim of release {folder.resolve().name} is like that")
    elif is_terminal():
        _print_claims([safe_row(row) for row in rows])
    else:
        _print_claims_plainly(rows)


def article_ids(values: list[str], folder: Path) -> list[str]:
    """Ids of articles, given by their own or by the id of their record in its corpus."""
    asked = split(values)
    if not asked:
        return []
    articles = read_table(folder, "articles").select("article_id", "source_id").to_dicts()
    found = {
        value: [a["article_id"] for a in articles if value in (a["article_id"], a["source_id"])] for value in asked
    }
    for value, ids in found.items():
        if not ids:
            raise CommandError(f"the release holds no article {value!r}; give an article_id or source_id of `articles`")
    return [article_id for ids in found.values() for article_id in ids]


def system_ids(values: list[str], folder: Path) -> list[str]:
    """Ids of weapon systems without regard to case; CommandError where the release knows none of that name."""
    asked = split(values)
    if not asked:
        return []
    systems = read_table(folder, "systems").select("system_id", "name").to_dicts()
    known = {row["name"].casefold(): row["system_id"] for row in systems}
    known |= {row["system_id"].casefold(): row["system_id"] for row in systems}
    for value in asked:
        if value.casefold() not in known:
            raise CommandError(f"no weapon system {value!r} in the release; see its table `systems`")
    return [known[value.casefold()] for value in asked]


def _at_least(chosen: pl.DataFrame, confidence: float) -> pl.DataFrame:
    import polars as pl

    # Compared as 32-bit numbers, as confidence is stored: 0.8 must hold for a claim published with 0.8.
    return chosen.filter(pl.col("confidence") >= pl.lit(confidence, pl.Float32))


def _print_claims(rows: list[dict[str, Any]]) -> None:
    from rich.text import Text

    shown = grid()
    shown.add_column("reported", no_wrap=True)
    shown.add_column("claim", ratio=2, overflow="fold")
    shown.add_column("evidence", ratio=3, overflow="fold")
    for row in rows:
        reported = f"{day(row['reported_at'])}\n[bright_black]{row['confidence']:.2f}[/]"
        shown.add_row(reported, _in_words(row), highlighted(row) + Text(f"\n{row['claim_id']}", "bright_black"))
        shown.add_row()
    print_table(shown)


def _in_words(row: dict[str, Any]) -> Text:
    from rich.text import Text

    what = [
        row["support_type"],
        row["system_id"],
        amount(row["quantity_low"], row["quantity_high"], row["quantity_unit"]),
    ]
    text = Text.assemble((row["supplier_id"], "bold cyan"), " → ", (row["recipient_id"], "bold green"), "\n")
    text.append(", ".join(part for part in what if part) + "\n", "yellow")
    text.append(f"{row['stage']}, ")
    text.append(row["factuality"], "" if row["factuality"] == "affirmed" else "bold red")
    return text.append(f"\nsays {row['claimant_id']}", "blue")


def _print_claims_plainly(rows: list[dict[str, Any]]) -> None:
    columns = ("claim_id", "reported", "supplier", "recipient", "type", "stage", "factuality", "claimant", "conf")
    print_plain(
        (*columns, "evidence"),
        (
            (
                row["claim_id"],
                day(row["reported_at"]),
                row["supplier_id"],
                row["recipient_id"],
                row["support_type"],
                row["stage"],
                row["factuality"],
                row["claimant_id"],
                f"{row['confidence']:.2f}",
                row["evidence_text"],
            )
            for row in rows
        ),
    )
