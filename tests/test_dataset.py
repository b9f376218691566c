"""The parent flow from corpus to release: publishes once, finds nothing new, and leaves a record when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import ArtifactSort

from expectations.gate import ValidationReport
from flows import dataset as parent
from flows.accounting import RunAccount
from flows.dataset import DatasetResult, RunFailedError, dataset, run_dataset
from flows.progress import Step, listening
from flows.publish.durable import OutputBusyError, locked
from flows.report import artifacts
from schemas.tables import RELEASE_TABLES

ENGINE = "tests.extract.plain_engine"
QUIET = "The harbour was quiet through the night and the ferries ran on time, officials at the port said. "
STORIES = [
    (f"{k} ships seen", f"{QUIET * (k + 1)}Irn sends {k} missiles to rus. Later prk sends shells to rus")
    for k in range(9)
]


class Run:
    """Runs the flow over records in a folder, with a reader that logs what it reads."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "output"
        self.corpus = folder / "news.jsonl"
        self.log = folder / "read.log"
        self.log.touch()
        self.write(STORIES)

    def write(self, stories: list[tuple[str, str]]) -> None:
        records = [
            {
                "id": str(number),
                "title": title,
                "text": text,
                "published": "2024-09-10T12:00:00Z",
                "publisher": "The Harbour Gazette",
                "url": f"https://example.org/{number}",
            }
            for number, (title, text) in enumerate(stories)
        ]
        self.corpus.write_text("".join(json.dumps(record) + "\n" for record in records))

    def __call__(self, **options: Any) -> DatasetResult:
        options = {"workers": 1, "output": self.output} | options
        return run_dataset([str(self.corpus)], model=str(self.log), engine=ENGINE, **options)

    @property
    def n_read(self) -> int:
        return len(self.log.read_text().split())

    def account(self, result: DatasetResult) -> dict[str, Any]:
        assert result.run_record is not None
        content: dict[str, Any] = json.loads(result.run_record.read_text())
        return content


@pytest.fixture
def run_in_full(tmp_path: Path, prefect_harness: Path) -> Run:
    return Run(tmp_path)


