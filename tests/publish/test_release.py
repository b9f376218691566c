"""A release is all or nothing: whoever dies when, a reader finds the old one or the new one, whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.compare.releases import compare_releases
from flows.compare.summary import summary
from flows.publish import release
from flows.publish.durable import OutputBusyError, locked
from flows.publish.failure import Failure, record_failure
from flows.publish.flow import row_counts
from flows.publish.release import clear_leftovers, latest, latest_folder, name_release, publish, seal
from schemas.tables import CHANGE_TABLES, RELEASE_TABLES
from tests.publish.rows import DENIAL, SHELLS, SUSPICION, Publisher

DOCUMENTS = {
    "README.md",
    "LICENSE",
    "DATA_DICTIONARY.md",
    "datapackage.json",
    "croissant.json",
    "dataset.jsonld",
    "CITATION.cff",
    "checksums.sha256",
    "changes.json",
    "changes.md",
    "sbom.cdx.json",
    "release.json",
    "explorer",
    "report",
    "report.md",
}


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


def read_as_a_user(output: Path) -> list[str] | None:
    """Claims of the release that the pointer names, after checking every file against its digest."""
    pointer = latest(output)
    if pointer is None:
        assert not (output / "latest").exists()
        return None
    folder = output / pointer["path"]
    manifest = json.loads((folder / "release.json").read_text())
    for name, facts in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == facts["sha256"]
    assert (output / "latest" / "release.json").exists()
    return sorted(pq.read_table(folder / "claims.parquet")["claim_id"].to_pylist())


def ids(*claims: dict[str, str]) -> list[str]:
    return sorted(claim["claim_id"] for claim in claims)


def test_a_release_holds_tables_and_what_explains_them(publisher: Publisher) -> None:
    folder = publisher.publish(SHELLS)
    assert {path.name for path in folder.iterdir()} == DOCUMENTS | {
        f"{name}.parquet" for name in (*RELEASE_TABLES, *CHANGE_TABLES)
    }
    assert read_as_a_user(publisher.output) == ids(SHELLS)
    assert (publisher.output / "latest").resolve() == folder.resolve()
    assert list((publisher.output / "staging").iterdir()) == []


def test_the_version_is_the_day_and_the_content(publisher: Publisher) -> None:
    staged = publisher.stage(SHELLS)
    assert staged.version == f"2026.11.23-{staged.content_digest[:8]}"


def test_the_pointer_says_what_is_in_each_table(publisher: Publisher) -> None:
    folder = publisher.publish(SHELLS, DENIAL)
    pointer = latest(publisher.output)
    assert pointer is not None
    claims = pointer["tables"]["claims"]
    assert claims["rows"] == 2
    assert claims["bytes"] == (folder / "claims.parquet").stat().st_size
    assert claims["sha256"] == hashlib.sha256((folder / "claims.parquet").read_bytes()).hexdigest()
    assert set(pointer["tables"]) == set(RELEASE_TABLES)


def test_the_same_content_is_not_published_again_even_on_another_day(publisher: Publisher) -> None:
    folder = publisher.publish(SHELLS, DENIAL)
    staged = publisher.stage(DENIAL, SHELLS, today=date(2026, 12, 24))
    assert staged.is_unchanged
    assert staged.folder == folder
    assert list((publisher.output / "staging").iterdir()) == []


def test_the_same_release_has_the_same_bytes_wherever_it_is_made(tmp_path: Path) -> None:
    first, second = (Publisher(tmp_path / name).publish(SHELLS, DENIAL) for name in ("one", "two"))
    for path in (path.relative_to(first) for path in first.rglob("*") if path.is_file()):
        if path.name != "release.json":
            assert (first / path).read_bytes() == (second / path).read_bytes(), path


def test_a_run_that_dies_while_staging_changes_nothing(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.publish(SHELLS)
    monkeypatch.setattr(release, "write_documents", killed)
    with pytest.raises(Killed):
        publisher.publish(SHELLS, DENIAL)
    assert read_as_a_user(publisher.output) == ids(SHELLS)


class Killed(BaseException):
    """Stands for the death of the process."""


def killed(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize("step", ["seal", "name_release", "move_pointer"])
def test_a_run_that_dies_before_any_step_leaves_the_old_release(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publisher.publish(SHELLS)
    with monkeypatch.context() as patch:
        patch.setattr(release, step, killed)
        with pytest.raises(Killed):
            publisher.publish(SHELLS, DENIAL)
    assert read_as_a_user(publisher.output) == ids(SHELLS)
    clear_leftovers(publisher.output)
    assert read_as_a_user(publisher.output) == ids(SHELLS)
    publisher.publish(SHELLS, DENIAL)
    assert read_as_a_user(publisher.output) == ids(SHELLS, DENIAL)


@pytest.mark.parametrize("step", ["name_release", "move_pointer"])
def test_before_the_first_release_there_is_none_until_there_is_one(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(release, step, killed)
        with pytest.raises(Killed):
            publisher.publish(SHELLS)
    assert read_as_a_user(publisher.output) is None
    publisher.publish(SHELLS)
    assert read_as_a_user(publisher.output) == ids(SHELLS)


def test_a_run_that_dies_between_pointer_and_link_has_published(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish(SHELLS)
    with monkeypatch.context() as patch:
        patch.setattr(release, "replace_link", killed)
        with pytest.raises(Killed):
            publisher.publish(SHELLS, DENIAL)
    assert read_as_a_user(publisher.output) == ids(SHELLS, DENIAL)
    assert pq.read_table(publisher.output / "latest" / "claims.parquet").num_rows == 1
    clear_leftovers(publisher.output)
    assert pq.read_table(publisher.output / "latest" / "claims.parquet").num_rows == 2


def test_a_release_that_was_named_and_never_pointed_to_is_taken_back(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.publish(SHELLS)
    with monkeypatch.context() as patch:
        patch.setattr(release, "move_pointer", killed)
        with pytest.raises(Killed):
            publisher.publish(SHELLS, DENIAL)
    assert len(list((publisher.output / "releases").iterdir())) == 2
    clear_leftovers(publisher.output)
    assert list((publisher.output / "releases").iterdir()) == [first]
    assert list((publisher.output / "staging").iterdir()) == []


def test_a_release_that_readers_were_pointed_to_is_never_taken_back(publisher: Publisher) -> None:
    first = publisher.publish(SHELLS)
    second = publisher.publish(SHELLS, DENIAL)
    assert publisher.publish(SHELLS) == first
    clear_leftovers(publisher.output)
    assert sorted((publisher.output / "releases").iterdir()) == sorted([first, second])


def test_a_pointer_that_cannot_be_written_leaves_no_release_behind(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publisher.publish(SHELLS)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(release, "move_pointer", full)
        with pytest.raises(OSError, match="No space left"):
            publisher.publish(SHELLS, DENIAL)
    assert list((publisher.output / "releases").iterdir()) == [first]
    assert read_as_a_user(publisher.output) == ids(SHELLS)


def test_a_release_left_without_pointer_is_taken_up_by_the_next_run(publisher: Publisher) -> None:
    staged = publisher.stage(SHELLS)
    seal(staged, row_counts(staged.folder))
    left = name_release(staged, publisher.output)
    assert latest(publisher.output) is None
    assert publisher.publish(SHELLS) == left
    assert read_as_a_user(publisher.output) == ids(SHELLS)


def test_another_release_of_the_same_name_is_never_overwritten(publisher: Publisher) -> None:
    staged = publisher.stage(SHELLS)
    squatter = publisher.output / "releases" / staged.version
    squatter.mkdir(parents=True)
    (squatter / "release.json").write_text('{"content_digest": "another"}')
    with pytest.raises(FileExistsError, match="holds another release of this name"):
        publish(staged, publisher.output, row_counts(staged.folder))


def test_going_back_to_earlier_content_on_the_same_day_points_to_it(publisher: Publisher) -> None:
    first = publisher.publish(SHELLS)
    publisher.publish(SHELLS, DENIAL)
    assert publisher.publish(SHELLS) == first
    assert read_as_a_user(publisher.output) == ids(SHELLS)


def test_leftovers_of_killed_runs_are_cleared(publisher: Publisher) -> None:
    staged = publisher.stage(SHELLS)
    (publisher.output / "work" / "20261123T000000Z").mkdir(parents=True)
    (publisher.output / ".latest.json.17.partial").write_bytes(b"{")
    removed = clear_leftovers(publisher.output)
    assert removed == [f"staging/{staged.version}", "work/20261123T000000Z", ".latest.json.17.partial"]
    assert not staged.folder.exists()


def test_a_removed_release_is_published_again(publisher: Publisher) -> None:
    folder = publisher.publish(SHELLS)
    shutil.rmtree(folder)
    assert latest_folder(publisher.output) is None
    assert not publisher.stage(SHELLS).is_unchanged


def test_a_damaged_pointer_is_named(publisher: Publisher) -> None:
    publisher.publish(SHELLS)
    (publisher.output / "latest.json").write_text("{")
    with pytest.raises(ValueError, match=r"latest\.json: not a pointer"):
        latest(publisher.output)


def test_a_failed_release_leaves_a_record_and_the_pointer_alone(publisher: Publisher) -> None:
    old = publisher.publish(SHELLS)
    staged = publisher.stage(SHELLS, DENIAL)
    (staged.folder / "validation.json").write_text('{"passed": false}')
    (staged.folder / "data_docs").mkdir()
    (staged.folder / "data_docs" / "index.html").write_text("<h1>failed</h1>")
    failure = Failure("validate", ["claims_are_few: claims fell by half"])
    folder = record_failure(publisher.output, "20261123T000000Z", failure, staged)
    assert folder == publisher.output / "failures" / staged.version
    record = json.loads((folder / "failure.json").read_text())
    assert record["stage"] == "validate"
    assert record["reason"] == "claims_are_few: claims fell by half"
    assert record["latest_version"] == old.name
    assert (folder / "validation.json").exists() and (folder / "data_docs" / "index.html").exists()
    assert not list(folder.rglob("*.parquet"))
    assert not staged.folder.exists()
    assert read_as_a_user(publisher.output) == ids(SHELLS)


def test_a_failure_before_staging_is_recorded_under_the_run(publisher: Publisher) -> None:
    publisher.output.mkdir()
    try:
        raise FileNotFoundError("news.jsonl")
    except FileNotFoundError as error:
        folder = record_failure(publisher.output, "20261123T000000Z", Failure("ingest", ["no corpus"], error))
    record = json.loads((folder / "failure.json").read_text())
    assert folder.name == "20261123T000000Z"
    assert (record["error_type"], record["error"]) == ("FileNotFoundError", "news.jsonl")
    assert "news.jsonl" in record["traceback"][-1]
    assert record["latest_version"] is None


HOLD = """
import sys, time
from pathlib import Path
from flows.publish.durable import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(3600)
"""


def test_two_runs_do_not_share_an_output_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputBusyError, match="another run writes to this folder"), locked(tmp_path, 0.1):
            pass
        other.kill()
    with locked(tmp_path, 10):
        pass


def test_changes_are_told_by_primary_key(publisher: Publisher) -> None:
    first = publisher.publish(SHELLS, SUSPICION)
    doubted = SHELLS | {"factuality": "suspected"}
    second = publisher.publish(doubted, DENIAL)
    told = json.loads((second / "changes.json").read_text())
    assert told["previous_version"] == first.name
    assert told["tables"]["claims"] == {
        "n_before": 2,
        "n_after": 2,
        "n_added": 1,
        "n_removed": 1,
        "n_changed": 1,
        "columns_added": [],
        "columns_removed": [],
        "n_changed_by_column": {"factuality": 1},
        "added_keys": [DENIAL["claim_id"]],
        "removed_keys": [SUSPICION["claim_id"]],
        "changed_keys": [SHELLS["claim_id"]],
    }
    assert told["tables"]["actors"]["n_changed"] == 0


def test_changed_lists_and_columns_are_seen(publisher: Publisher, tmp_path: Path) -> None:
    first = publisher.publish(SHELLS)
    second = publisher.publish(SHELLS | {"source_chain": ["USA", "AUTHOR"]})
    claims = summary(compare_releases(first, second))["tables"]["claims"]
    assert claims["n_changed_by_column"] == {"source_chain": 1}
    old = tmp_path / "old"
    shutil.copytree(first, old)
    pq.write_table(pq.read_table(old / "claims.parquet").drop_columns(["rule"]), old / "claims.parquet")
    assert summary(compare_releases(old, second))["tables"]["claims"]["columns_added"] == ["rule"]


def test_the_first_release_has_nothing_to_be_compared_with(publisher: Publisher) -> None:
    told = json.loads((publisher.publish(SHELLS) / "changes.json").read_text())
    assert told["previous_version"] is None
    assert told["tables"]["claims"]["n_added"] == 1
