"""The explorer is readable and usable for everybody: by keyboard, on a phone, in both themes, without motion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.explore.conftest import Visit, shown
from tests.explore.release import CONTESTED

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = {"width": 360, "height": 800}
CONTRASTS = Path(__file__).with_name("contrasts.js").read_text(encoding="utf-8")


def contrast(first: list[float], second: list[float]) -> float:
    """WCAG contrast of two sRGB colours with parts from 0 to 255."""

    def luminance(colour: list[float]) -> float:
        parts = [part / 255 for part in colour]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def focused(page: Page) -> str:
    """The control that has the focus: its name, label or words."""
    found: str = page.evaluate(
        """() => {
          const one = document.activeElement;
          if (one.dataset.focus) return one.dataset.focus;
          return one.name && one.value ? `${one.name}=${one.value}` : one.id || one.textContent.trim();
        }"""
    )
    return found


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the control has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"Tab never reaches {name}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("hash_", ["#status=contested&supplier=IRN", f"#event={CONTESTED}"])
def test_text_stands_out_from_its_ground(visit: Visit, theme: str, hash_: str) -> None:
    page = visit(hash_, color_scheme=theme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 80
    assert [row for row in ratios if row[0] < row[1]] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_and_edges_stand_out_from_the_page(visit: Visit, theme: str) -> None:
    page = visit("#", color_scheme=theme)
    colours: dict[str, list[float]] = page.evaluate(
        """names => {
          const probe = document.body.appendChild(document.createElement("span"));
          const entries = names.map((name) => {
            probe.style.color = `var(--${name})`;
            return [name, getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number)];
          });
          probe.remove();
          return Object.fromEntries(entries);
        }""",
        ["paper", "for", "against", "edge", "focus", "contested", "accent"],
    )
    low = {name: contrast(colour, colours["paper"]) for name, colour in colours.items() if name != "paper"}
    assert {name: ratio for name, ratio in low.items() if ratio < 3} == {}


def test_the_keyboard_reaches_an_event_and_comes_back(visit: Visit) -> None:
    page = visit("#", viewport={"width": 1200, "height": 900})
    page.keyboard.press("Tab")
    assert focused(page) == "skip"
    assert page.locator("#skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert focused(page) == "results"
    page.focus("#home")
    tab_to(page, "supplier=IRN")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    shown(page, "#supplier=IRN")
    assert focused(page) == "supplier=IRN"
    tab_to(page, "view events")
    page.keyboard.press("Enter")
    shown(page, "#supplier=IRN&view=events")
    assert focused(page) == "view events"
    tab_to(page, "Iran → Russia")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.documentElement.dataset.shown.includes('event=')")
    assert focused(page) == "event-title"
    page.go_back()
    shown(page, "#supplier=IRN&view=events")


def test_a_chosen_actor_keeps_the_focus(visit: Visit) -> None:
    page = visit("#")
    page.focus("[data-focus='recipient UKR']")
    page.keyboard.press("Enter")
    shown(page, "#recipient=UKR")
    assert focused(page) == "recipient UKR"
    assert page.get_attribute("[data-focus='recipient UKR']", "aria-pressed") == "true"


def test_after_a_turn_of_the_page_the_list_has_the_focus(visit: Visit) -> None:
    page = visit("#")
    page.click("text=Next")
    shown(page, "#page=2")
    assert focused(page).startswith("list")


def test_every_control_has_a_name(visit: Visit) -> None:
    page = visit("#supplier=IRN")
    nameless = page.evaluate(
        """() => {
          const said = (one) => one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent;
          const isNamed = (one) => said(one).trim() && (one.labels?.[0]?.control ?? one) === one;
          const controls = [...document.querySelectorAll("button, a, input, select, summary, [tabindex='0']")];
          return controls.filter((one) => one.checkVisibility() && !isNamed(one)).map((one) => one.outerHTML);
        }"""
    )
    assert nameless == []
    tables = page.eval_on_selector_all(
        "table", "tables => tables.map((one) => one.querySelectorAll('th[scope=col]').length)"
    )
    assert tables == [4, 5]
    assert page.get_attribute("#count", "aria-live") == "polite"
    assert page.get_attribute("html", "lang") == "en"


@pytest.mark.parametrize("hash_", ["#", "#view=events", f"#event={CONTESTED}", "#event=e404"])
def test_nothing_is_wider_than_a_phone(visit: Visit, hash_: str) -> None:
    page = visit(hash_, viewport=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_the_filters_open_and_close(visit: Visit) -> None:
    page = visit("#type=drones", viewport=PHONE)
    assert page.inner_text("#filters-toggle") == "Filters (1)"
    assert page.is_hidden("#filters")
    page.click("#filters-toggle")
    assert page.is_visible("input[name=supplier][value=IRN]")
    assert page.get_attribute("#filters-toggle", "aria-expanded") == "true"


def test_a_chosen_theme_outlives_the_page(visit: Visit) -> None:
    page = visit("#", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    shown(page, "#")
    assert page.evaluate(ground) == dark
    assert page.get_attribute("#theme", "aria-pressed") == "true"


@pytest.mark.parametrize(("wish", "moves"), [("reduce", False), ("no-preference", True)])
def test_things_move_only_for_those_who_do_not_mind(visit: Visit, wish: str, moves: bool) -> None:
    settings: dict[str, Any] = {"reduced_motion": wish}
    page = visit("#", **settings)
    times = page.eval_on_selector_all(
        "*", "all => all.map((one) => parseFloat(getComputedStyle(one).transitionDuration))"
    )
    assert (max(times) > 0) == moves
