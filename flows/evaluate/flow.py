"""Scores a release against hand-coded claims and keeps the report beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from prefect import flow, task

from flows.evaluate.rendering import as_error_lines, as_markdown
from flows.evaluate.report import Evaluation, evaluate_release
from flows.evaluate.sources import Half


@flow(name="evaluate")
def evaluate(release_dir: Path, gold: Path, report_dir: Path, half: Half | None = None) -> dict[str, Any]:
    """Score `release_dir` against `gold`; write `evaluation.json`, `.md` and `errors.tsv` to `report_dir`.

    Returns the scores as in `evaluation.json`. Raises GoldError where the gold file is not usable.
    """
    return score_release(release_dir, gold, report_dir, half)


@task(name="score release")
def score_release(release_dir: Path, gold: Path, report_dir: Path, half: Half | None) -> dict[str, Any]:
    """Evaluate the release and write the reports, in one task: the claims of a gold file are few."""
    evaluation = evaluate_release(release_dir, gold, half)
    write_reports(evaluation, report_dir)
    return evaluation.as_dict()


def write_reports(evaluation: Evaluation, report_dir: Path) -> None:
    """Write the scores (JSON), the report (Markdown) and the errors (tab-separated) to a folder."""
    report_dir.mkdir(parents=True, exist_ok=True)
    scores = json.dumps(evaluation.as_dict(), indent=2, ensure_ascii=False) + "\n"
    (report_dir / "evaluation.json").write_text(scores, encoding="utf-8")
    (report_dir / "evaluation.md").write_text(as_markdown(evaluation), encoding="utf-8")
    errors = "\n".join(as_error_lines(evaluation.diagnoses)) + "\n"
    (report_dir / "errors.tsv").write_text(errors, encoding="utf-8")
