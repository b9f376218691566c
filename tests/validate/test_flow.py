"""Validation of a release on disk: what is read again, what is written beside it.

Every run of all rules takes seconds, so the tests share one good release and one that is bad in three ways.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations import engine
from expectations.gate import Permissions, ValidationReport
from expectations.partition_rules import bounds
from expectations.release import COMPARED_COLUMNS, read_release
from flows.link.flow import link_files
from flows.publish.release import stage
from flows.validate.flow import DOCS_FILE, REPORT_FILE, examine, validate_files, validate_release
from tests.link.corpus import LEXICONS, StagePaths, write_stages


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> StagePaths:
    return write_stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="module")
def release(stages: StagePaths, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    linked = link_files(*vars(stages).values(), folder / "linked", LEXICONS)
    return stage(linked.paths(), folder / "output", "1", date(2024, 11, 1)).folder


@pytest.fixture(scope="module")
def report(release: Path, stages: StagePaths) -> ValidationReport:
    return validate_files(release, None, stages.articles)


@pytest.fixture(scope="module")
def bad(release: Path, stages: StagePaths, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ValidationReport]:
    """A value outside its vocabulary, a damaged table, and a text that was changed after reading."""
    folder = tmp_path_factory.mktemp("bad")
    for path in release.glob("*.parquet"):
        shutil.copy(path, folder)
    claims = pl.read_parquet(folder / "claims.parquet")
    first = pl.col("claim_id") == claims["claim_id"].min()
    spoiled = pl.when(first).then(pl.lit("rumoured")).otherwise("factuality").alias("factuality")
    claims.with_columns(spoiled).write_parquet(folder / "claims.parquet")
    (folder / "events.parquet").write_bytes(b"PAR1 but nothing more")
    texts = pl.read_parquet(stages.articles).with_columns(pl.col("text").str.replace("Iran denies", "Iran  denies"))
    texts.write_parquet(folder / "texts.parquet")
    return folder, validate_files(folder, None, folder / "texts.parquet")


class TestAGoodRelease:
    def test_passes_and_says_so(self, report: ValidationReport, release: Path) -> None:
        assert report.passed, report.reasons()
        written = json.loads((release / REPORT_FILE).read_text(encoding="utf-8"))
        assert written["passed"] is True
        assert written["counts"]["rules"] == len(written["results"]) == len(report.results)

    def test_says_so_in_the_same_bytes(
        self, report: ValidationReport, release: Path, stages: StagePaths, tmp_path: Path
    ) -> None:
        again = shutil.copytree(release, tmp_path / "again")
        (again / REPORT_FILE).unlink()
        assert validate_release.fn(again, None, stages.articles, False, False, True) == report
        for name in (REPORT_FILE, DOCS_FILE):
            assert (again / name).read_bytes() == (release / name).read_bytes()

    def test_has_a_page_that_needs_nothing_from_the_network(self, report: ValidationReport, release: Path) -> None:
        page = (release / DOCS_FILE).read_text(encoding="utf-8")
        assert all(result.rule in page for result in report.results)
        assert not any(mark in page for mark in ("http://", "https://", "<script", "<link"))

    def test_can_be_checked_again_without_the_texts(self, release: Path, tmp_path: Path) -> None:
        again = shutil.copytree(release, tmp_path / "again")
        checked = validate_files(again, permissions=Permissions(publishing=False))
        assert checked.passed, checked.reasons()
        assert checked.counts["not_run"] == 20


class TestABadRelease:
    def test_is_reported_and_not_raised(self, bad: tuple[Path, ValidationReport]) -> None:
        folder, found = bad
        assert not found.passed
        assert json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))["reasons"] == found.reasons()

    def test_names_the_record(self, bad: tuple[Path, ValidationReport]) -> None:
        result = next(r for r in bad[1].blocking if r.rule == "claims.factuality.in_vocabulary")
        first = pl.read_parquet(bad[0] / "claims.parquet")["claim_id"].min()
        assert result.examples == [{"claim_id": first, "factuality": "rumoured"}]
        assert result.n_unexpected == 1

    def test_names_a_table_that_cannot_be_read(self, bad: tuple[Path, ValidationReport]) -> None:
        outcomes = {result.rule: result.outcome for result in bad[1].results}
        assert outcomes["events.status_of_claims"] == outcomes["claims.event_id.resolves"] == "errored"
        assert any("events.parquet cannot be read" in reason for reason in bad[1].reasons())

    def test_is_held_against_the_texts_that_were_read(self, bad: tuple[Path, ValidationReport]) -> None:
        outcomes = {result.rule: result.outcome for result in bad[1].results}
        for rule in ("articles.text_sha256.of_text", "articles.n_chars.of_text", "claims.evidence_is_exact"):
            assert outcomes[rule] == "failed"
        assert outcomes["claims.supplier_text.in_article"] == "passed"


def test_a_missing_table_is_noted_and_not_raised(tmp_path: Path) -> None:
    found = read_release(tmp_path)
    assert found.tables == {}
    assert found.unreadable["claims"] == "claims.parquet is missing"


def test_of_the_release_before_only_what_is_compared_is_read(bad: tuple[Path, ValidationReport]) -> None:
    before = read_release(bad[0], bad[0]).previous
    assert before is not None
    assert {name: table.columns for name, table in before.tables.items()} == COMPARED_COLUMNS
    assert {"factuality", *bounds()["shares"]["nulls"]} <= set(COMPARED_COLUMNS["claims"])


def test_slices_come_to_the_same_report(bad: tuple[Path, ValidationReport], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, whole = bad
    monkeypatch.setattr(engine, "SLICE_ROWS", 2)
    claims = pl.read_parquet(folder / "claims.parquet")
    assert claims.height > 2 * engine.SLICE_ROWS
    assert examine(read_release(folder, None, folder / "texts.parquet")) == whole
