"""The publish stage as tasks: stage a release, then, once it is validated, publish it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.publish.release import Staged, publish, stage
from schemas.tables import RELEASE_TABLES


@task(name="stage release", cache_policy=NO_CACHE, persist_result=False)
def stage_release(
    tables: Mapping[str, Path], output: Path, extractor_version: str, today: date | None = None
) -> Staged:
    """Writes the tables and documents of a release under `output/staging`."""
    return stage(tables, output, extractor_version, today)


@task(name="publish release", cache_policy=NO_CACHE, persist_result=False)
def publish_release(staged: Staged, output: Path) -> Path:
    """Makes the staged release the latest one; returns its folder."""
    return publish(staged, output, row_counts(staged.folder))


def row_counts(folder: Path) -> dict[str, int]:
    """Rows of each table of a release folder."""
    return {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in RELEASE_TABLES}
