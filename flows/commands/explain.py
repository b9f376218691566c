"""`materiel explain`: one claim with its sentence, the words its values were read from, their meaning, and why."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.messages import CommandError, examples, output_console
from flows.commands.printing import amount, day, is_terminal, print_json, safe, safe_row
from flows.commands.reasons import STYLES, reasons
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption, ReleaseOption, chosen_release, read_table
from flows.commands.roles import ROLES, Mark, bracketed, find_roles, highlighted
from flows.commands.selection import rows_of, select
from schemas.tables import vocabulary

if TYPE_CHECKING:
    from flows.extract.explain import Explanation

EPILOG = examples(
    "materiel explain c1f0a9d2b3c4e5f6",
    "materiel explain c1f0a9 --format json",
    "materiel explain c1f0a9 --no-parse",
    "The beginning of an id is enough where it fits one claim.",
)

Row = dict[str, Any]


class ExplainFormat(StrEnum):
    """How the explanation is printed."""

    TEXT = "text"
    JSON = "json"


def explain(
    claim_id: Annotated[str, typer.Argument(help="Id of a claim, or its beginning.")],
    release: ReleaseOption = None,
    output: OutputOption = DEFAULT_OUTPUT,
    explain_format: Annotated[
        ExplainFormat, typer.Option("--format", help="How the explanation is printed.")
    ] = ExplainFormat.TEXT,
    model: Annotated[str | None, typer.Option("--model", help="The spaCy pipeline (default: the bundled one).")] = None,
    parse: Annotated[
        bool, typer.Option("--parse/--no-parse", help="Parse the sentence again for rule and cues.")
    ] = True,
) -> None:
    """Show why a claim was coded as it is: its sentence with the roles marked, each value and the words behind it.

    The sentence is parsed again to show the rule, the form of its verb, the
    cues of stage, factuality and claimant, and who speaks. Roles are coloured
    on a terminal and bracketed elsewhere. Words that stand in another sentence
    are named as such.
    """
    folder = chosen_release(release, output)
    claim = find_claim(folder, claim_id)
    article = _one(folder, "articles", "article_id", claim["article_id"])
    event = _one(folder, "events", "event_id", claim["event_id"])
    actors = {row["actor_id"]: row["name"] for row in rows_of(read_table(folder, "actors"))}
    explanation = _explained(claim, model) if parse else None
    if explain_format is ExplainFormat.JSON:
        document = {"claim": claim, "article": article, "event": event}
        print_json(document | ({"explanation": asdict(explanation)} if explanation else {}))
        return
    claim, article = safe_row(claim), None if article is None else safe_row(article)
    actors = {code: safe(name) for code, name in actors.items()}
    lines = [*_values(claim, actors), *_sources(claim, article, event)]
    if explanation is None:
        _print(claim, lines, find_roles(claim)[0])
        return
    marks = [
        Mark(role.role, role.start, role.end)
        for role in explanation.roles
        if role.start is not None and role.end is not None
    ]
    _print(claim, [*lines, *((label, safe(value)) for label, value in reasons(explanation))], marks)


def _explained(claim: Row, model: str | None) -> Explanation:
    """Importing spaCy costs seconds: only this command does, and only where it parses."""
    from flows.extract.explain import explain as explain_claim
    from flows.extract.reading import DEFAULT_MODEL

    try:
        return explain_claim(claim, model or DEFAULT_MODEL)
    except OSError as error:
        raise CommandError(f"{error}\ninstall the pipeline, name another by --model, or use --no-parse") from error


def find_claim(folder: Path, claim_id: str) -> Row:
    """The claim with that id, or the only one whose id begins so; CommandError where there is none or are more."""
    import polars as pl

    found: list[Row] = []
    for name in ("claims", "claims_nonstate"):
        table = read_table(folder, name)
        found += rows_of(table.filter(pl.col("claim_id").str.starts_with(claim_id)))
    exact = [row for row in found if row["claim_id"] == claim_id]
    if exact:
        return exact[0]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(row["claim_id"] for row in found[:5])
        raise CommandError(f"{len(found)} claims begin with {claim_id!r} ({some} ...); give more of the id")
    raise CommandError(f"{folder} holds no claim {claim_id!r}; `materiel claims` prints the ids")


def _one(folder: Path, name: str, key: str, value: str) -> Row | None:
    rows = rows_of(select(read_table(folder, name), {key: [value]}))
    return rows[0] if rows else None


def _print(claim: Row, lines: list[tuple[str, str]], marks: list[Mark]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = output_console()
    console.print(Text(f"claim {claim['claim_id']}", "bold"))
    if is_terminal():
        console.print(Text("  ") + highlighted(claim, marks))
        legend = [Text(role, ROLES[role]) for role in ROLES if claim.get(f"{role}_text")]
        console.print(Text("  (") + Text(", ").join(legend) + Text(")\n"))
    else:
        console.print(Text(f"  {bracketed(claim, marks)}\n"))
    shown = Table.grid(padding=(0, 2))
    for label, value in lines:
        shown.add_row(Text(f"  {label}", "bright_black"), Text(value, STYLES.get(label, ""), overflow="fold"))
    if is_terminal():
        console.print(shown)
    else:
        width = max(len(label) for label, _ in lines)
        for label, value in lines:
            print(f"  {label.ljust(width)}  {value}")


def _values(claim: Row, actors: dict[str, str]) -> list[tuple[str, str]]:
    """The coded values, each with the words that it was read from and its meaning."""
    _, elsewhere = find_roles(claim)

    def words(role: str) -> str:
        text = claim[f"{role}_text"]
        if not text:
            return ""
        return f', from "{text}"' + (" in another sentence" if role in elsewhere else "")

    def actor(code: str) -> str:
        return f"{code} ({actors[code]})" if actors.get(code, code) != code else code

    claimant = f"{actor(claim['claimant_id'])}, {claim['claimant_type']}{words('claimant')}"
    lines = [
        ("supplier", actor(claim["supplier_id"]) + words("supplier")),
        ("recipient", actor(claim["recipient_id"]) + words("recipient")),
        ("support type", _with_meaning("support_type", claim["support_type"]) + words("item")),
        ("system", claim["system_id"] or ""),
        ("stage", f"{_with_meaning('stage', claim['stage'])}; group {claim['stage_group']}{words('trigger')}"),
        ("factuality", _with_meaning("factuality", claim["factuality"])),
        ("claimant", claimant + (", anonymous" if claim["claimant_is_anonymous"] else "")),
        ("source chain", " > ".join(claim["source_chain"] or [])),
        ("quantity", _quantity(claim) + words("quantity")),
        ("event date", _event_date(claim) + words("date")),
        ("intermediary", actor(claim["intermediary_id"]) if claim["intermediary_id"] else ""),
        ("via company", "yes" if claim["is_via_company"] else ""),
        ("implied", "yes: the sentence presupposes the transfer" if claim["is_implied"] else ""),
        ("UN Register", claim["unroca_category"] or ""),
        ("PLOVER", claim["plover_code"] or ""),
    ]
    return [(label, value.removeprefix(", ")) for label, value in lines if value]


def _sources(claim: Row, article: Row | None, event: Row | None) -> list[tuple[str, str]]:
    """Which rule read the claim, how sure it is, and where it stands."""
    lines = [
        ("read by", f"{claim['rule']} (extractor {claim['extractor_version']})"),
        ("confidence", f"{claim['confidence']:.2f} that supplier, recipient and support type are right"),
    ]
    if article is not None:
        parts = [article["title"], article["publisher"], day(article["published_at"]), article["url"]]
        lines.append(("article", ", ".join(part for part in parts if part)))
    lines.append(("place", f"{claim['article_id']}, characters {claim['evidence_start']} to {claim['evidence_end']}"))
    if event is not None:
        lines.append(("event", f"{event['event_id']}: {event['status']}, {event['n_claims']} claims"))
    return lines


def _with_meaning(name: str, value: str) -> str:
    meaning = vocabulary(name).get(value, {}).get("description", "")
    return f"{value} ({meaning})" if meaning else value


def _quantity(claim: Row) -> str:
    return amount(claim["quantity_low"], claim["quantity_high"], claim["quantity_unit"])


def _event_date(claim: Row) -> str:
    start, end = claim["event_start_date"], claim["event_end_date"]
    if start is None and end is None:
        return ""
    span = day(start) if start == end else f"{day(start)} to {day(end)}"
    return f"{span} (precision: {claim['event_date_precision']})"
