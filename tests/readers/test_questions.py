"""Every tool gives the same answer to the documented questions, and the right one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.readers.tools import QUERIES, TOOLS, Row, Tool

Tables = dict[str, list[dict[str, Any]]]


def drones_to_russia(tables: Tables) -> list[Row]:
    """Month, supplier, claims and stories of drones that are said, as fact, to have been given to Russia."""
    wanted = {"recipient_id": "RUS", "support_type": "drones", "stage_group": "delivered", "factuality": "affirmed"}
    stories = {row["article_id"]: row["story_id"] for row in tables["articles"]}
    told: dict[Row, list[str]] = {}
    for row in tables["claims"]:
        if row["reported_at"] is not None and all(row[column] == value for column, value in wanted.items()):
            key = (row["reported_at"].date().replace(day=1), row["supplier_id"])
            told.setdefault(key, []).append(stories[row["article_id"]])
    return [(*key, len(told[key]), len(set(told[key]))) for key in sorted(told)]


def denied(tables: Tables) -> list[Row]:
    """Every denial: who denies what, and who affirms it."""
    events = {row["event_id"]: row for row in tables["events"]}
    return sorted(
        (
            *(row[column] for column in ("claim_id", "claimant_id", "supplier_id", "recipient_id", "support_type")),
            *(events[row["event_id"]][column] for column in ("status", "affirmed_by")),
        )
        for row in tables["claims"]
        if row["factuality"] == "denied"
    )


def contested(tables: Tables) -> list[Row]:
    """Every event on which the claims disagree, with who affirms and who denies it."""
    shown = ("event_id", "supplier_id", "recipient_id", "support_type", "affirmed_by", "denied_by", "n_claims")
    return sorted(tuple(row[column] for column in shown) for row in tables["events"] if row["status"] == "contested")


QUESTIONS: dict[str, Callable[[Tables], list[Row]]] = {
    "drones_to_russia": drones_to_russia,
    "denied": denied,
    "contested": contested,
}


def test_every_question_is_asked_of_every_tool() -> None:
    names = {tool.name.partition("-")[0] for tool in TOOLS} | {"spark"}
    written = sorted(tuple(path.name.split(".")[:2]) for path in QUERIES.iterdir())
    assert written == sorted((question, name) for question in QUESTIONS for name in names)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_right(tool: Tool, question: str, release: Path, rows: Tables) -> None:
    expected = QUESTIONS[question](rows)
    assert expected
    assert tool.answer(question, release) == expected


def test_the_questions_are_hard_enough(rows: Tables) -> None:
    """Two months that local time would join, copies of one story, a denial of what is affirmed and of what is not."""
    by_month = drones_to_russia(rows)
    assert [(str(month), supplier, n, stories) for month, supplier, n, stories in by_month] == [
        ("2024-09-01", "IRN", 2, 1),
        ("2024-10-01", "CHN", 1, 1),
        ("2024-10-01", "IRN", 1, 1),
    ]
    assert {row[5] for row in denied(rows)} == {"contested", "denied"}
    assert len(contested(rows)) == 1
