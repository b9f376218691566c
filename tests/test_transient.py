"""Which faults are worth another try: those of input and output that pass by themselves, and no others."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from prefect.futures import PrefectFuture

from flows.dataset import ValidationFailedError
from flows.extract.shards import ArticleCrashError
from flows.ingest import file_reading
from flows.ingest.discovery import discover
from flows.ingest.file_reading import COUNTS, Reread, read_shard
from flows.ingest.flow import list_files, read
from flows.limits import RunTimeLimitError
from flows.transient import RETRIES, CorpusUnreachableError, is_transient

PASSING = [
    ConnectionResetError(errno.ECONNRESET, "reset by peer"),
    TimeoutError("the read timed out"),
    OSError(errno.EBUSY, "slow down"),
    OSError(errno.ESTALE, "stale file handle"),
    OSError(errno.ENETUNREACH, "network is unreachable"),
    CorpusUnreachableError("news.jsonl: lost"),
]
LASTING = [
    FileNotFoundError(errno.ENOENT, "no such file"),
    PermissionError(errno.EACCES, "permission denied"),
    OSError(errno.ENOSPC, "no space left on device"),
    OSError(errno.EIO, "input/output error"),
    OSError("without a code"),
    EOFError("cut off"),
    ValueError("not JSON"),
    KeyError("text"),
    MemoryError(),
    ValidationFailedError(["claims is empty"]),
    ArticleCrashError("article a1"),
    RunTimeLimitError("too long"),
]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_fault_that_may_pass_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_a_fault_that_stays_is_not(error: Exception) -> None:
    assert not is_transient(error)


def test_clients_of_stores_have_errors_of_their_own() -> None:
    import aiohttp
    import fsspec.exceptions
    import httpx
    from botocore.exceptions import EndpointConnectionError, NoCredentialsError

    assert is_transient(aiohttp.ServerDisconnectedError())
    assert is_transient(aiohttp.ClientPayloadError())
    assert is_transient(httpx.ReadTimeout("slow"))
    assert is_transient(fsspec.exceptions.FSTimeoutError())
    assert is_transient(EndpointConnectionError(endpoint_url="http://store"))
    assert not is_transient(NoCredentialsError())


@pytest.mark.parametrize(("status", "passes"), [(503, True), (429, True), (404, False), (403, False)])
def test_answers_of_a_busy_server_are_tried_again(status: int, passes: bool) -> None:
    class AnsweredError(Exception):
        def __init__(self) -> None:
            self.status = status

    assert is_transient(AnsweredError()) is passes


def test_the_cause_decides_and_not_what_it_was_raised_beside() -> None:
    with pytest.raises(RuntimeError) as caused:
        raise RuntimeError("shard 3") from ConnectionResetError("reset")
    assert is_transient(caused.value)
    with pytest.raises(RuntimeError) as beside:
        try:
            raise ConnectionResetError("reset")
        except ConnectionResetError:
            raise RuntimeError("a bug in handling it")  # noqa: B904 - what is tested
    assert not is_transient(beside.value)


class Store:
    """Stands for the store of a corpus: fails as often as it is told, then opens the file."""

    def __init__(self, errors: list[Exception]) -> None:
        self.errors = errors
        self.n_asked = 0

    def opened(self, *arguments: Any) -> Any:
        self.n_asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return OPENED(*arguments)


OPENED = file_reading.opened


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text('{"id": "1", "title": "Ships", "text": "The harbour was quiet through the night."}\n')
    return path


def at_once(task: Any) -> Any:
    """A task that does not wait between its tries."""
    return task.with_options(retry_delay_seconds=0, retry_jitter_factor=None)


def test_a_lost_store_is_no_reject(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reading, "opened", Store([ConnectionResetError("by s3://key:S3CRET@b")]).opened)
    with pytest.raises(CorpusUnreachableError, match=r"news.jsonl: ConnectionResetError: .* its store answers") as lost:
        read_shard(discover([str(corpus)]), tmp_path / "shard", {}, Reread())
    assert "S3CRET" not in str(lost.value)


def test_a_damaged_file_is_a_reject_as_before(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_reading, "opened", Store([OSError(errno.EIO, os.strerror(errno.EIO))]).opened)
    folder = read_shard(discover([str(corpus)]), tmp_path / "shard", {}, Reread())
    assert '"n_records": 1' in (folder / COUNTS).read_text()


def test_a_store_that_comes_back_is_read(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_harness: Path
) -> None:
    store = Store([ConnectionResetError("gone"), TimeoutError("slow")])
    monkeypatch.setattr(file_reading, "opened", store.opened)
    folder = at_once(read)(discover([str(corpus)]), tmp_path / "shard", {}, Reread())
    assert (store.n_asked, folder) == (3, tmp_path / "shard")


def test_a_store_that_stays_away_fails_the_task(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefect_harness: Path
) -> None:
    store = Store([ConnectionResetError("gone") for _ in range(RETRIES + 1)])
    monkeypatch.setattr(file_reading, "opened", store.opened)
    with pytest.raises(CorpusUnreachableError, match="gone"):
        at_once(read)(discover([str(corpus)]), tmp_path / "shard", {}, Reread())
    assert store.n_asked == RETRIES + 1


def test_a_corpus_that_is_not_there_is_asked_for_once(tmp_path: Path, prefect_harness: Path) -> None:
    state = at_once(list_files)([str(tmp_path / "absent")], return_state=True)
    assert state.is_failed()
    assert not isinstance(state, PrefectFuture)
