"""The whole flow with an object store as its output: the same bytes, the same caches, a record of each run."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import ValidationReport
from flows import dataset as parent
from flows.dataset import DatasetResult, run_dataset
from flows.store.objects import Store
from schemas.tables import RELEASE_TABLES
from tests.test_dataset import ENGINE, QUIET, STORIES
from tests.test_dataset import Run as LocalRun


class Run(LocalRun):
    """Runs of one corpus, into a folder or a store."""

    def __call__(self, **options: object) -> DatasetResult:
        options = {"output": self.output, "workers": 1} | options
        return run_dataset([str(self.corpus)], model=str(self.log), engine=ENGINE, **options)  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path: Path, prefect_harness: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs whose validation passes at once."""
    monkeypatch.setattr(parent, "validate", lambda *_: ValidationReport(True, [], {}, []))
    return Run(tmp_path)


def pointed_to(store: Store) -> str:
    found = store.read("latest.json")
    assert found is not None
    return str(json.loads(found.data)["version"])


def test_a_release_in_a_store_has_the_bytes_of_one_in_a_folder(run: Run, address: str, store: Store) -> None:
    local, there = run(), run(output=address)
    assert (there.status, there.version) == ("published", local.version), there.reason
    assert there.address == f"{address}/releases/{there.version}"
    assert local.release_dir is not None
    listed = json.loads((local.release_dir / "release.json").read_text())["files"]
    prefix = f"releases/{there.version}"
    assert store.names(prefix).keys() == {f"{prefix}/{name}" for name in [*listed, "release.json"]}
    for name in RELEASE_TABLES:
        found = store.read(f"{prefix}/{name}.parquet")
        assert found is not None and found.data == (local.release_dir / f"{name}.parquet").read_bytes(), name
    index = store.read("releases.json")
    assert index is not None
    assert [one["version"] for one in json.loads(index.data)["releases"]] == [there.version]
    assert pointed_to(store) == there.version


def test_another_machine_goes_on_where_the_first_one_ended(
    run: Run, address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(output=address)
    monkeypatch.setenv("MATERIEL_STAGING", str(tmp_path / "another-machine"))
    second = run(output=address)
    assert (second.status, second.version) == ("unchanged", first.version), second.reason
    assert (second.counts["n_extracted"], second.counts["n_cached"]) == (0, 9)
    run.write([*STORIES, ("Another", "Blr sends rockets to rus")])
    third = run(output=address)
    assert third.status == "published", third.reason
    assert third.release_dir is not None
    told = json.loads((third.release_dir / "changes.json").read_text())
    assert (told["previous_version"], told["tables"]["articles"]["n_added"]) == (first.version, 1)
    assert len(store.names("runs")) == 3


def test_a_failed_run_leaves_its_record_in_the_store_and_the_pointer_alone(
    run: Run, address: str, store: Store
) -> None:
    first = run(output=address)
    run.write([*STORIES, ("A riddle", f"{QUIET}This BREAKS THE PARSER")])
    failed = run(output=address)
    assert failed.status == "failed" and failed.failure_dir is not None
    record = store.read(f"failures/{failed.failure_dir.name}/failure.json")
    assert record is not None and json.loads(record.data)["latest_version"] == first.version
    assert pointed_to(store) == first.version


def test_polars_reads_a_table_at_its_address(run: Run, address: str, server: str) -> None:
    result = run(output=address)
    options = {"aws_endpoint_url": server, "aws_allow_http": "true"}
    claims = pl.read_parquet(f"{result.address}/claims.parquet", storage_options=options)
    assert claims.height == 18


def test_a_corpus_in_the_store_is_read(run: Run, address: str, store: Store) -> None:
    store.send({"corpus/news.jsonl": run.corpus})
    result = run_dataset([f"{address}/corpus"], f"{address}/out", model=str(run.log), engine=ENGINE, workers=1)
    assert result.status == "published", result.reason
    assert result.counts["articles"] == 9
