"""The page on other datasets agrees with the data: every value is mapped once, and its queries count what they say."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.tables import vocabulary
from tests.docs import mapping_tables
from tests.docs.generated_tables import changes, places
from tests.docs.markdown import FENCE, Page, Row, in_backticks
from tests.small_release import article, claim, write_release

PAGE = Page(mapping_tables.PAGE)
SIPRI, UNROCA, EVENTS, KIEL = [code for language, code in FENCE.findall(PAGE.text) if language == "sql"]
REMEDY = "write the tables again: python -m tests.docs.mapping_tables --write"


def rows(heading: str, first_column: str) -> list[Row]:
    """The rows of the hand-written table under a heading."""
    return [row for row in PAGE.rows if row.heading == heading and row.first_column == first_column]


def categories(heading: str) -> dict[str, str]:
    """Kinds of support and their category in the table under a heading."""
    return {in_backticks(row.cells[0])[0]: row.cells[1] for row in rows(heading, "support type") if len(row.cells) == 3}


def listed(query: str) -> dict[str, str]:
    """The pairs of a query's list of values."""
    values = query.partition("VALUES")[2].partition("))")[0]
    return dict(re.findall(r"\('(\w+)', '([^']+)'\s*(?:\)|$)", values))


def test_tables_made_from_the_data_are_as_the_data_has_them() -> None:
    assert sorted(places(PAGE.text)) == sorted(mapping_tables.TABLES)
    assert changes(PAGE.text, mapping_tables.page_now(PAGE.text)) == [], REMEDY


def test_another_code_of_a_stage_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_tables, "plover_code", lambda stage, factuality: "AID-military")
    assert changes(PAGE.text, mapping_tables.page_now(PAGE.text)) != []


@pytest.mark.parametrize("heading", ["SIPRI Arms Transfers Database", "Ukraine Support Tracker"])
def test_every_kind_of_support_is_mapped_once_or_said_to_have_no_counterpart(heading: str) -> None:
    named = [in_backticks(row.cells[0])[0] for row in rows(heading, "support type")]
    assert sorted(named) == sorted(vocabulary("support_type"))


@pytest.mark.parametrize(
    ("heading", "query"), [("SIPRI Arms Transfers Database", SIPRI), ("Ukraine Support Tracker", KIEL)]
)
def test_a_query_maps_as_its_table_does(heading: str, query: str) -> None:
    assert listed(query) == {kind: name for kind, name in categories(heading).items() if name != "none"}


def test_register_categories_have_the_names_of_the_vocabulary() -> None:
    shown = {
        in_backticks(row.cells[0])[0]: row.cells[1] for row in rows("UN Register of Conventional Arms", "category")
    }
    assert shown == {value: fields["description"] for value, fields in vocabulary("unroca_category").items()}


def test_every_plover_code_has_its_cameo_codes() -> None:
    found = rows("Event data: PLOVER and CAMEO", "`plover_code`")
    assert sorted(code for row in found for code in in_backticks(row.cells[0])) == sorted(vocabulary("plover_code"))


# The queries, run on a small release


def claimed(supplier: str, recipient: str, event_id: str, **values: Any) -> dict[str, Any]:
    return claim(f"{event_id} of {supplier}.", supplier, recipient, event_id=event_id, **values)


def answers(
    query: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *claims: dict[str, Any]
) -> list[tuple[Any, ...]]:
    """What the query gives in a release of these claims, each of them of one story."""
    monkeypatch.chdir(write_release(folder / "release", claims=claims, articles=[article()]))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.execute(query).fetchall()


def test_orders_and_deliveries_are_counted_by_category(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(
        SIPRI,
        tmp_path,
        monkeypatch,
        claimed("FRA", "IND", "e1", support_type="aircraft", stage="contracted"),
        claimed("FRA", "IND", "e1", support_type="aircraft"),
        claimed("FRA", "IND", "e2", support_type="drones", stage="contracted"),
        claimed("FRA", "IND", "e3", support_type="aircraft", stage="pledged"),
        claimed("FRA", "IND", "e4", support_type="aircraft", factuality="denied"),
        claimed("FRA", "IND", "e5", support_type="training"),
        claimed("FRA", "IND", "e6", support_type="armour", confidence=0.5),
    )
    assert found == [("FRA", "IND", "Aircraft", 2024, 2, 1)]


def test_deliveries_are_counted_by_register_category(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tanks = {"support_type": "armour", "unroca_category": "I", "quantity_unit": "units", "quantity_low": 18.0}
    found = answers(
        UNROCA,
        tmp_path,
        monkeypatch,
        claimed("DEU", "UKR", "e1", **tanks, event_end_date=dt.date(2023, 3, 31)),
        claimed("DEU", "UKR", "e1", **{**tanks, "quantity_low": 14.0}, event_end_date=dt.date(2023, 3, 31)),
        claimed("DEU", "UKR", "e2", **{**tanks, "support_type": "training"}),
        claimed("DEU", "UKR", "e3", **tanks, stage="pledged"),
    )
    assert found == [("DEU", "UKR", "I", 2023, 1, 18.0)]


def test_event_data_puts_first_who_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(
        EVENTS,
        tmp_path,
        monkeypatch,
        claimed("USA", "UKR", "e1", plover_code="REQUEST-aid", stage="requested"),
        claimed("IRN", "RUS", "e2", plover_code="ACCUSE-aid", factuality="suspected", claimant_id="USA"),
        claimed("IRN", "RUS", "e2", plover_code="REJECT-accusation", factuality="denied", claimant_id="IRN"),
        claimed("IRN", "RUS", "e2", plover_code="AID-military"),
        claimed("CHN", "RUS", "e3", plover_code="ACCUSE-aid", factuality="negated", claimant_id="USA"),
        claimed("CHE", "UKR", "e4", plover_code="SANCTION-aid", stage="blocked"),
    )
    day = dt.date(2024, 9, 3)
    assert found == [
        ("AID-military", "IRN", "RUS", day, 1),
        ("REJECT-accusation", "IRN", "RUS", day, 1),
        ("REQUEST-aid", "UKR", "USA", day, 1),
        ("ACCUSE-aid", "USA", "IRN", day, 1),
    ]


def test_a_package_told_twice_counts_with_its_largest_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package: dict[str, Any] = {"support_type": "aid", "stage": "pledged", "quantity_unit": "EUR"}
    found = answers(
        KIEL,
        tmp_path,
        monkeypatch,
        claimed("NOR", "UKR", "e1", **package, quantity_low=5e9),
        claimed("NOR", "UKR", "e1", **package, quantity_low=7e9),
        claimed("NOR", "UKR", "e2", **package, quantity_low=1e9),
        claimed("NOR", "MDA", "e3", **package, quantity_low=1e9),
        claimed("NOR", "UKR", "e4", support_type="armour", quantity_unit="units", quantity_low=8.0),
    )
    assert found == [("NOR", "military, kind not told", "EUR", False, 2, 8e9)]
