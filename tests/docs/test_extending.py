"""The worked examples of docs/extending.md fit the files that they extend, and the reader shown there reads."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from flows.ingest.record import Failure, Record
from tests.docs.markdown import FENCE, ROOT, Page, in_backticks
from tests.extract.sentence_suite import CODED

PAGE = Page(ROOT / "docs" / "extending.md")
ROWS = [row for row in PAGE.rows if row.heading == "A lexicon entry"]
BLOCKS = FENCE.findall(PAGE.text)


def header(path: str) -> list[str]:
    return next(csv.reader(io.StringIO((ROOT / path).read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.first_column == "to teach it"], ids=lambda row: row.cells[0]
)
def test_the_columns_of_a_lexicon_are_those_of_its_file(row: Any) -> None:
    assert in_backticks(row.cells[2]) == header(in_backticks(row.cells[1])[0])


@pytest.mark.parametrize("row", [row for row in ROWS if row.first_column == "file"], ids=lambda row: row.cells[0])
def test_a_shown_row_has_the_fields_of_its_file_and_is_not_there_yet(row: Any) -> None:
    path, line = in_backticks(row.cells[0])[0], in_backticks(row.cells[1])[0]
    assert len(next(csv.reader([line]))) == len(header(path))
    assert line not in (ROOT / path).read_text(encoding="utf-8").splitlines()


def test_the_shown_sentences_are_coded_in_full() -> None:
    shown = [line for language, code in BLOCKS if language == "json" for line in code.splitlines()]
    cases = [json.loads(line) for line in shown if '"claims": [' in line]
    assert len(cases) == 2
    assert all(set(CODED) <= set(claim) for case in cases for claim in case["claims"])


class TestReader:
    """The module of the page, run as it stands there."""

    @pytest.fixture
    def module(self) -> dict[str, Any]:
        (code,) = [code for language, code in BLOCKS if language == "python" and "def read_mail" in code]
        found: dict[str, Any] = {}
        exec(compile(code, PAGE.path.name, "exec"), found)
        return found

    def test_a_message_is_an_article_with_its_subject_as_headline(self, module: dict[str, Any]) -> None:
        message = b"Subject: Oslo sends tanks\nDate: Tue, 03 Sep 2024 12:00:00 +0000\n\nThe tanks left on Monday.\n"
        (record,) = module["read_mail"](io.BytesIO(message))
        assert isinstance(record, Record)
        assert (record.title, record.body.strip()) == ("Oslo sends tanks", "The tanks left on Monday.")

    def test_a_message_without_text_costs_itself(self, module: dict[str, Any]) -> None:
        (failure,) = module["read_mail"](io.BytesIO(b"Content-Type: image/png\n\nx"))
        assert isinstance(failure, Failure)
        assert failure.reason == "malformed_record"
