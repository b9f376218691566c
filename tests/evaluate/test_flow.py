"""The evaluation as a flow writes its reports to a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.small_release import article, claim, gold_claim, write_gold, write_release

SENTENCE = "Japan gave the Philippines five coastal radars, the defence secretary said in Manila."


@pytest.mark.usefixtures("prefect_harness")
def test_the_flow_writes_scores_report_and_errors(tmp_path: Path) -> None:
    from flows.evaluate.flow import evaluate

    release = write_release(
        tmp_path / "release",
        claims=[claim(SENTENCE, "JPN", "PHL", support_type="equipment")],
        articles=[article(source_id="x1")],
    )
    gold = write_gold(tmp_path / "gold.jsonl", {"x1": [gold_claim(SENTENCE, "JPN", "PHL", support_type="naval")]})

    scores = evaluate(release, gold, tmp_path / "reports")

    assert scores["dyad"]["f1"] == 1.0
    assert json.loads((tmp_path / "reports" / "evaluation.json").read_text(encoding="utf-8")) == scores
    assert "| wrong type | 1 | 1 |" in (tmp_path / "reports" / "evaluation.md").read_text(encoding="utf-8")
    assert len((tmp_path / "reports" / "errors.tsv").read_text(encoding="utf-8").splitlines()) == 3
