"""Reading on a Dask cluster: the same bytes as on one machine, also when a worker is killed while it reads."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.gate import ValidationReport
from flows import dataset as parent
from flows.cluster import window
from flows.dataset import DatasetResult, run_dataset
from schemas.tables import RELEASE_TABLES
from tests.cluster.processes import Cluster, cluster_of

ENGINE = "tests.cluster.slow_engine"
QUIET = "The harbour was quiet through the night and the ferries ran on time, officials at the port said. "


def write_corpus(folder: Path, n_articles: int = 48, extra: str = "") -> Path:
    """Articles of one claim each in four files, long enough for many shards; `extra` is one more text."""
    folder.mkdir()
    texts = [f"{QUIET * 60}Irn sends {k} missiles to rus" for k in range(n_articles)] + ([extra] if extra else [])
    for part in range(4):
        lines = [
            json.dumps({"id": str(k), "title": f"Report {k}", "text": text, "publisher": f"Gazette {part}"})
            for k, text in enumerate(texts)
            if k % 4 == part
        ]
        (folder / f"{part}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def run(corpus: Path, output: Path, cluster: str | None) -> DatasetResult:
    log = output.parent / "read.log"
    log.touch()
    return run_dataset([str(corpus)], output, model=str(log), engine=ENGINE, workers=1, cluster=cluster)


def tables(result: DatasetResult) -> dict[str, bytes]:
    assert result.release_dir is not None, result.reason
    return {name: (result.release_dir / f"{name}.parquet").read_bytes() for name in RELEASE_TABLES}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers; a test that kills one starts another."""
    with cluster_of(tmp_path_factory.mktemp("cluster"), 2) as started:
        yield started


@pytest.fixture(autouse=True)
def validated(prefect_harness: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validation passes at once: it has tests of its own and takes seconds."""
    monkeypatch.setattr(parent, "validate", lambda *_: ValidationReport(True, [], {}, []))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpora") / "news")


@pytest.fixture(scope="module")
def alone(corpus: Path, prefect_harness: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of the same corpus, read without a cluster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parent, "validate", lambda *_: ValidationReport(True, [], {}, []))
        return tables(run(corpus, tmp_path_factory.mktemp("alone") / "output", None))


def test_a_release_read_on_a_cluster_has_the_same_bytes(
    cluster: Cluster, corpus: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    result = run(corpus, tmp_path / "output", cluster.address)
    assert tables(result) == alone
    assert result.counts["n_extracted"] == 48
    read_by = set((tmp_path / "read.log").read_text().split())
    assert len([line for line in read_by if line.startswith("process-")]) == 2


def test_a_worker_killed_while_it_reads_loses_nothing_and_doubles_nothing(
    cluster: Cluster, corpus: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    victim = cluster.workers[-1]
    log = tmp_path / "read.log"

    def kill_while_reading() -> None:
        while not log.exists() or f"process-{victim.pid}" not in log.read_text():
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_while_reading)
    killer.start()
    result = run(corpus, tmp_path / "output", cluster.address)
    killer.join()
    assert victim.wait() == -signal.SIGKILL
    assert tables(result) == alone
    cluster.start_worker()


def test_an_article_that_cannot_be_read_fails_the_run_and_is_named(cluster: Cluster, tmp_path: Path) -> None:
    result = run(
        write_corpus(tmp_path / "news", 8, f"{QUIET}This BREAKS THE PARSER"), tmp_path / "output", cluster.address
    )
    assert (result.status, result.failed_stage) == ("failed", "extract")
    assert "Report 8" in str(result.reason) and "ZeroDivisionError" in str(result.reason)


def test_a_cluster_without_workers_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "WORKER_WAIT_SECONDS", 0.2)
    with cluster_of(tmp_path, 0) as empty:
        result = run(write_corpus(tmp_path / "news", 4), tmp_path / "output", empty.address)
    assert result.status == "failed"
    assert "no worker has come to tcp://127.0.0.1" in str(result.reason)
    assert "dask worker tcp://127.0.0.1" in str(result.reason)


def test_a_cluster_on_this_machine_needs_no_address(corpus: Path, alone: dict[str, bytes], tmp_path: Path) -> None:
    assert tables(run(corpus, tmp_path / "output", "local")) == alone
