"""Makes the data dictionary: every table, column and coded value in Markdown, from the declarations alone.

After a change of a declaration: `python -m schemas.dictionary > docs/data-dictionary.md`.
"""

from __future__ import annotations

from schemas.markdown import cell
from schemas.tables import SCHEMA_VERSION, Column, Table, published_tables, vocabulary


def data_dictionary() -> str:
    """`DATA_DICTIONARY.md` of the present schema version."""
    declared = published_tables()
    used = {column.vocabulary: None for table in declared for column in table.columns if column.vocabulary is not None}
    parts = [
        "# Data dictionary",
        f"Schema version {SCHEMA_VERSION}. Names: `_id` key, `_at` time in UTC, `_date` date, `_text` words of the "
        "article, `n_` count, `is_` and `has_` truth values. All files are Parquet; texts are UTF-8.",
        "## Tables",
        *(_table(table) for table in declared),
        "## Coded values",
        *(_vocabulary(name) for name in used),
    ]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> str:
    keys = ", ".join(f"`{key}`" for key in table.primary_key)
    order = ", ".join(f"`{key}`" for key in table.sort_by)
    lines = [
        f"### {table.name}.parquet: {table.title}",
        "",
        table.description,
        "",
        f"Primary key: {keys}. Rows are sorted by {order}.",
        "",
        "| column | type | may be null | meaning |",
        "|---|---|---|---|",
        *(_row(column) for column in table.columns),
    ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    notes = [column.description]
    if column.unit:
        notes.append(f"Unit: {column.unit}.")
    if column.minimum is not None or column.maximum is not None:
        notes.append(f"Limits: {_limit(column.minimum)} to {_limit(column.maximum)}.")
    if column.vocabulary is not None:
        notes.append(f"Values: [{column.vocabulary}](#{column.vocabulary}).")
    if column.foreign_key is not None:
        notes.append(f"Refers to `{column.foreign_key}`.")
    if column.verbatim:
        notes.append("Verbatim.")
    null = "yes" if column.nullable else "no"
    return f"| `{column.name}` | `{column.type}` | {null} | {cell(' '.join(notes))} |"


def _limit(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"


def _vocabulary(name: str) -> str:
    values = vocabulary(name)
    others = [key for key in next(iter(values.values())) if key != "description"]
    header = ["value", *others, "meaning"]
    lines = [f"### {name}", "", f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for value, fields in values.items():
        cells = [f"`{value}`", *(fields[key] for key in others), fields["description"]]
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(data_dictionary(), end="")
