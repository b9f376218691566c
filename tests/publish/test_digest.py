"""The digest follows what a table says and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.publish.digest import content_digest, table_digest

SCHEMA = pa.schema(
    [
        ("word", pa.string()),
        ("count", pa.int32()),
        ("share", pa.float64()),
        ("is_so", pa.bool_()),
        ("on", pa.date32()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("chain", pa.list_(pa.string())),
    ]
)
ROW: dict[str, Any] = {
    "word": "Iran",
    "count": 3,
    "share": 0.5,
    "is_so": True,
    "on": date(2024, 9, 3),
    "at": datetime(2024, 9, 3, tzinfo=UTC),
    "chain": ["USA", "AUTHOR"],
}
EMPTY: dict[str, Any] = dict.fromkeys(ROW)


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


@pytest.mark.parametrize(
    "other",
    [
        [ROW | {"word": "Iraq"}],
        [ROW | {"word": ""}],
        [ROW | {"word": None}],
        [ROW | {"count": 0}],
        [ROW | {"count": None}],
        [ROW | {"share": -0.5}],
        [ROW | {"is_so": False}],
        [ROW | {"is_so": None}],
        [ROW | {"on": date(2024, 9, 4)}],
        [ROW | {"at": None}],
        [ROW | {"chain": ["USAAUTHOR"]}],
        [ROW | {"chain": []}],
        [ROW | {"chain": None}],
        [ROW, ROW],
        [],
    ],
)
def test_every_value_counts(other: list[dict[str, Any]]) -> None:
    assert table_digest(table(*other)) != table_digest(table(ROW))


def test_nothing_and_empty_differ() -> None:
    assert table_digest(table(EMPTY | {"word": ""})) != table_digest(table(EMPTY))
    assert table_digest(table(EMPTY | {"chain": []})) != table_digest(table(EMPTY))
    assert table_digest(table(EMPTY | {"count": 0})) != table_digest(table(EMPTY))


@given(
    st.lists(st.sampled_from([ROW, EMPTY, ROW | {"chain": [], "word": "Türkiye"}]), min_size=1, max_size=9), st.data()
)
def test_chunks_and_offsets_do_not_count(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    whole = table(*rows)
    pieces = pa.concat_tables([table(EMPTY, *rows).slice(1, cut), whole.slice(cut)])
    assert table_digest(pieces) == table_digest(whole)


def test_a_release_is_another_one_under_another_schema_or_extractor() -> None:
    digests = {"claims": "aa", "events": "bb"}
    assert content_digest(digests, "1.0.0", "x") == content_digest(dict(reversed(digests.items())), "1.0.0", "x")
    assert content_digest(digests, "1.0.1", "x") != content_digest(digests, "1.0.0", "x")
    assert content_digest(digests, "1.0.0", "y") != content_digest(digests, "1.0.0", "x")
