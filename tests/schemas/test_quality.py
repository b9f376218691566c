"""The quality figures of the card are those of `docs/evaluation.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas import quality
from schemas.quality import Measurement, ScoreTable, measurements
from tests.docs.markdown import ROOT, Page

EVALUATION = Page(ROOT / "docs" / "evaluation.md")
TABLES = [table for one in measurements() for table in one.tables]


def told(scores: ScoreTable, row: str) -> list[float]:
    """What `docs/evaluation.md` tells in the columns of this table."""
    found = [one for one in EVALUATION.rows if one.heading == scores.heading and one.cells[0] == row]
    assert len(found) == 1, f"{row!r} stands {len(found)} times under {scores.heading!r}"
    cells = dict(zip(found[0].columns, found[0].cells, strict=True))
    return [float(cells[column]) for column in scores.columns]


@pytest.mark.parametrize("scores", TABLES, ids=lambda scores: scores.heading)
def test_figures_are_those_of_the_evaluation(scores: ScoreTable) -> None:
    assert {row.row: told(scores, row.row) for row in scores.rows} == {row.row: list(row.values) for row in scores.rows}


@pytest.mark.parametrize("one", measurements(), ids=lambda one: one.name)
def test_the_evaluation_names_the_commit(one: Measurement) -> None:
    assert f"`{one.commit}`" in EVALUATION.text
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", one.date)


def test_scores_on_dev_are_those_of_the_last_commit_that_was_scored() -> None:
    commits = [row.cells[0].strip("`") for row in EVALUATION.rows if row.heading == "Scores on dev"]
    assert commits[-1] == next(one.commit for one in measurements() if one.name == "dev")


def test_a_row_with_a_value_too_few_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "quality.toml"
    path.write_text(quality.PATH.read_text(encoding="utf-8").replace("[0.801, 0.777, 0.788]", "[0.801, 0.777]"))
    monkeypatch.setattr(quality, "PATH", path)
    with pytest.raises(ValueError, match="row 'sentence' under 'Agreement with gold' has 2 values for 3 columns"):
        measurements.__wrapped__()


def test_counts_and_shares_are_printed_as_such() -> None:
    assert (TABLES[-1].shown(200), TABLES[-1].shown(0.7)) == ("200", "0.70")
