"""The delta lists the claims that differ, and is enough to bring the claims of one release to those of the next."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.compare.releases import Comparison, compare_releases
from schemas.arrow import arrow_schema
from schemas.tables import table

Row = dict[str, object]


def by_claim(comparison: Comparison) -> dict[str, Row]:
    return {row.pop("claim_id"): row for row in comparison.delta.to_dicts()}


def test_claims_are_added_removed_and_changed_with_their_events(comparison: Comparison) -> None:
    rows = by_claim(comparison)
    assert list(rows) == ["c1", "c2", "c3", "c4"]
    assert rows["c1"] == {
        "table_name": "claims",
        "change": "added",
        "changed_columns": [],
        "previous_event_id": None,
        "event_id": "e1",
    }
    assert rows["c4"] == {
        "table_name": "claims",
        "change": "removed",
        "changed_columns": [],
        "previous_event_id": "e3",
        "event_id": None,
    }
    assert rows["c3"]["changed_columns"] == ["source_chain", "confidence", "event_id"]
    assert (rows["c3"]["previous_event_id"], rows["c3"]["event_id"]) == ("e2", "e22")
    assert rows["c2"]["changed_columns"] == ["extractor_version"]


def test_a_claim_that_is_as_it_was_is_not_listed(comparison: Comparison) -> None:
    assert comparison.delta.filter(pl.col("table_name") == "claims_nonstate").is_empty()


@pytest.mark.parametrize("name", ["claims", "claims_nonstate"])
def test_it_brings_the_earlier_claims_to_the_later_ones(folders: tuple[Path, Path], name: str) -> None:
    before, after = (pl.read_parquet(folder / f"{name}.parquet") for folder in folders)
    delta = pl.read_parquet(folders[1] / "delta.parquet").filter(pl.col("table_name") == name)
    replaced = after.join(delta.filter(pl.col("change") != "removed"), on="claim_id", how="semi")
    brought = pl.concat([before.join(delta, on="claim_id", how="anti"), replaced])
    assert brought.sort("claim_id").equals(after.sort("claim_id"))


def test_the_first_release_has_an_empty_one_of_the_declared_shape(folders: tuple[Path, Path]) -> None:
    for name in ("delta", "event_mapping"):
        rows = pq.read_table(folders[0] / f"{name}.parquet")
        assert rows.num_rows == 0
        assert rows.schema.equals(arrow_schema(name))


def test_a_release_compared_with_itself_has_an_empty_one(folders: tuple[Path, Path]) -> None:
    assert compare_releases(folders[1], folders[1]).delta.is_empty()


def test_a_claim_that_crosses_to_the_other_table_leaves_the_one_and_enters_the_other(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in folders[1].glob("*.parquet"):
        (moved / path.name).write_bytes(path.read_bytes())
    both = pl.concat(pl.read_parquet(folders[1] / f"{name}.parquet") for name in ("claims_nonstate", "claims"))
    both.write_parquet(moved / "claims.parquet")
    both.clear().write_parquet(moved / "claims_nonstate.parquet")
    compared = compare_releases(folders[1], moved)
    assert compared.delta.select("table_name", "claim_id", "change").rows() == [
        ("claims", "n1", "added"),
        ("claims_nonstate", "n1", "removed"),
    ]
    assert set(compared.event_mapping["relation"]) == {"same"}


def test_columns_are_those_declared(comparison: Comparison) -> None:
    assert comparison.delta.columns == table("delta").column_names
