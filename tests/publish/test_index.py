"""`releases.json` lists all releases; it follows from them, whoever dies when."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.publish import index, release
from flows.publish.index import release_index, write_index
from flows.publish.release import clear_leftovers, latest
from schemas.tables import RELEASE_TABLES, SCHEMA_VERSION
from tests.publish.rows import DENIAL, SHELLS, Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


def written(output: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((output / "releases.json").read_text(encoding="utf-8"))
    return found


def versions(output: Path) -> list[str]:
    return [one["version"] for one in written(output)["releases"]]


def aged(folder: Path, created_at: str) -> None:
    path = folder / "release.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"created_at": created_at}))


class Killed(BaseException):
    """Stands for the death of the process."""


def dies(error: BaseException) -> Callable[..., None]:
    def die(*_: object) -> None:
        raise error

    return die


def test_every_release_is_listed_with_what_it_is(publisher: Publisher) -> None:
    first = publisher.publish(SHELLS)
    second = publisher.publish(SHELLS, DENIAL)
    listed = {one["version"]: one for one in written(publisher.output)["releases"]}
    assert set(listed) == {first.name, second.name}
    entry = listed[second.name]
    manifest = json.loads((second / "release.json").read_text())
    assert entry["path"] == f"releases/{second.name}"
    assert entry["previous_version"] == first.name
    assert entry["schema_version"] == SCHEMA_VERSION
    assert entry["extractor_version"] == "test-1"
    assert (entry["created_at"], entry["content_digest"]) == (manifest["created_at"], manifest["content_digest"])
    assert set(entry["rows"]) == set(RELEASE_TABLES)
    assert entry["rows"]["claims"] == 2


def test_releases_are_listed_oldest_first(publisher: Publisher) -> None:
    first, second = publisher.publish(SHELLS), publisher.publish(SHELLS, DENIAL)
    for older, newer in ((first, second), (second, first)):
        aged(older, "2026-11-23T01:00:00+00:00")
        aged(newer, "2026-11-23T02:00:00+00:00")
        write_index(publisher.output)
        assert versions(publisher.output) == [older.name, newer.name]


def test_a_run_that_dies_between_pointer_and_index_is_healed_by_the_next(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.publish(SHELLS)
    with monkeypatch.context() as patch:
        patch.setattr(release, "write_index", dies(Killed()))
        with pytest.raises(Killed):
            publisher.publish(SHELLS, DENIAL)
    pointer = latest(publisher.output)
    assert pointer is not None and pointer["version"] != first.name
    assert versions(publisher.output) == [first.name]
    clear_leftovers(publisher.output)
    assert set(versions(publisher.output)) == {first.name, pointer["version"]}


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("{")])
def test_a_lost_or_damaged_index_is_made_again(publisher: Publisher, damage: Callable[[Path], object]) -> None:
    publisher.publish(SHELLS)
    before = (publisher.output / "releases.json").read_bytes()
    damage(publisher.output / "releases.json")
    clear_leftovers(publisher.output)
    assert (publisher.output / "releases.json").read_bytes() == before


def test_a_release_that_somebody_removed_is_no_longer_listed(publisher: Publisher) -> None:
    first, second = publisher.publish(SHELLS), publisher.publish(SHELLS, DENIAL)
    shutil.rmtree(first)
    clear_leftovers(publisher.output)
    assert versions(publisher.output) == [second.name]


def test_an_index_that_is_right_is_not_written_again(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.publish(SHELLS)
    monkeypatch.setattr(index, "replace_file", dies(AssertionError("written again")))
    write_index(publisher.output)


def test_before_the_first_release_there_is_none(publisher: Publisher) -> None:
    publisher.output.mkdir()
    clear_leftovers(publisher.output)
    assert not (publisher.output / "releases.json").exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"version": "x"}'])
def test_a_damaged_release_is_named_and_hides_no_other(publisher: Publisher, content: str) -> None:
    good = publisher.publish(SHELLS)
    bad = publisher.output / "releases" / "2026.11.24-00000000"
    bad.mkdir()
    (bad / "release.json").write_text(content)
    (publisher.output / "releases" / ".half").mkdir()
    told = release_index(publisher.output)
    assert [one["version"] for one in told["releases"]] == [good.name]
    assert [one["path"] for one in told["unreadable"]] == ["releases/2026.11.24-00000000"]


def test_a_full_disk_does_not_undo_what_is_published(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(index, "replace_file", dies(OSError("No space left on device")))
        with pytest.warns(RuntimeWarning, match=r"releases\.json could not be written .*; the next run writes it"):
            folder = publisher.publish(SHELLS)
    pointer = latest(publisher.output)
    assert pointer is not None and pointer["version"] == folder.name
    clear_leftovers(publisher.output)
    assert versions(publisher.output) == [folder.name]
