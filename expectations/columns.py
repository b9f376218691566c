"""The rules that follow from `schemas/tables`: columns, types, nulls, vocabularies, ranges, keys and order."""

from __future__ import annotations

import polars as pl

from expectations.release import Release, once
from expectations.rules import Rule, Verdict, verdict_rule
from schemas.arrow import arrow_schema
from schemas.tables import Column, Table, tables, vocabulary

SCHEMA_FRAME = "schema"
NOT_BLANK = r"\S"


def declared_rules() -> list[Rule]:
    """All rules made from the declarations, table by table."""
    rules: list[Rule] = []
    for table in tables():
        rules += _table_rules(table)
        for column in table.columns:
            rules += _column_rules(table, column)
    return rules


@once
def schema_frame(release: Release) -> pl.DataFrame:
    """One row a declared column: table, column, the declared Arrow type, and the type found (null where missing)."""
    rows = []
    for table in tables():
        found = release.schemas.get(table.name)
        for field in arrow_schema(table.name):
            index = -1 if found is None else found.get_field_index(field.name)
            kind = None if found is None or index < 0 else str(found.field(index).type)
            rows.append((table.name, field.name, str(field.type), kind))
    return pl.DataFrame(rows, schema=["table", "column", "declared", "found"], orient="row")


def _table_rules(table: Table) -> list[Rule]:
    name, key = table.name, list(table.primary_key)
    rules = [
        Rule(
            f"{name}.columns",
            name,
            "The table has exactly the declared columns, in their order.",
            "ExpectTableColumnsToMatchOrderedList",
            {"column_list": table.column_names},
        ),
        verdict_rule(f"{name}.types", SCHEMA_FRAME, "Each column has its declared type.", _types(name)),
        verdict_rule(f"{name}.sorted", name, f"Rows are sorted by {', '.join(table.sort_by)}.", _sorted(table)),
    ]
    if not table.may_be_empty:
        waived = "allow_empty" if name == "claims" else None
        options = {"min_value": 1}
        rules.append(
            Rule(
                f"{name}.row_count",
                name,
                "The table has rows.",
                "ExpectTableRowCountToBeBetween",
                options,
                waived_by=waived,  # type: ignore[arg-type]
            )
        )
    unique = "The primary key is unique."
    if len(key) == 1:
        rules.append(Rule(f"{name}.key_unique", name, unique, "ExpectColumnValuesToBeUnique", {"column": key[0]}))
    else:
        options_key = {"column_list": key}
        rules.append(Rule(f"{name}.key_unique", name, unique, "ExpectCompoundColumnsToBeUnique", options_key))
    return rules


def _column_rules(table: Table, column: Column) -> list[Rule]:
    prefix, target = f"{table.name}.{column.name}", {"column": column.name}
    rules = []
    if not column.nullable:
        rules.append(Rule(f"{prefix}.not_null", table.name, "Never null.", "ExpectColumnValuesToNotBeNull", target))
    if column.vocabulary:
        options = {**target, "value_set": list(vocabulary(column.vocabulary))}
        text = f"A value of the vocabulary {column.vocabulary}."
        rules.append(Rule(f"{prefix}.in_vocabulary", table.name, text, "ExpectColumnValuesToBeInSet", options))
    elif column.foreign_key:
        text = f"Resolves in {column.foreign_key}."
        rules.append(verdict_rule(f"{prefix}.resolves", table.name, text, _resolves(table.name, column)))
    elif column.type == "string":
        blank = {**target, "regex": NOT_BLANK}
        text = "Holds words: an empty text is null, or not there at all."
        rules.append(Rule(f"{prefix}.not_blank", table.name, text, "ExpectColumnValuesToMatchRegex", blank))
    if column.minimum is not None or column.maximum is not None:
        bounds = {**target, "min_value": column.minimum, "max_value": column.maximum}
        text = f"Lies between {column.minimum} and {column.maximum} (None: no bound)."
        rules.append(Rule(f"{prefix}.in_range", table.name, text, "ExpectColumnValuesToBeBetween", bounds))
    return rules


def _types(name: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        right = pl.col("declared").eq_missing(pl.col("found"))
        return schema_frame(release).select((pl.col("table") != name) | right).to_series()

    return verdict


def _sorted(table: Table) -> Verdict:
    keys = list(table.sort_by)

    def verdict(release: Release) -> pl.Series:
        """Compares with the sorted rows; nulls may stand first or last, as writers differ."""
        rows = release.table(table.name).select(keys)
        verdicts = []
        for nulls_last in (False, True):
            ordered = rows.sort(keys, nulls_last=nulls_last)
            same = [rows[key].eq_missing(ordered[key]) for key in keys]
            verdicts.append(pl.DataFrame(same).select(pl.all_horizontal(pl.all())).to_series())
        return verdicts[0] if verdicts[0].sum() >= verdicts[1].sum() else verdicts[1]

    return verdict


def _resolves(name: str, column: Column) -> Verdict:
    target, key = (column.foreign_key or "").split(".")

    def verdict(release: Release) -> pl.Series:
        """A null resolves to nothing and is the business of the not_null rule."""
        found = release.table(name)[column.name]
        return found.is_in(release.table(target)[key].drop_nulls().implode()).fill_null(True)

    return verdict
