"""The CSV holds what is filtered, every column of it, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.tables import table
from tests.explore.conftest import Visit
from tests.explore.release import CONTESTED, FORMULA, TOLD

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARTICLE = ["article_title", "article_url", "article_publisher"]


def downloaded(page: Page) -> tuple[str, list[dict[str, str]]]:
    """Name and rows of the file that the button gives."""
    with page.expect_download() as started:
        page.click(".download")
    name = started.value.suggested_filename
    text = Path(started.value.path()).read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")  # so that a spreadsheet reads it as UTF-8
    return name, list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_holds_every_column_of_the_claims_that_are_filtered(visit: Visit, release: Path) -> None:
    name, rows = downloaded(visit("#supplier=IRN&factuality=denied"))
    assert name == f"materiel-{release.name}-claims.csv"
    assert list(rows[0]) == [*table("claims").column_names, *ARTICLE]
    claims = pl.read_parquet(release / "claims.parquet")
    wanted = claims.filter(pl.col("supplier_id") == "IRN", pl.col("factuality") == "denied")
    assert {row["claim_id"] for row in rows} == set(wanted["claim_id"])
    assert len(rows) == wanted.height


def test_values_are_those_of_the_file(visit: Visit) -> None:
    _, rows = downloaded(visit("#status=contested"))
    row = next(row for row in rows if row["claim_id"] == "cf000000000000004")
    told = TOLD[3]
    assert row["evidence_text"] == told["evidence_text"]
    assert row["source_chain"] == "AUTHOR|IRN"
    assert (row["quantity_low"], row["quantity_unit"], row["system_id"]) == ("200", "units", "")
    assert (row["event_start_date"], row["reported_at"]) == ("2029-05-01", "2030-01-05T00:00:00Z")
    assert (row["claimant_is_anonymous"], row["article_publisher"]) == ("false", "Example Wire")
    assert row["article_title"] == "Headline of af000000000000004"


def test_a_cell_that_could_be_a_formula_begins_with_an_apostrophe(visit: Visit) -> None:
    _, rows = downloaded(visit("#status=contested&factuality=denied"))
    row = next(row for row in rows if row["claim_id"] == "cf000000000000002")
    assert row["evidence_text"] == f"'{FORMULA}"
    assert (row["trigger_text"], row["item_text"]) == ("'-1+1", "'@missiles")
    assert row["article_title"] == "'+ a headline"
    assert row["article_url"] == "http://example.org/a,b"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", '"\'\r=1"'),
        ("\n=1", '"\'\n=1"'),
        ("＝1", "'＝1"),
        ('say "=1"', '"say ""=1"""'),
        ("a, b", '"a, b"'),
        ("plain = text", "plain = text"),
        (["a", "b"], "a|b"),
        (0, "0"),
        (False, "false"),
        (None, ""),
    ],
)
def test_cells(visit: Visit, value: object, written: str) -> None:
    page = visit()
    assert page.evaluate("async (value) => (await import('./csv.js')).cell(value)", value) == written


def test_events_have_their_own_columns(visit: Visit, release: Path) -> None:
    name, rows = downloaded(visit("#view=events&status=contested"))
    assert name == f"materiel-{release.name}-events.csv"
    assert [row["event_id"] for row in rows] == [CONTESTED]
    assert list(rows[0]) == table("events").column_names
    assert rows[0]["affirmed_by"] == "AUTHOR"
