"""`changes.md` says in words and tables what the summary counts, and cannot be broken by words of the news."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.compare.page import Section, as_markdown, markdown, sections
from flows.compare.releases import Comparison
from flows.compare.summary import Summary, summary


@pytest.fixture
def told(comparison: Comparison) -> Summary:
    return summary(comparison)


def section(told: Summary, title: str) -> Section:
    return next(part for part in sections(told) if part.title == title)


def test_every_part_has_its_section(told: Summary) -> None:
    assert [part.title for part in sections(told)] == [
        "Versions",
        "Rows",
        "Claims by dyad and support type",
        "Events",
        "Newly contested events",
        "Events of another status",
        "New rejects",
    ]


def test_rows_of_every_table_are_counted(told: Summary) -> None:
    rows = {row[0]: row[1:] for row in section(told, "Rows").rows}
    assert set(rows) == set(told["tables"])
    assert rows["claims"][:5] == ("3", "3", "1", "1", "2")
    assert rows["articles"][-1] == "title (1)"


def test_another_extractor_is_explained(told: Summary) -> None:
    assert "The extractor is another one" in " ".join(section(told, "Versions").lines)
    same = told | {"previous_extractor_version": told["extractor_version"]}
    assert section(same, "Versions").lines == []


@pytest.mark.parametrize(
    ("levels", "meaning"),
    [
        (["minor", "major"], "look through queries"),
        (["patch", "minor"], "Queries that name their columns and values still work"),
        (["patch"], "Only explanations were reworded"),
    ],
)
def test_another_schema_is_explained_by_its_weightiest_change(told: Summary, levels: list[str], meaning: str) -> None:
    changes = [{"level": level, "what": f"column claims.{level}"} for level in levels]
    lines = section(told | {"schema_changes": changes}, "Versions").lines
    assert meaning in lines[0]
    assert f"- column claims.{levels[0]} ({levels[0]})" in lines


def test_a_schema_of_which_nothing_is_kept_is_said_to_be_unknown(told: Summary) -> None:
    assert "is not known" in section(told | {"schema_changes": None}, "Versions").lines[0]


def test_the_change_of_status_is_shown(told: Summary) -> None:
    rows = section(told, "Events of another status").rows
    assert [(row[0], row[-1]) for row in rows] == [("e1", "affirmed → contested"), ("e22", "planned → affirmed")]


def test_what_is_not_shown_is_counted(comparison: Comparison) -> None:
    (line, *_) = section(summary(comparison, limit=1), "Claims by dyad and support type").lines
    assert line == "3 sets of supplier, recipient and support type; the first 1 are shown."


def test_nothing_new_is_said_in_a_sentence(told: Summary) -> None:
    nothing = told | {"rejects": {"n_new": 0, "n_gone": 0, "by_reason": [], "new": []}}
    assert section(nothing, "New rejects").lines == ["No new rejects."]
    assert "| corpus |" not in as_markdown(nothing)


def test_the_first_release_has_nothing_to_be_compared_with(first: Comparison) -> None:
    parts = sections(summary(first))
    assert [part.title for part in parts] == ["Versions", "Rows"]
    assert parts[0].lines == ["This is the first release: there is none to compare it with."]


def test_words_of_files_and_messages_do_not_break_the_table(told: Summary) -> None:
    page = as_markdown(told)
    assert r"| wire\|2.jsonl | 7 | malformed_record | Expecting \*value\* |" in page
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_a_line_break_in_a_cell_is_a_space() -> None:
    page = markdown("T", [Section("S", [], ("a",), [("one\ntwo <b>",)])])
    assert page.endswith("| one two \\<b\\> |\n")


def test_the_page_of_a_release_is_that_of_its_changes(folders: tuple[Path, Path], told: Summary) -> None:
    assert (folders[1] / "changes.md").read_text(encoding="utf-8") == as_markdown(told)
