"""The words of a role are marked where `materiel explain` marks them, whatever characters stand around."""

from __future__ import annotations

from typing import Any

import pytest

from flows.commands.roles import ROLES, find_roles
from tests.explore.conftest import Visit
from tests.explore.release import CONTESTED, TOLD
from tests.small_release import claim

FIND = """async (claims) => {
  const { findRoles, segments } = await import("./roles.js");
  return claims.map((claim) => {
    const { marks, elsewhere } = findRoles(claim);
    const before = (at) => [...claim.evidence_text.slice(0, at)].length;
    const places = marks.map(({ role, start, end }) => [role, before(start), before(end)]);
    return [places, elsewhere, segments(claim.evidence_text, marks)];
  });
}"""
HARD = [
    claim("Kyiv (and Lviv) got F-16s [sic] for $3.5bn.", "USA", "UKR", item_text="F-16s [sic]", quantity_text="$3.5bn"),
    claim("The USS Usa sailed; USA's aid came.", "USA", "UKR", supplier_text="USA", recipient_text="us"),
    claim("Türkiye'den Kıbrıs: Türkiye sent é́lan drones.", "USA", "UKR", supplier_text="Türkiye", item_text="lan"),
    claim(
        "Iran, Iran and Iran.", "USA", "UKR", supplier_text="Iran", recipient_text="Iran", claimant_text="Iran and Iran"
    ),
    claim("Nothing of it.", "USA", "UKR", supplier_text="Tehran", date_text="it."),
    claim("😀 Iran 😀 gave 😀 rockets.", "USA", "UKR", supplier_text="Iran", trigger_text="gave", item_text="rockets"),
    claim("a _Iran_ Iran2 Iran", "USA", "UKR", supplier_text="Iran"),
]


def for_page(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("evidence_text", *(f"{role}_text" for role in ROLES))}


def test_places_are_those_of_the_command_line(visit: Visit) -> None:
    rows = [*HARD, *TOLD]
    found = visit().evaluate(FIND, [for_page(row) for row in rows])
    for row, (places, elsewhere, pieces) in zip(rows, found, strict=True):
        marks, outside = find_roles(row)
        assert [tuple(place) for place in places] == [(mark.role, mark.start, mark.end) for mark in marks], row
        assert elsewhere == outside
        assert "".join(piece["text"] for piece in pieces) == row["evidence_text"]


def test_a_mark_within_a_mark_keeps_both_roles(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    inner = page.locator("#event [data-claim=cf000000000000004] .evidence mark mark")
    assert inner.evaluate_all("marks => marks.map((mark) => [mark.dataset.role, mark.textContent])") == [
        ["supplier", "Iran"]
    ]
    assert inner.first.evaluate("mark => mark.parentElement.dataset.role") == "claimant"


def test_words_of_another_sentence_are_named_as_such(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    key = page.inner_text("#event [data-claim=cf000000000000003] .key")
    assert "Moscow (in another sentence)" in key


@pytest.mark.parametrize("role", ["supplier", "recipient", "item", "trigger", "claimant", "quantity", "date"])
def test_every_role_is_marked_in_the_sentence(visit: Visit, role: str) -> None:
    page = visit(f"#event={CONTESTED}")
    words = page.locator(f".evidence mark.{role}").first
    assert words.evaluate("mark => getComputedStyle(mark).borderBottomStyle") != "none"
