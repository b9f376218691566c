"""Limits of time: what hangs is stopped, and what is stopped leaves a record and no process."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from flows.extract.cache import ReadingCache
from flows.extract.shards import ReaderPool, ShardNotReadError, cut_shards, jobs_for
from flows.limits import RunTimeLimitError, time_limit
from tests.extract.articles import write_articles
from tests.test_dataset import ENGINE, QUIET, STORIES, Run

# The limit of a run and that of a test would both ask for the same alarm.
pytestmark = pytest.mark.timeout(200, method="thread")


SHORT = 0.3 / 3600


def test_what_hangs_is_stopped() -> None:
    began = time.monotonic()
    told = r"took longer than .* hours; raise max_hours, or see what hung"
    with pytest.raises(RunTimeLimitError, match=told), time_limit(SHORT):
        time.sleep(60)
    assert time.monotonic() - began < 50


def test_what_ends_in_time_is_left_alone() -> None:
    with time_limit(1), time_limit(0):
        pass


def test_a_limit_is_not_negative() -> None:
    with pytest.raises(ValueError, match="max_hours is -1; it must be positive, or 0 for no limit"), time_limit(-1):
        pass


def test_a_run_that_hangs_fails_with_a_record(tmp_path: Path, prefect_harness: Path) -> None:
    run = Run(tmp_path)
    run.write([*STORIES, ("A riddle", f"{QUIET}It TAKES FOR EVER")])
    # Far more than the stages before the riddle need, far less than it sleeps.
    result = run(max_hours=30 / 3600)
    assert (result.status, result.failed_stage) == ("failed", "extract")
    assert "RunTimeLimitError: the run took longer than" in str(result.reason)
    assert result.failure_dir is not None and (result.failure_dir / "failure.json").exists()


def test_a_stopped_run_does_not_wait_for_an_article_that_never_ends(tmp_path: Path) -> None:
    articles = tmp_path / "articles.parquet"
    write_articles(articles, [f"{QUIET}It TAKES FOR EVER"])
    shards = cut_shards(articles, (), tmp_path / "shards")
    log = tmp_path / "read.log"
    log.touch()
    (job,) = jobs_for(shards, ReadingCache(tmp_path / "cache", "x"), str(log), ENGINE)
    given_up: list[Exception] = []
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), ReaderPool(2) as pool:
        thread = threading.Thread(target=_read, args=(pool, job, given_up))
        thread.start()
        while "waiting" not in log.read_text():
            time.sleep(0.05)
        raise KeyboardInterrupt
    thread.join()
    assert time.monotonic() - began < 300, "the article sleeps for 600 s"
    assert isinstance(given_up[0], ShardNotReadError)


def _read(pool: ReaderPool, job: Any, given_up: list[Exception]) -> None:
    try:
        pool.read(job)
    except Exception as error:
        given_up.append(error)
