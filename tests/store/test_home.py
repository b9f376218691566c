"""A release is made here, uploaded whole, then pointed to; whatever dies when, readers see the old one or the new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.store.copy import complete, copy_of, machine_folder
from flows.store.home import StoreHome, run_folder, sweep
from flows.store.objects import Store, StoreConflictError, StoreError
from tests.commands.calling import materiel
from tests.store.publishing import ONE, TWO, pointed_to, publish_at, run_at


def test_every_file_of_a_release_is_in_the_store_as_it_is_here(address: str, store: Store, tmp_path: Path) -> None:
    release, there = publish_at(address, tmp_path, ONE)
    prefix = f"releases/{release.name}"
    assert there == f"{address}/{prefix}"
    own = {path.relative_to(release).as_posix(): path for path in release.rglob("*") if path.is_file()}
    assert store.names(prefix).keys() == {f"{prefix}/{name}" for name in own}
    for name, path in own.items():
        found = store.read(f"{prefix}/{name}")
        assert found is not None and found.data == path.read_bytes(), name
    assert pointed_to(store) == release.name
    index = store.read("releases.json")
    assert index is not None
    assert [one["version"] for one in json.loads(index.data)["releases"]] == [release.name]


def test_another_machine_has_the_latest_release_to_compare_with(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = publish_at(address, tmp_path, ONE)
    monkeypatch.setenv("MATERIEL_STAGING", str(tmp_path / "another-machine"))
    second, _ = publish_at(address, tmp_path, ONE, TWO)
    told = json.loads((second / "changes.json").read_text())
    assert (told["previous_version"], told["tables"]["claims"]["n_added"]) == (first.name, 1)


@pytest.mark.parametrize("broken", ["claims.parquet", "release.json", "latest.json"])
def test_an_upload_that_dies_leaves_the_old_release_and_the_next_run_cleans_up(
    address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    first, _ = publish_at(address, tmp_path, ONE)
    with monkeypatch.context() as patch:
        break_at(patch, broken)
        with pytest.raises(StoreError, match="the line is dead"):
            publish_at(address, tmp_path, ONE, TWO)
    assert pointed_to(store) == first.name
    assert json.loads((run_folder(address) / "latest.json").read_text())["version"] == first.name
    second, _ = publish_at(address, tmp_path, ONE, TWO)
    assert pointed_to(store) == second.name != first.name
    folder = complete(copy_of(address) / "releases" / second.name)
    assert json.loads((folder / "release.json").read_text())["previous_version"] == first.name
    assert sweep(store) == []


def test_an_index_that_could_not_be_written_is_mended_by_the_next_run(
    address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Store.write

    def writes(self: Store, name: str, data: bytes) -> None:
        if name == "releases.json":
            raise StoreError("the line is dead")
        write(self, name, data)

    with monkeypatch.context() as patch, pytest.warns(RuntimeWarning, match=r"releases\.json could not be written"):
        patch.setattr(Store, "write", writes)
        release, _ = publish_at(address, tmp_path, ONE)
    assert store.read("releases.json") is None
    with run_at(address):
        pass
    index = store.read("releases.json")
    assert index is not None
    assert [one["version"] for one in json.loads(index.data)["releases"]] == [release.name]


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
    address: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = StoreHome.upload

    def meanwhile(self: StoreHome, release: Path) -> None:
        upload(self, release)
        store.write("latest.json", json.dumps({"version": "theirs", "content_digest": "0"}).encode())

    monkeypatch.setattr(StoreHome, "upload", meanwhile)
    with pytest.raises(StoreConflictError, match="was written by somebody else"):
        publish_at(address, tmp_path, ONE)
    assert pointed_to(store) == "theirs"


def test_readings_feeds_and_days_go_on_with_another_machine(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = ("cache/reader-1/0a.parquet", "feeds/world.xml/000001-0123456789abcdef.gz", "periods.json")
    with run_at(address) as home:
        for name in left:
            (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (home.folder / name).write_text("[]")
    monkeypatch.setenv("MATERIEL_STAGING", str(tmp_path / "another-machine"))
    with run_at(address) as home:
        home.bring_readings("reader-1")
        assert all((home.folder / name).read_text() == "[]" for name in left)


def test_a_store_that_cannot_be_reached_is_named(server: str, address: str) -> None:
    with pytest.raises(StoreError, match="s3://no-such-bucket/place"), run_at("s3://no-such-bucket/place"):
        pass


def test_commands_read_a_release_from_a_store(address: str, store: Store, tmp_path: Path) -> None:
    release, _ = publish_at(address, tmp_path, ONE, TWO)
    claims = materiel("claims", "--output", address, "--limit", "0", "--format", "jsonl")
    assert claims.code == 0, claims.err
    assert len(claims.lines) == 2
    listed = json.loads(materiel("releases", "--check", "--output", address, "--format", "json").out)
    assert [(one["version"], one["status"]) for one in listed] == [(release.name, "latest")]
    store.write(f"releases/{release.name}/events.parquet", b"no such thing")
    (copy_of(address) / "releases" / release.name / "events.parquet").unlink()
    damaged = materiel("events", "--output", address)
    assert damaged.code == 2
    assert "events.parquet: is not the file that was published" in damaged.err


def test_two_stores_have_folders_of_their_own(store: Store, address: str) -> None:
    assert machine_folder(store) != machine_folder(Store.at(f"{address}-2"))
    assert run_folder(address).parent == machine_folder(store)
