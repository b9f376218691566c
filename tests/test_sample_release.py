"""The sample corpus, through the real flow with the real reader, gives a release that holds exactly the known claims.

After a change for the better: `python -m tests.sample_release --write`, once the changes it prints were looked at.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.dataset import DatasetResult
from flows.evaluate.report import Evaluation
from tests import sample_release as sample
from tests.hostile.network import watched

REMEDY = "look at the claims, then write them again: python -m tests.sample_release --write"
FLOORS = {"sentence": 0.55, "dyad": 0.45, "typed": 0.35}
"""F1 against the hand-coded claims below which the reader is broken, not merely changed."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, prefect_harness: Path) -> tuple[DatasetResult, list[str]]:
    """What came of the run, and whom it asked over the network."""
    with watched() as asked:
        return sample.make_release(tmp_path_factory.mktemp("sample_release")), asked


@pytest.fixture(scope="module")
def result(run: tuple[DatasetResult, list[str]]) -> DatasetResult:
    return run[0]


@pytest.fixture(scope="module")
def release(result: DatasetResult) -> Path:
    assert result.status == "published", result.reason
    assert result.release_dir is not None
    return result.release_dir


@pytest.fixture(scope="module")
def evaluation(release: Path) -> Evaluation:
    return sample.evaluated(release)


def test_it_holds_exactly_the_expected_claims(release: Path) -> None:
    assert sample.changes(sample.claims_of(release), sample.expected_claims()) == [], REMEDY


def test_a_run_asks_no_other_machine_for_anything(run: tuple[DatasetResult, list[str]]) -> None:
    assert run[1] == []


def test_every_article_is_there_and_most_with_claims(release: Path) -> None:
    articles = pl.read_parquet(release / "articles.parquet")
    assert articles.height == 43
    assert articles.filter(pl.col("outcome") == "claims").height >= 15


def test_no_claim_is_read_from_articles_about_other_things(release: Path) -> None:
    articles = pl.read_parquet(release / "articles.parquet").filter(pl.col("source_id").is_in(["cup-final"]))
    assert articles["n_claims"].to_list() == [0]


@pytest.mark.parametrize("level", FLOORS)
def test_it_agrees_with_the_hand_coded_claims(evaluation: Evaluation, level: str) -> None:
    assert evaluation.unread == ()
    assert evaluation.levels[level].counts.f1 >= FLOORS[level], "\n".join(sample.scores(evaluation))
