"""Tells what differs between two releases in sections of sentences and tables: `changes.md` and `materiel diff`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.compare.summary import Summary
from schemas.bumps import LEVELS
from schemas.tables import vocabulary

Cells = tuple[str, ...]
MEANING = {
    "major": "Something was removed or renamed, or is to be read otherwise: look through queries that were written for "
    "the release before.",
    "minor": "Something was added. Queries that name their columns and values still work.",
    "patch": "Only explanations were reworded.",
}
ANOTHER_READER = (
    "The extractor is another one, so that every article was read anew: what differs in claims and events may come "
    "from the reader and not from the news."
)
COUNTED = ("n_before", "n_after", "n_added", "n_removed", "n_changed")


@dataclass(frozen=True)
class Section:
    """A title, sentences, and a table whose rows may be none."""

    title: str
    lines: list[str] = field(default_factory=list)
    columns: Cells = ()
    rows: Sequence[Cells] = ()


def sections(told: Summary) -> list[Section]:
    """Everything that a summary tells."""
    found = [_versions(told), _tables(told)]
    if "claims" in told:
        found += [_claims(told["claims"]), _relations(told["events"]), _contested(told["events"])]
        found += [_statuses(told["events"]), _rejects(told["rejects"])]
    return found


def as_markdown(told: Summary) -> str:
    """The summary as a page; same summary, same bytes."""
    return markdown(f"Changes in release {told['version']}", sections(told))


def markdown(title: str, parts: Iterable[Section]) -> str:
    """Sections as a Markdown page."""
    blocks = [f"# {title}"]
    for part in parts:
        blocks.append(f"## {part.title}")
        blocks += part.lines
        if part.rows:
            head = [_row(part.columns), "|" + "---|" * len(part.columns)]
            blocks.append("\n".join([*head, *map(_row, part.rows)]))
    return "\n\n".join(blocks) + "\n"


def _row(cells: Cells) -> str:
    return "| " + " | ".join(map(_escaped, cells)) + " |"


def _escaped(cell: str) -> str:
    """Text from news, file names and messages must not end a cell or be read as markup."""
    return re.sub(r"([\\|`*\[\]<>#])", r"\\\1", " ".join(cell.split()))


def _versions(told: Summary) -> Section:
    if told["previous_version"] is None:
        return Section(
            "Versions", ["This is the first release: there is none to compare it with."], *_version_table(told)
        )
    lines = []
    if told["schema_changes"] is None:
        lines.append("What the two schema versions differ in is not known: their declarations are not both kept.")
    elif told["schema_changes"]:
        level = min((change["level"] for change in told["schema_changes"]), key=LEVELS.index)
        lines.append(f"The schema version differs. {MEANING[level]}")
        lines += [f"- {change['what']} ({change['level']})" for change in told["schema_changes"]]
    if told["extractor_version"] != told["previous_extractor_version"]:
        lines.append(ANOTHER_READER)
    return Section("Versions", lines, *_version_table(told))


def _version_table(told: Summary) -> tuple[Cells, Sequence[Cells]]:
    names = {"release": "version", "schema": "schema_version", "extractor": "extractor_version"}
    rows = [(idea, told[f"previous_{name}"] or "-", told[name] or "-") for idea, name in names.items()]
    return ("version", "before", "now"), rows


def _tables(told: Summary) -> Section:
    rows = []
    for name, counts in told["tables"].items():
        columns = ", ".join(f"{column} ({n:,})" for column, n in counts.get("n_changed_by_column", {}).items())
        numbers = [f"{counts[key]:,}" if key in counts else "-" for key in COUNTED]
        rows.append((name, *numbers, counts.get("note", columns)))
    return Section("Rows", [], ("table", "before", "now", "added", "removed", "changed", "changed in"), rows)


def _claims(told: Summary) -> Section:
    lines = [_shown(len(told["by_dyad"]), told["n_dyads"], "sets of supplier, recipient and support type")]
    if told["n_origin_alone"]:
        lines.append(
            f"{told['n_origin_alone']:,} claims, not counted here, differ only in extractor_version or event_id."
        )
    named, counted = ("supplier_id", "recipient_id", "support_type"), ("n_added", "n_removed", "n_changed")
    rows = [(*(row[key] for key in named), *(f"{row[key]:,}" for key in counted)) for row in told["by_dyad"]]
    columns = ("supplier", "recipient", "type", "added", "removed", "changed")
    return Section("Claims by dyad and support type", lines, columns, rows)


def _relations(told: Summary) -> Section:
    meaning = vocabulary("event_relation")
    rows = [(name, f"{n:,}", meaning[name]["description"]) for name, n in told["relations"].items() if n]
    lines = ["Events of the two releases, by the claims that they share."] if rows else ["There are no events."]
    return Section("Events", lines, ("relation", "pairs", "meaning"), rows)


def _contested(told: Summary) -> Section:
    lines = [_shown(len(told["newly_contested"]), told["n_newly_contested"], "events that were not contested before")]
    rows = [(*_event(row), ", ".join(row["statuses_before"]) or "no event") for row in told["newly_contested"]]
    return Section("Newly contested events", lines, (*_EVENT, "before"), rows)


def _statuses(told: Summary) -> Section:
    kinds = [f"{kind['before']} → {kind['after']}: {kind['n']:,}" for kind in told["status_changes_by_kind"]]
    lines = [_shown(len(told["status_changes"]), told["n_status_changes"], "events of another status than before")]
    lines += ["; ".join(kinds) + "."] if kinds else []
    rows = [(*_event(row), f"{', '.join(row['statuses_before'])} → {row['status']}") for row in told["status_changes"]]
    return Section("Events of another status", lines, (*_EVENT, "status"), rows)


_EVENT = ("event", "supplier", "recipient", "type", "system", "claims")


def _event(row: dict[str, Any]) -> Cells:
    named = (row["event_id"], row["supplier_id"], row["recipient_id"], row["support_type"])
    return (*named, row["system_id"] or "", f"{row['n_claims']:,}")


def _rejects(told: Summary) -> Section:
    lines = [_shown(len(told["new"]), told["n_new"], "new rejects")]
    lines += [", ".join(f"{one['reason']}: {one['n']:,}" for one in told["by_reason"]) + "."] if told["n_new"] else []
    if told["n_gone"]:
        lines.append(f"{told['n_gone']:,} rejects of the release before are no longer there.")
    rows = [
        (row["corpus"], "" if row["record"] is None else str(row["record"]), row["reason"], row["detail"] or "")
        for row in told["new"]
    ]
    return Section("New rejects", lines, ("corpus", "record", "reason", "detail"), rows)


def _shown(n_shown: int, n: int, idea: str) -> str:
    if n == 0:
        return f"No {idea}."
    return f"{n:,} {idea}." if n_shown == n else f"{n:,} {idea}; the first {n_shown:,} are shown."
