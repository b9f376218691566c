"""What docs/versions.md says of following claims and events is so: its queries are run on two releases."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from schemas.tables import vocabulary
from tests.compare.releases import two_releases
from tests.docs.markdown import ROOT, Page, in_backticks

PAGE = Page(ROOT / "docs" / "versions.md")
DELETE_AND_INSERT, EVENTS = re.findall(r"```sql\n(.*?)```", PAGE.text, re.DOTALL)


@pytest.fixture
def following(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """A copy of the claims of the first release, seen from the folder of the second."""
    before, after = two_releases(tmp_path)
    monkeypatch.chdir(after)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE claims AS SELECT * FROM '{before / 'claims.parquet'}'")
    return connection


def test_the_delta_brings_a_copy_of_the_claims_to_the_next_release(following: duckdb.DuckDBPyConnection) -> None:
    differing = "(SELECT count(*) FROM (FROM claims EXCEPT ALL FROM 'claims.parquet'))"
    assert following.sql(f"SELECT {differing}").fetchall() == [(3,)]
    following.execute(DELETE_AND_INSERT)
    assert following.sql(f"SELECT {differing}").fetchall() == [(0,)]
    assert following.sql("SELECT count(*) FROM (FROM 'claims.parquet' EXCEPT ALL FROM claims)").fetchall() == [(0,)]


def test_the_events_of_the_release_before_are_found_in_this_one(following: duckdb.DuckDBPyConnection) -> None:
    found = following.sql(f"SELECT previous_event_id, relation, event_id FROM ({EVENTS.strip().rstrip(';')})")
    assert sorted(found.fetchall()) == [
        ("e1", "same", "e1"),
        ("e2", "renamed", "e22"),
        ("e3", "gone", None),
        ("e4", "same", "e4"),
    ]


def test_every_relation_is_explained_and_no_other() -> None:
    rows = [row for row in PAGE.rows if row.first_column == "relation"]
    assert [in_backticks(row.cells[0])[0] for row in rows] == list(vocabulary("event_relation"))
