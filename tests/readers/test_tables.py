"""Every tool reads every table with the values that were written and the types that are declared."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from schemas.tables import CHANGE_TABLES, RELEASE_TABLES, TYPES, table, tables
from tests.readers.tools import Row, Tool

every_table = pytest.mark.parametrize("name", (*RELEASE_TABLES, *CHANGE_TABLES))


def by_key(rows: list[Row], name: str) -> dict[Row, Row]:
    declared = table(name)
    keys = [declared.column_names.index(key) for key in declared.primary_key]
    return {tuple(row[place] for place in keys): row for row in rows}


def test_every_declared_type_is_tried() -> None:
    assert {column.type for declared in tables() for column in declared.columns} == set(TYPES)


@every_table
def test_values_are_those_written(tool: Tool, name: str, release: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    written = rows[name] if name in rows else pq.read_table(release / f"{name}.parquet").to_pylist()
    expected = by_key([tuple(row[column] for column in table(name).column_names) for row in written], name)
    found = by_key(tool.read(release / f"{name}.parquet")[0], name)
    assert len(found) == len(written) >= 1
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        for column, there, here in zip(table(name).columns, row, found[key], strict=True):
            if column.type == "float32" and there is not None:
                assert math.isclose(here, there, rel_tol=1e-6), column.name
            else:
                assert here == there and type(here) is type(there), column.name


@every_table
def test_columns_and_types_are_those_declared(tool: Tool, name: str, release: Path) -> None:
    types = tool.read(release / f"{name}.parquet")[1]
    assert types == {column.name: tool.types[column.type] for column in table(name).columns}
