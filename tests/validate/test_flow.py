"""Validation of a release on disk: what is read again, what is written beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import Permissions
from flows.link.flow import link_files
from flows.validate.flow import DOCS_FILE, REPORT_FILE, validate_files, validate_release
from tests.link.corpus import LEXICONS, StagePaths, write_stages


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> StagePaths:
    return write_stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture
def release(stages: StagePaths, tmp_path: Path) -> Path:
    link_files(*vars(stages).values(), tmp_path / "release", LEXICONS)
    return tmp_path / "release"


def test_a_good_release_passes_and_says_so_in_the_same_bytes(release: Path, stages: StagePaths, tmp_path: Path) -> None:
    report = validate_files(release, None, stages.articles)
    assert report.passed, report.reasons()
    written = json.loads((release / REPORT_FILE).read_text(encoding="utf-8"))
    assert written["passed"] is True
    assert written["counts"]["rules"] == len(written["results"]) == len(report.results)
    again = shutil.copytree(release, tmp_path / "again")
    validate_release.fn(again, None, stages.articles, False, False, True)
    for name in (REPORT_FILE, DOCS_FILE):
        assert (again / name).read_bytes() == (release / name).read_bytes()


def test_the_page_needs_nothing_from_the_network(release: Path, stages: StagePaths) -> None:
    validate_files(release, None, stages.articles)
    page = (release / DOCS_FILE).read_text(encoding="utf-8")
    assert "claims.evidence_is_exact" in page
    assert not any(mark in page for mark in ("http://", "https://", "<script", "<link"))


def test_a_release_without_texts_is_not_published_but_can_be_checked(release: Path) -> None:
    assert not validate_files(release).passed
    report = validate_files(release, permissions=Permissions(publishing=False))
    assert report.passed, report.reasons()
    assert report.counts["not_run"] == 18


def test_a_text_that_was_changed_after_reading_is_noticed(release: Path, stages: StagePaths, tmp_path: Path) -> None:
    texts = pl.read_parquet(stages.articles).with_columns(pl.col("text").str.replace("Iran denies", "Iran  denies"))
    texts.write_parquet(tmp_path / "texts.parquet")
    reasons = validate_files(release, None, tmp_path / "texts.parquet").reasons()
    named = {reason.split()[0] for reason in reasons}
    assert named == {"articles.text_sha256.of_text", "articles.n_chars.of_text", "claims.evidence_is_exact"}


def test_a_failure_names_the_record(release: Path, stages: StagePaths) -> None:
    path = release / "claims.parquet"
    claims = pl.read_parquet(path)
    spoiled = claims["claim_id"][0]
    mark = pl.when(pl.col("claim_id") == spoiled).then(pl.lit("rumoured")).otherwise("factuality").alias("factuality")
    claims.with_columns(mark).write_parquet(path)
    report = validate_files(release, None, stages.articles)
    result = next(r for r in report.blocking if r.rule == "claims.factuality.in_vocabulary")
    assert result.examples == [{"claim_id": spoiled, "factuality": "rumoured"}]
    assert (release / REPORT_FILE).exists()


@pytest.mark.parametrize("harm", ["missing", "damaged"])
def test_a_table_that_cannot_be_read_blocks_and_does_not_raise(release: Path, stages: StagePaths, harm: str) -> None:
    path = release / "events.parquet"
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(b"PAR1 but nothing more")
    report = validate_files(release, None, stages.articles)
    assert not report.passed
    assert any("events.parquet" in reason for reason in report.reasons())
