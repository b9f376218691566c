"""The validate stage: reads a staged release again, holds it against every rule, and writes the verdict beside it."""

from __future__ import annotations

import json
from pathlib import Path

from prefect import flow, task

from expectations.engine import build_frames, evaluate
from expectations.gate import Permissions, ValidationReport, judge
from expectations.page import page
from expectations.release import Release, read_release
from expectations.rulebook import rulebook
from flows.limits import TASK_SECONDS

REPORT_FILE = "validation.json"
DOCS_FILE = Path("data_docs") / "index.html"


@flow(name="validate", flow_run_name="validate {release_dir.name}", log_prints=False)
def validate(
    release_dir: Path,
    previous: Path | None = None,
    texts: Path | None = None,
    allow_shrink: bool = False,
    allow_empty: bool = False,
    publishing: bool = True,
) -> ValidationReport:
    """Validates the Parquet files under `release_dir`; see `validate_files` for the arguments."""
    return validate_release(release_dir, previous, texts, allow_shrink, allow_empty, publishing)


@task(name="validate release", task_run_name="validate {release_dir.name}", timeout_seconds=TASK_SECONDS)
def validate_release(
    release_dir: Path,
    previous: Path | None,
    texts: Path | None,
    allow_shrink: bool,
    allow_empty: bool,
    publishing: bool,
) -> ValidationReport:
    """One task for the whole release: its rules compare tables with each other."""
    return validate_files(release_dir, previous, texts, Permissions(allow_shrink, allow_empty, publishing))


def validate_files(
    release_dir: Path,
    previous: Path | None = None,
    texts: Path | None = None,
    permissions: Permissions = Permissions(),  # noqa: B008 - frozen
) -> ValidationReport:
    """Reads the release again, judges it and writes `validation.json` and `data_docs/index.html` into it.

    `previous` is the folder of the release published before; `texts` the file of ingested articles with their texts.
    Without it the checks of verbatim words are `not_run`, which blocks unless `permissions.publishing` is false (a
    release that is checked again later). Never raises for a bad release: what is wrong with it is in the report.
    """
    report = examine(read_release(release_dir, previous, texts), permissions)
    write_report(report, release_dir)
    return report


def examine(release: Release, permissions: Permissions = Permissions()) -> ValidationReport:  # noqa: B008 - frozen
    """The verdict on a release in memory."""
    rules = rulebook()
    frames = build_frames(release, rules)
    heights = {name: frame.height for name, frame in frames.frames.items()}
    evaluations = evaluate(frames, rules)
    return judge(rules, evaluations, heights, release.texts is not None, release.previous is not None, permissions)


def write_report(report: ValidationReport, folder: Path) -> None:
    """Writes the report as data and as a page, the same bytes for the same report."""
    (folder / DOCS_FILE).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.as_dict(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / REPORT_FILE).write_bytes(text.encode("utf-8"))
    (folder / DOCS_FILE).write_bytes(page(report).encode("utf-8"))
