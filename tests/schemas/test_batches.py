"""Batches of a Parquet file are its rows in their order, and no more of it is held than they need."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.batches import record_batches

N_ROWS, GROUP_ROWS, TEXT = 4_000, 500, "x" * 2_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight row groups; texts differ, so that no dictionary makes them small."""
    made = tmp_path_factory.mktemp("batches") / "rows.parquet"
    texts = [f"{number:06d}{TEXT}" for number in range(N_ROWS)]
    pq.write_table(pa.table({"number": range(N_ROWS), "text": texts}), made, row_group_size=GROUP_ROWS)
    return made


@pytest.mark.parametrize("rows", [1, 300, 500, 10_000])
def test_the_rows_come_in_their_order_and_no_batch_is_too_large(path: Path, rows: int) -> None:
    with pq.ParquetFile(path) as file:
        batches = [batch["number"].to_pylist() for batch in record_batches(file, rows, ["number"])]
    assert [number for batch in batches for number in batch] == list(range(N_ROWS))
    assert max(map(len, batches)) == min(rows, GROUP_ROWS)


def test_only_the_columns_asked_for_are_read(path: Path) -> None:
    with pq.ParquetFile(path) as file:
        assert {tuple(batch.schema.names) for batch in record_batches(file, 500, ["number"])} == {("number",)}
        assert {tuple(batch.schema.names) for batch in record_batches(file, 500)} == {("number", "text")}


def test_row_groups_that_were_read_are_let_go(path: Path) -> None:
    before, held = pa.total_allocated_bytes(), []
    with pq.ParquetFile(path) as file:
        for _ in record_batches(file, GROUP_ROWS, ["text"]):
            held.append(pa.total_allocated_bytes() - before)
    assert len(held) == N_ROWS // GROUP_ROWS
    assert max(held[1:]) <= 2 * held[0]
