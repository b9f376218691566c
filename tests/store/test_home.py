"""A release is made here, uploaded whole, then pointed to; whatever dies when, readers see the old one or the new."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import ValidationReport
from flows import dataset as parent
from flows.dataset import DatasetResult, run_dataset
from flows.store import home as homes
from flows.store.copy import complete, copy_of, machine_folder
from flows.store.home import StoreHome, sweep
from flows.store.objects import Store, StoreError
from schemas.tables import RELEASE_TABLES
from tests.commands.calling import materiel
from tests.test_dataset import ENGINE, STORIES
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
    run.write([*STORIES, ("A riddle", "This BREAKS THE PARSER")])
    failed = run(output=address)
    assert failed.status == "failed" and failed.failure_dir is not None
    record = store.read(f"failures/{failed.failure_dir.name}/failure.json")
    assert record is not None and json.loads(record.data)["latest_version"] == first.version
    assert pointed_to(store) == first.version


@pytest.mark.parametrize("name", ["claims.parquet", "release.json", "latest.json"])
def test_an_upload_that_dies_leaves_the_old_release_and_the_next_run_cleans_up(
    run: Run, address: str, store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first = run(output=address)
    run.write([*STORIES, ("Another", "Blr sends rockets to rus")])
    with monkeypatch.context() as patch:
        break_at(patch, name)
        broken = run(output=address)
    assert (broken.status, broken.failed_stage) == ("failed", "publish")
    assert "the line is dead" in str(broken.reason)
    assert pointed_to(store) == first.version
    again = run(output=address)
    assert again.status == "published", again.reason
    assert again.version == broken.version != first.version
    assert pointed_to(store) == again.version
    folder = copy_of(address) / "releases" / str(again.version)
    complete(folder)
    manifest = json.loads((folder / "release.json").read_text())
    assert manifest["previous_version"] == first.version
    assert sweep(store) == []


def break_at(patch: pytest.MonkeyPatch, broken: str) -> None:
    """Makes every upload of an object of this name fail, after those before it."""
    send, replace = Store.send, Store.replace

    def sends(self: Store, files: dict[str, Path]) -> None:
        for name in sorted(files):
            if name.startswith("releases/") and name.endswith(f"/{broken}"):
                raise StoreError("the line is dead")
            send(self, {name: files[name]})

    def replaces(self: Store, name: str, *rest: object) -> None:
        if name == broken:
            raise StoreError("the line is dead")
        replace(self, name, *rest)  # type: ignore[arg-type]

    patch.setattr(Store, "send", sends)
    patch.setattr(Store, "replace", replaces)


def test_a_pointer_that_somebody_else_has_moved_is_not_moved_back(
    run: Run, address: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = StoreHome.upload

    def meanwhile(self: StoreHome, release: Path) -> None:
        upload(self, release)
        store.write("latest.json", json.dumps({"version": "theirs", "content_digest": "0"}).encode())

    monkeypatch.setattr(StoreHome, "upload", meanwhile)
    result = run(output=address)
    assert (result.status, result.failed_stage) == ("failed", "publish")
    assert "was written by somebody else" in str(result.reason)
    assert pointed_to(store) == "theirs"


def test_a_store_that_cannot_be_reached_ends_the_run_with_its_name(run: Run, server: str) -> None:
    with pytest.raises(StoreError, match="s3://no-such-bucket/place"):
        run(output="s3://no-such-bucket/place")


def test_commands_read_a_release_from_a_store(run: Run, address: str, store: Store) -> None:
    result = run(output=address)
    claims = materiel("claims", "--output", address, "--limit", "0", "--format", "jsonl")
    assert claims.code == 0, claims.err
    assert len(claims.lines) == 18
    listed = json.loads(materiel("releases", "--check", "--output", address, "--format", "json").out)
    assert [(one["version"], one["status"]) for one in listed] == [(result.version, "latest")]
    store.write(f"releases/{result.version}/events.parquet", b"no such thing")
    (copy_of(address) / "releases" / str(result.version) / "events.parquet").unlink()
    damaged = materiel("events", "--output", address)
    assert damaged.code == 2
    assert "events.parquet: is not the file that was published" in damaged.err


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


def test_two_stores_have_folders_of_their_own(store: Store, address: str) -> None:
    assert machine_folder(store) != machine_folder(Store.at(f"{address}-2"))
    assert homes.run_folder(address).parent == machine_folder(store)
