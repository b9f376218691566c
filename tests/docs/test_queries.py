"""The queries that the documents show: those of the page of questions are the tested files, and the others run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.docs.markdown import FENCE, ROOT, Page
from tests.readers.conftest import claims, other_tables
from tests.readers.tools import run_python, within
from tests.small_release import write_release

QUESTIONS = Page(ROOT / "docs" / "queries.md")
DATASET = Page(ROOT / "docs" / "dataset.md")
QUERIES = DATASET.text.partition("## Queries")[2].partition("\n## ")[0]
LANGUAGES = {".sql": "sql", ".py": "python"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("queries"), claims=claims(), **other_tables())


def test_the_page_shows_exactly_the_tested_queries() -> None:
    files = [(LANGUAGES[path.suffix], path.read_text(encoding="utf-8")) for path in (ROOT / "docs/queries").iterdir()]
    assert sorted(FENCE.findall(QUESTIONS.text)) == sorted(files)


def test_each_query_stands_under_the_name_of_its_tool() -> None:
    names = re.findall(r"^(\w+):\n\n```", QUESTIONS.text, re.MULTILINE)
    assert names == ["DuckDB", "Polars", "pandas", "PyArrow", "Spark"] * 3


@pytest.mark.parametrize("code", [code for language, code in FENCE.findall(QUERIES) if language == "sql"])
def test_the_other_sql_queries_find_rows(code: str, release: Path) -> None:
    with within(release), duckdb.connect() as connection:
        assert connection.sql(code).fetchall()


@pytest.mark.parametrize("code", [code for language, code in FENCE.findall(QUERIES) if language == "python"])
def test_the_other_python_queries_find_rows(code: str, release: Path) -> None:
    assert run_python(f"{code}\nanswer = dyads", release).height
