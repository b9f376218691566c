"""What the explorer shows for a selection is what DuckDB finds in the same files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.explore.conftest import Visit, go, shown

if TYPE_CHECKING:
    from playwright.sync_api import Page

SELECTIONS = {
    "#": "true",
    "#supplier=IRN": "supplier_id = 'IRN'",
    "#supplier=IRN&supplier=PRK&recipient=RUS": "supplier_id IN ('IRN', 'PRK') AND recipient_id = 'RUS'",
    "#type=air_defence&stage=committed": "support_type = 'air_defence' AND stage_group = 'committed'",
    "#factuality=denied&factuality=negated": "factuality IN ('denied', 'negated')",
    "#claimant=UNK&confidence=0.35": "claimant_id = 'UNK' AND confidence >= 0.35::FLOAT",
    "#status=contested": "event_id IN (SELECT event_id FROM events WHERE status = 'contested')",
    "#from=2022-01-01&to=2022-12-31": "reported_at::DATE BETWEEN '2022-01-01' AND '2022-12-31'",
    "#from=2021-02-14": "reported_at::DATE >= '2021-02-14'",
    "#to=2021-01-31": "reported_at::DATE <= '2021-01-31'",
    "#supplier=FRA&recipient=RUS": "false",
}


@pytest.fixture(scope="module")
def database(release: Path) -> Any:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name in ("claims", "claims_nonstate", "events", "articles"):
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{release / name}.parquet'")
    yield connection
    connection.close()


def counts(page: Page, group: str) -> dict[str, int]:
    """The count beside every value of a group of filters."""
    found: dict[str, int] = page.evaluate(
        """group => {
          const count = (box) => box.closest("li").querySelector(".count").textContent.replaceAll(",", "");
          const boxes = [...document.querySelectorAll(`input[name=${group}]`)];
          return Object.fromEntries(boxes.map((box) => [box.value, Number(count(box))]));
        }""",
        group,
    )
    return {value: n for value, n in found.items() if n}


def first_ids(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "#list [data-claim]", "cards => cards.map((card) => card.dataset.claim)"
    )
    return found


def test_counts_are_those_of_the_file(visit: Visit, database: Any) -> None:
    page = visit()
    for hash_, condition in SELECTIONS.items():
        go(page, hash_)
        expected = database.sql(
            f"SELECT count(*), count(DISTINCT article_id), count(DISTINCT event_id) FROM claims WHERE {condition}"
        ).fetchall()[0]
        words = page.inner_text("#count").replace(",", "").split()
        assert tuple(int(word) for word in words if word.isdigit()) == expected, hash_


def test_the_count_of_a_value_says_what_it_would_show(visit: Visit, database: Any) -> None:
    """Every other filter holds for it, its own group does not."""
    page = visit("#supplier=IRN&factuality=affirmed")
    by_supplier = database.sql("SELECT supplier_id, count(*) FROM claims WHERE factuality = 'affirmed' GROUP BY ALL")
    by_factuality = database.sql("SELECT factuality, count(*) FROM claims WHERE supplier_id = 'IRN' GROUP BY ALL")
    by_stage = database.sql(
        "SELECT stage_group, count(*) FROM claims WHERE supplier_id = 'IRN' AND factuality = 'affirmed' GROUP BY ALL"
    )
    assert counts(page, "supplier") == dict(by_supplier.fetchall())
    assert counts(page, "factuality") == dict(by_factuality.fetchall())
    assert counts(page, "stage") == dict(by_stage.fetchall())


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", "reported_at::DATE DESC NULLS LAST, claim_row"),
        ("oldest", "reported_at::DATE ASC NULLS LAST, claim_row"),
        ("surest", "confidence DESC, reported_at::DATE DESC NULLS LAST, claim_row"),
    ],
)
def test_the_second_page_of_the_list_is_that_of_the_file(visit: Visit, database: Any, sort: str, order: str) -> None:
    page = visit(f"#sort={sort}&page=2")
    rows = database.sql(f"SELECT claim_id FROM (SELECT *, row_number() OVER () claim_row FROM claims) ORDER BY {order}")
    assert first_ids(page) == [row[0] for row in rows.fetchall()[25:50]]


def test_the_timeline_counts_all_dated_claims(visit: Visit, database: Any) -> None:
    page = visit("#from=2022-01-01&to=2022-12-31")
    rows = page.eval_on_selector_all(
        ".timeline tbody tr",
        "rows => rows.map((row) => [...row.querySelectorAll('td')].map((td) => Number(td.textContent)))",
    )
    against = "factuality IN ('denied', 'negated')"
    expected = database.sql(
        f"""SELECT count(*) FILTER (factuality = 'affirmed'),
        count(*) FILTER (factuality IN ('suspected', 'conditional')), count(*) FILTER ({against})
        FROM claims WHERE reported_at::DATE BETWEEN '2022-01-01' AND '2022-12-31'"""
    ).fetchall()[0]
    assert tuple(sum(column) for column in zip(*rows, strict=True)) == expected


def test_the_pairs_are_those_of_the_file(visit: Visit, database: Any) -> None:
    page = visit("#type=missiles")
    drawn = page.eval_on_selector_all(
        ".flows tbody tr",
        "rows => rows.map((row) => [row.querySelector('th').textContent, Number(row.querySelector('td').textContent)])",
    )
    found = database.sql(
        "SELECT supplier_id, recipient_id, count(*) FROM claims WHERE support_type = 'missiles' GROUP BY ALL"
    ).fetchall()
    names = {
        "IRN": "Iran",
        "RUS": "Russia",
        "USA": "United States",
        "UKR": "Ukraine",
        "PRK": "North Korea",
        "FRA": "France",
    }
    assert dict(drawn) == {f"{names[supplier]} → {names[recipient]}": n for supplier, recipient, n in found}


def test_events_are_listed_by_their_claims(visit: Visit, database: Any) -> None:
    page = visit("#view=events&factuality=negated&sort=oldest")
    listed = page.eval_on_selector_all("[data-event]", "cards => cards.map((card) => card.dataset.event)")
    events = database.sql(
        "SELECT event_id FROM claims WHERE factuality = 'negated' GROUP BY 1 ORDER BY min(reported_at::DATE) NULLS LAST"
    ).fetchall()
    assert listed == [row[0] for row in events][:25]


def test_sides_that_are_no_states_show_when_asked_for(visit: Visit, database: Any) -> None:
    page = visit("#supplier=IRN&recipient=NSA%3AHezbollah")
    assert page.inner_text("#count").startswith("0 claims")
    go(page, "#supplier=IRN&recipient=NSA%3AHezbollah&nonstate=yes")
    assert page.inner_text("#count") == "1 claim in 1 article, linked to 1 event."
    assert "Hezbollah" in page.inner_text("#list")


def test_a_choice_is_in_the_address_and_the_back_button_takes_it_off(visit: Visit) -> None:
    page = visit()
    page.check("input[name=supplier][value=IRN]")
    shown(page, "#supplier=IRN")
    page.check("input[name=factuality][value=denied]")
    shown(page, "#supplier=IRN&factuality=denied")
    count = page.inner_text("#count")
    page.reload()
    page.wait_for_selector("html[data-shown]")
    assert page.inner_text("#count") == count
    page.go_back()
    shown(page, "#supplier=IRN")
    assert page.is_checked("input[name=supplier][value=IRN]")
    assert not page.is_checked("input[name=factuality][value=denied]")


def test_an_address_that_means_nothing_is_left_out(visit: Visit) -> None:
    page = visit("#from=yesterday&page=-3&confidence=lots&view=wheel&sort=&colour=red")
    assert page.inner_text("#count").startswith("291 claims")
    assert len(first_ids(page)) == 25


def test_nothing_found_offers_a_way_back(visit: Visit) -> None:
    page = visit("#supplier=FRA&recipient=RUS")
    assert "No claim fits all of these filters" in page.inner_text("#list")
    page.click("#list button")
    shown(page, "#")
    assert page.inner_text("#count").startswith("291 claims")


def test_a_bar_of_the_timeline_chooses_its_period_and_a_ribbon_its_pair(visit: Visit) -> None:
    page = visit()
    page.click(".timeline .as-table summary")
    page.click(".timeline tbody tr:first-child button")
    page.wait_for_function("() => document.documentElement.dataset.shown.includes('from=2021')")
    page.locator(".ribbon.can-choose").first.dispatch_event("click")
    page.wait_for_function("() => document.documentElement.dataset.shown.includes('supplier=')")
    assert page.locator(".chip").count() == 4