@pytest.fixture
def run(run_in_full: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose validation passes at once: it has tests of its own and takes seconds."""
    monkeypatch.setattr(parent, "validate", lambda *_: ValidationReport(True, [], {}, []))
    return run_in_full


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, prefect_harness: Path) -> tuple[Run, bytes]:
    """An output folder with a release, fully validated, and its pointer; for runs that must not move it."""
    run = Run(tmp_path_factory.mktemp("published"))
    result = run()
    assert result.status == "published", result.reason
    return run, (run.output / "latest.json").read_bytes()


def test_a_corpus_becomes_a_validated_release(published: tuple[Run, bytes]) -> None:
    folder = published[0].output / "latest"
    assert pq.read_table(folder / "claims.parquet").num_rows == 18
    assert pq.read_table(folder / "articles.parquet").num_rows == 9
    assert json.loads((folder / "validation.json").read_text())["passed"] is True


def test_counts_are_returned_and_nothing_is_left_lying_about(run: Run) -> None:
    result = run()
    assert result.status == "published", result.reason
    assert (result.counts["articles"], result.counts["claims"]) == (9, 18)
    assert (result.counts["n_extracted"], result.counts["n_cached"]) == (9, 0)
    assert not list((run.output / "work").iterdir())


def test_a_run_accounts_for_time_memory_and_rows(run: Run) -> None:
    account = run.account(run())
    assert account["status"] == "published"
    assert list(account["seconds"]) == ["ingest", "extract", "link", "stage", "validate", "publish"]
    assert account["peak_rss_bytes"] > 50 * 2**20
    assert account["counts"]["claims"] == 18
    assert account["parameters"]["corpora"] == [str(run.corpus)]


def test_a_second_run_reads_and_publishes_nothing(run: Run) -> None:
    first, pointer = run(), (run.output / "latest.json")
    before = pointer.read_bytes()
    second = run()
    assert second.status == "unchanged"
    assert (second.version, second.release_dir) == (first.version, first.release_dir)
    assert (second.counts["n_extracted"], second.counts["n_cached"]) == (0, 9)
    assert run.n_read == 9
    assert pointer.read_bytes() == before
    assert len(list((run.output / "releases").iterdir())) == 1


def test_an_added_article_alone_is_read_and_makes_a_new_release(run: Run) -> None:
    first = run()
    run.write([*STORIES, ("Another", f"{QUIET}Blr sends rockets to rus")])
    second = run()
    assert second.status == "published", second.reason
    assert second.version != first.version
    assert second.counts["n_extracted"] == 1
    told = json.loads((run.output / "latest" / "changes.json").read_text())
    assert (told["previous_version"], told["tables"]["articles"]["n_added"]) == (first.version, 1)


def test_the_number_of_workers_does_not_change_a_byte(run: Run) -> None:
    run.write(STORIES * 1 + [(f"Report {k}", f"{QUIET * 90}Irn sends {k} drones to rus") for k in range(12)])
    results = [run(workers=workers, output=run.output / str(workers)) for workers in (1, 2)]
    folders = [result.release_dir for result in results]
    assert folders[0] and folders[1]
    assert results[0].version == results[1].version
    for name in RELEASE_TABLES:
        assert (folders[0] / f"{name}.parquet").read_bytes() == (folders[1] / f"{name}.parquet").read_bytes(), name


def test_an_article_that_cannot_be_read_fails_the_run_and_is_named(published: tuple[Run, bytes]) -> None:
    run, pointer = published
    run.write([*STORIES, ("A riddle", f"{QUIET}This BREAKS THE PARSER")])
    result = run()
    assert (result.status, result.failed_stage) == ("failed", "extract")
    assert result.failure_dir is not None
    record = json.loads((result.failure_dir / "failure.json").read_text())
    assert "A riddle" in record["reason"] and "ZeroDivisionError" in record["reason"]
    assert record["latest_version"] == json.loads(pointer)["version"]
    assert run.account(result)["status"] == "failed"
    assert not list((run.output / "work").iterdir())
    assert (run.output / "latest.json").read_bytes() == pointer


def test_a_missing_corpus_fails_the_run_with_a_record(run: Run) -> None:
    run.corpus.unlink()
    result = run()
    assert (result.status, result.failed_stage) == ("failed", "ingest")
    assert result.failure_dir is not None and result.failure_dir.parent == run.output / "failures"


def test_a_release_that_fails_validation_is_not_published(published: tuple[Run, bytes]) -> None:
    run, pointer = published
    run.write([("Nothing", QUIET * 3)])
    result = run()
    assert (result.status, result.failed_stage) == ("failed", "validate")
    assert result.failure_dir == run.output / "failures" / str(result.version)
    assert json.loads((result.failure_dir / "validation.json").read_text())["passed"] is False
    assert result.reason
    assert not list((run.output / "staging").iterdir())
    assert (run.output / "latest.json").read_bytes() == pointer


def test_the_flow_itself_raises_so_that_prefect_marks_it_failed(run: Run) -> None:
    run.corpus.unlink()
    state = dataset([str(run.corpus)], run.output, model=str(run.log), engine=ENGINE, return_state=True)
    assert state.is_failed()
    with pytest.raises(RunFailedError, match=r"ingest: .*failure record"):
        dataset([str(run.corpus)], run.output, model=str(run.log), engine=ENGINE)


@pytest.mark.parametrize("step", ["ingest", "extract", "link", "stage_release", "validate", "publish_release"])
def test_a_break_in_any_stage_leaves_a_record_and_the_old_release(
    published: tuple[Run, bytes], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run, pointer = published
    run.write(STORIES[:8])
    monkeypatch.setattr(parent, "validate", lambda *_: ValidationReport(True, [], {}, []))
    monkeypatch.setattr(parent, step, _breaks)
    result = run()
    assert result.status == "failed"
    assert result.failure_dir is not None and (result.failure_dir / "failure.json").exists()
    assert "the disk is full" in str(result.reason)
    assert (run.output / "latest.json").read_bytes() == pointer
    assert not list((run.output / "staging").glob("*")) and not list((run.output / "work").iterdir())


def test_a_disk_that_refuses_the_failure_record_fails_the_run_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parent, "link", _breaks)
    monkeypatch.setattr(parent, "record_failure", full)
    monkeypatch.setattr(RunAccount, "write", full)
    result = run()
    assert (result.status, result.failed_stage) == ("failed", "link")
    assert (result.failure_dir, result.run_record) == (None, None)
    assert "the disk is full" in str(result.reason) and "no failure record could be written" in str(result.reason)
    assert not list((run.output / "work").iterdir())


def _breaks(*_: object, **__: object) -> None:
    raise OSError("the disk is full")


def test_a_run_waits_its_turn(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "LOCK_WAIT_SECONDS", 0.1)
    with locked(run.output), pytest.raises(OutputBusyError):
        run()
    assert not (run.output / "failures").exists()


def test_stages_are_told_as_progress(run: Run) -> None:
    steps: list[Step] = []
    with listening(steps.append):
        run()
    stages = [step.detail for step in steps if step.stage == "run"]
    assert list(dict.fromkeys(stages)) == ["ingest", "extract", "link", "stage", "validate", "publish", "published"]
    assert (steps[-1].done, steps[-1].total) == (6, 6)


def test_the_account_is_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    account = RunAccount("20261123T000000Z", {}, seconds={"ingest": 1.25}, counts={"claims": 12345})
    account.outcome = {"status": "published", "version": "2026.11.23-0a1b2c3d"}
    text = account.markdown()
    assert "- status: published" in text
    assert "| claims | 12,345 |" in text
    assert "| ingest | 1.2 |" in text
    assert text.endswith("MiB.\n")


def kept_artifacts() -> dict[str, Any]:
    """What Prefect keeps, by key; the latest of each."""
    with get_client(sync_client=True) as client:
        newest_first = client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
        return {str(kept.key): kept.data for kept in reversed(newest_first)}


def test_the_report_of_a_new_release_is_shown_in_prefect(run: Run) -> None:
    result = run()
    kept = kept_artifacts()
    assert str(kept["materiel-report"]).startswith(f"# Report of release {result.version}\n")
    assert str(kept["materiel-top-dyads"]).startswith("data:image/svg+xml;base64,")
    assert (run.output / "latest" / "report" / "top_dyads.svg").exists()


def test_a_server_that_has_gone_away_does_not_undo_a_release(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError("no server")

    monkeypatch.setattr(artifacts, "create_image_artifact", gone)
    result = run()
    assert result.status == "published"
    assert run.account(result)["artifact_error"] == "ConnectionError: no server"
