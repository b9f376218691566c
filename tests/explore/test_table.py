"""Single rows are read rightly from files of every shape: many row groups, small pages, dictionaries, lists, codecs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.explore.server import ReleaseServer
from tests.explore.conftest import PATIENCE, serving

N = 60_000
READ = """async ([indices, names]) => {
  const { Table } = await import("./table.js");
  const table = await Table.open("../large.parquet");
  const asked = performance.getEntriesByType("resource").length;
  const rows = await table.rows(indices, names);
  const again = await table.rows([...indices].reverse(), names);
  const answers = performance.getEntriesByType("resource").slice(asked);
  const bytes = answers.reduce((sum, one) => sum + one.encodedBodySize, 0);
  return [rows, again.reverse(), bytes];
}"""


def large_table() -> pa.Table:
    """A text column too large to be read whole, partly from a dictionary, beside small columns with nulls and lists."""
    drawn = random.Random(1)
    texts = [f"{i} {drawn.randbytes(200).hex()}" if i % 3 else f"often {i % 50}" for i in range(N)]
    return pa.table(
        {
            "text": pa.array([None if i % 1000 == 7 else text for i, text in enumerate(texts)], pa.string()),
            "word": pa.array([None if i % 7 == 0 else f"w{i % 11}" for i in range(N)], pa.string()),
            "list": pa.array([[f"v{j}" for j in range(i % 4)] for i in range(N)], pa.list_(pa.string())),
            "n": pa.array(range(N), pa.int64()),
        }
    )


@pytest.mark.parametrize("codec", ["zstd", "snappy"])
def test_rows_are_those_of_the_file(browser: Any, release: Path, tmp_path: Path, codec: str) -> None:
    rows = large_table()
    path = tmp_path / "large.parquet"
    shape = {"row_group_size": 7_000, "data_page_size": 30_000, "dictionary_pagesize_limit": 50_000}
    pq.write_table(rows, path, compression=codec, write_page_index=True, **shape)
    indices = [59_999, 0, 7, 6_999, 7_000, 3, 3, 1_007, 40_000, 40_001, 27_999, 28_000]
    expected = [rows.slice(i, 1).to_pylist()[0] for i in indices]
    server = ReleaseServer((release, tmp_path))
    with serving(server), browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(server.url)
        for names in (["text"], ["word", "list"], ["text", "word", "list"]):
            found, again, n_bytes = page.evaluate(READ, [indices, names])
            assert found == again == [{name: row[name] for name in names} for row in expected]
            if names == ["text"]:
                assert 0 < n_bytes < path.stat().st_size / 2
