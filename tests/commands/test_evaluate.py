"""`materiel evaluate` scores a release and writes the reports that are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.calling import materiel
from tests.commands.conftest import DENIED, SHELLS, SUSPECTED
from tests.small_release import gold_claim, write_gold, write_release


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Gold for the two articles of the release: the denial is coded, and a claim that the release misses."""
    return write_gold(
        tmp_path / "gold.jsonl",
        {
            "wire-1": [
                gold_claim(SUSPECTED, "IRN", "RUS", factuality="suspected", claimant="USA", quantity_low=200),
                gold_claim(DENIED, "IRN", "RUS", factuality="denied", claimant="IRN"),
            ],
            "wire-2": [gold_claim(SHELLS, "PRK", "RUS", support_type="artillery")],
        },
    )


def test_the_report_holds_scores_causes_and_breakdowns(output: Path, gold: Path) -> None:
    answer = materiel("evaluate", gold, "--output", output)
    assert answer.code == 0
    assert answer.lines[0] == (
        "2024.09.08-bbbbbbbb against gold.jsonl: 2 articles, 0 not in the release, 3 gold claims"
    )
    rows = [" ".join(line.split()) for line in answer.lines]
    assert "wrong type 1 1 +0.250" in rows
    assert any(row.startswith("full 0.400 0.667 0.500") for row in rows)
    assert "IRN>RUS 2 2 2 1.000 1.000 1.000" in rows


def test_reports_are_written_to_the_files_named(output: Path, gold: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    answer = materiel(
        "evaluate", gold, "--output", output, "--json", folder / "scores.json", "--errors", folder / "errors.tsv",
        "--markdown", folder / "report.md",
    )  # fmt: skip
    assert answer.code == 0
    assert json.loads((folder / "scores.json").read_text(encoding="utf-8"))["full"]["counts"] == [2, 5, 3]
    assert len((folder / "errors.tsv").read_text(encoding="utf-8").splitlines()) == 1 + 1 + 3
    assert (folder / "report.md").read_text(encoding="utf-8").startswith("# Evaluation\n")


def test_json_can_go_to_standard_output_alone(output: Path, gold: Path) -> None:
    answer = materiel("evaluate", gold, "--output", output, "--json", "-", "--half", "odd")
    scores = json.loads(answer.out)
    assert (scores["half"], scores["articles"], scores["full"]["f1"]) == ("odd", 1, 1.0)


def test_articles_that_the_release_does_not_hold_are_named(output: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", {"wire-1": [], "wire-8": []})
    answer = materiel("evaluate", gold, "--output", output)
    assert answer.code == 0
    assert "1 gold articles are not in the release and count as missed: wire-8" in answer.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "other", "claims": []}\n', "holds none of the articles of gold.jsonl"),
        ("not json\n", "gold.jsonl:1: not a coded article"),
        ("", "holds no article"),
    ],
)
def test_gold_that_cannot_be_used_is_refused(output: Path, tmp_path: Path, content: str, message: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(content, encoding="utf-8")
    answer = materiel("evaluate", gold, "--output", output)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


@pytest.mark.parametrize("content", [None, b"not parquet at all"])
def test_a_release_with_a_missing_or_damaged_table_is_named(gold: Path, tmp_path: Path, content: bytes | None) -> None:
    release = write_release(tmp_path / "release")
    (release / "articles.parquet").unlink()
    if content is not None:
        (release / "articles.parquet").write_bytes(content)
    answer = materiel("evaluate", gold, "--release", release)
    assert (answer.code, answer.out) == (2, "")
    assert "release cannot be read" in answer.err


def test_a_missing_gold_file_is_named(output: Path, tmp_path: Path) -> None:
    answer = materiel("evaluate", tmp_path / "absent.jsonl", "--output", output)
    assert answer.code == 2
    assert "absent.jsonl: cannot be read" in answer.err


def test_a_report_that_cannot_be_written_is_named(output: Path, gold: Path, tmp_path: Path) -> None:
    answer = materiel("evaluate", gold, "--output", output, "--json", tmp_path)
    assert answer.code == 2
    assert "cannot be written" in answer.err
