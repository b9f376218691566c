"""Objects are written whole, listed as they are, and bound to what was seen where that matters."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from flows.store.objects import Store, StoreConflictError, StoreError


@pytest.fixture(params=["s3", "memory"])
def any_store(request: pytest.FixtureRequest) -> Store:
    """A store that binds writes to versions, and one that does not."""
    if request.param == "s3":
        found: Store = request.getfixturevalue("store")
        return found
    fsspec.filesystem("memory").store.clear()
    return Store.at("memory://place/within")


def test_what_is_written_is_listed_by_its_name_and_read(any_store: Store) -> None:
    assert any_store.names("releases") == {}
    assert any_store.read("releases/a/release.json") is None
    any_store.write("releases/a/release.json", b"{}")
    assert any_store.names("releases") == {"releases/a/release.json": 2}
    found = any_store.read("releases/a/release.json")
    assert found is not None and found.data == b"{}"


def test_of_two_who_create_an_object_one_succeeds(any_store: Store) -> None:
    assert any_store.create("locks/1", b"mine")
    assert not any_store.create("locks/1", b"yours")
    found = any_store.read("locks/1")
    assert found is not None and found.data == b"mine"


def test_a_second_try_of_the_driver_meets_what_the_first_has_written(any_store: Store) -> None:
    assert any_store.create("locks/1", b"mine")
    assert any_store.create("locks/1", b"mine")


def test_an_object_is_replaced_only_as_it_was_seen(any_store: Store) -> None:
    any_store.replace("latest.json", b"one", None)
    seen = any_store.read("latest.json")
    any_store.write("latest.json", b"by somebody else")
    with pytest.raises(StoreConflictError, match=r"latest\.json: was written by somebody else"):
        any_store.replace("latest.json", b"two", seen)
    any_store.replace("latest.json", b"two", any_store.read("latest.json"))
    with pytest.raises(StoreConflictError):
        any_store.replace("latest.json", b"three", None)


def test_files_go_there_and_back(any_store: Store, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    any_store.send({"x/a": tmp_path / "a", "x/y/b": tmp_path / "b"})
    assert any_store.names("x") == {"x/a": 1000, "x/y/b": 1000}
    any_store.fetch({"x/a": tmp_path / "back" / "a", "x/y/b": tmp_path / "back" / "b"})
    assert (tmp_path / "back" / "b").read_bytes() == b"b" * 1000
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["a", "b"]
    any_store.remove(["x/a", "x/y/b"])
    assert any_store.names("x") == {}


def test_a_store_that_does_not_answer_is_named_with_the_remedy(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.at(address)

    def fails(*_: object, **__: object) -> None:
        raise TimeoutError("nobody at home")

    monkeypatch.setattr(store.filesystem, "pipe_file", fails)
    with pytest.raises(StoreError, match=r"s3://news/.*/a: TimeoutError: nobody at home; check the address"):
        store.write("a", b"")


def test_credentials_of_an_address_are_not_told() -> None:
    assert Store.at("memory://user:secret@host/place").url == "memory://***@host/place"
