"""The page of an event sets what is said for it beside what is said against it, and a contested one looks contested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.explore.conftest import Visit, shown
from tests.explore.release import CONTESTED, LARGE, MANY

if TYPE_CHECKING:
    from playwright.sync_api import Page


def claims_in(page: Page, column: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        f".column.{column} [data-claim]", "cards => cards.map((card) => card.dataset.claim)"
    )
    return found


def test_claims_for_and_against_stand_side_by_side_newest_first(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    assert claims_in(page, "for") == ["cf000000000000005", "cf000000000000003", "cf000000000000001"]
    assert claims_in(page, "against") == ["cf000000000000004", "cf000000000000002"]
    assert claims_in(page, "conditional") == ["cf000000000000006"]
    pro, contra = (page.locator(f".column.{side}").bounding_box() for side in ("for", "against"))
    assert pro is not None and contra is not None
    assert pro["y"] == contra["y"] and pro["x"] + pro["width"] <= contra["x"]


def test_on_a_phone_they_stand_one_above_the_other(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}", viewport={"width": 360, "height": 800})
    pro, contra = (page.locator(f".column.{side}").bounding_box() for side in ("for", "against"))
    assert pro is not None and contra is not None
    assert pro["x"] == contra["x"] and pro["y"] + pro["height"] <= contra["y"]


def test_a_contested_event_differs_in_words_and_form(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    assert page.inner_text("#event-title") == "Iran → Russia: missiles"
    assert page.title().startswith("Iran → Russia: missiles · ")
    standing = page.inner_text(".standing")
    assert "contested" in standing
    assert "Affirmed or suspected by the article itself. Denied or negated by Iran." in standing
    border = "element => getComputedStyle(element).borderTopStyle"
    assert page.eval_on_selector(".standing .status", border) == "dashed"
    page = visit(f"#event={LARGE}")
    assert page.eval_on_selector(".standing .status", border) == "solid"


def test_many_claims_come_in_portions(visit: Visit) -> None:
    page = visit(f"#event={LARGE}")
    assert len(claims_in(page, "for")) == 20
    assert page.inner_text(".column.against .empty") == "No claim of this event is denied or negated."
    for n_shown in (40, len(MANY)):
        page.click(".column.for > .more")
        page.wait_for_function("n => document.querySelectorAll('.column.for [data-claim]').length === n", arg=n_shown)
    assert page.is_hidden(".column.for > .more")


def test_the_way_to_an_event_and_back_keeps_the_filters(visit: Visit) -> None:
    page = visit("#factuality=denied&status=contested")
    page.click("[data-claim] .dyad >> nth=0")
    shown(page, f"#factuality=denied&status=contested&event={CONTESTED}")
    page.click(".back a")
    shown(page, "#factuality=denied&status=contested")
    assert page.inner_text("#count").startswith("2 claims")


def test_an_event_that_is_not_there_is_said_to_be_so(visit: Visit) -> None:
    page = visit("#event=e404")
    assert page.inner_text("#event-title") == "This release has no such event"


def test_two_addresses_in_quick_succession_end_at_the_second(visit: Visit) -> None:
    page = visit("#")
    page.evaluate(f"() => {{ location.hash = '#event={LARGE}'; location.hash = '#event={CONTESTED}'; }}")
    shown(page, f"#event={CONTESTED}")
    page.evaluate(
        f"() => {{ location.hash = '#event={LARGE}'; setTimeout(() => {{ location.hash = '#supplier=USA'; }}) }}"
    )
    shown(page, "#supplier=USA")
    page.wait_for_timeout(300)
    assert page.is_visible("#overview") and page.is_hidden("#event")
