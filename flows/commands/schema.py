"""`materiel schema`: the data dictionary, made from the declarations of the tables and vocabularies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.commands.messages import CommandError, examples
from flows.commands.printing import grid, is_terminal, print_json, print_plain, print_table
from schemas import tables as declarations
from schemas.dictionary import data_dictionary
from schemas.tables import SCHEMA_VERSION, Column, Table, published_tables, vocabulary

EPILOG = examples(
    "materiel schema",
    "materiel schema claims",
    "materiel schema factuality",
    "materiel schema --format markdown > docs/data-dictionary.md",
)


class DictionaryFormat(StrEnum):
    """How the dictionary is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="A table or a vocabulary. (default: an overview of all)")
    ] = None,
    dictionary_format: Annotated[
        DictionaryFormat, typer.Option("--format", help="How the dictionary is printed.")
    ] = DictionaryFormat.TABLE,
) -> None:
    """Print the data dictionary: tables with their columns, keys and units, and vocabularies with their meanings.

    Markdown and JSON without TABLE hold the whole dictionary.
    """
    chosen = [one for one in published_tables() if name in (None, one.name)]
    vocabularies = [name] if name in vocabulary_names() else _vocabularies_of(chosen)
    if name is not None and not chosen and name not in vocabulary_names():
        raise CommandError(
            f"no table or vocabulary {name!r}; tables are {', '.join(one.name for one in published_tables())}; "
            f"vocabularies are {', '.join(vocabulary_names())}"
        )
    if dictionary_format is DictionaryFormat.JSON:
        print_json(as_dict(chosen, vocabularies))
    elif dictionary_format is DictionaryFormat.MARKDOWN:
        print(as_markdown(None if name is None else [name, *vocabularies]))
    elif name is None:
        _print_overview()
    else:
        for one in chosen:
            _print_declaration(one)
        for vocabulary_name in vocabularies:
            _print_vocabulary(vocabulary_name)


def vocabulary_names() -> list[str]:
    """Names of all vocabularies."""
    return sorted(path.stem for path in (Path(declarations.__file__).parent / "vocabularies").glob("*.csv"))


def as_dict(chosen: list[Table], vocabularies: list[str]) -> dict[str, Any]:
    """The dictionary as plain values, with the values of every vocabulary named."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tables": [asdict(one) for one in chosen],
        "vocabularies": {
            name: [{"value": v} | fields for v, fields in vocabulary(name).items()] for name in vocabularies
        },
    }


def as_markdown(names: list[str] | None) -> str:
    """The dictionary in Markdown, or its sections of the tables and vocabularies named."""
    whole = data_dictionary()
    if names is None:
        return whole.rstrip()
    _, *parts = re.split(r"\n\n(?=##+ )", whole.rstrip())
    return "\n\n".join(part for part in parts if re.split(r"[ .:\n]", part)[1] in names)


def _vocabularies_of(chosen: list[Table]) -> list[str]:
    return list(dict.fromkeys(c.vocabulary for one in chosen for c in one.columns if c.vocabulary))


def _meaning(column: Column) -> str:
    notes = [column.description]
    if column.unit:
        notes.append(f"Unit: {column.unit}.")
    if column.vocabulary:
        notes.append(f"Vocabulary: {column.vocabulary}.")
    if column.foreign_key:
        notes.append(f"Refers to {column.foreign_key}.")
    return " ".join(notes)


def _print_overview() -> None:
    columns = ("table", "title", "columns", "key")
    rows = [(one.name, one.title, str(len(one.columns)), ", ".join(one.primary_key)) for one in published_tables()]
    _print(f"Schema version {SCHEMA_VERSION}", columns, rows)
    print(f"\nvocabularies: {', '.join(vocabulary_names())}")
    print("`materiel schema NAME` shows one table or vocabulary.")


def _print_declaration(one: Table) -> None:
    rows = [(c.name, c.type, "null" if c.nullable else "", _meaning(c)) for c in one.columns]
    title = f"{one.name}: {one.title} (key: {', '.join(one.primary_key)})\n{one.description}"
    _print(title, ("column", "type", "", "meaning"), rows)


def _print_vocabulary(name: str) -> None:
    fields = list(next(iter(vocabulary(name).values())))
    _print(f"\nvocabulary {name}", ("value", *fields), [(v, *row.values()) for v, row in vocabulary(name).items()])


def _print(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    print(title)
    if not is_terminal():
        print_plain(columns, rows)
        return
    shown = grid()
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    print_table(shown)
