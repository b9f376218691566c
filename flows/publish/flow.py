"""The publish stage as tasks: stage a release, then, once it is validated, publish it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.limits import TASK_SECONDS
from flows.publish.release import Staged, publish, stage
from schemas.tables import RELEASE_TABLES


@task(
    name="stage release",
    task_run_name="stage release",
    timeout_seconds=TASK_SECONDS,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def stage_release(
    tables: Mapping[str, Path], output: Path, extractor_version: str, today: date | None = None
) -> Staged:
    """Writes the tables and documents of a release under `output/staging`."""
    return stage(tables, output, extractor_version, today)


@task(name="publish release", task_run_name="publish {staged.version}", cache_policy=NO_CACHE, persist_result=False)
def publish_release(staged: Staged, output: Path, run: Mapping[str, Any] | None = None) -> Path:
    """Makes the staged release the latest one; returns its folder. `run` is what its manifest tells of the run.

    No time limit and no second try: a move of the pointer is not stopped half-way, and a second one not made blindly.
    """
    return publish(staged, output, row_counts(staged.folder), run)


def row_counts(folder: Path) -> dict[str, int]:
    """Rows of each table of a release folder."""
    return {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in RELEASE_TABLES}
