"""One good release, made by the link stage from a small corpus and examined once for all tests of the rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.release import Release, read_release
from flows.link.flow import link_files
from flows.publish.release import Staged, stage
from tests.expectations.counterexample import Examined
from tests.link.corpus import LEXICONS, StagePaths, write_stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> StagePaths:
    return write_stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="session")
def good_staged(stages: StagePaths, tmp_path_factory: pytest.TempPathFactory) -> Staged:
    """Staged as a run stages it, with its documents, but not yet sealed."""
    folder = tmp_path_factory.mktemp("good")
    linked = link_files(*vars(stages).values(), folder / "linked", LEXICONS)
    return stage(linked.paths(), folder / "output", "1", date(2024, 11, 1))


@pytest.fixture(scope="session")
def good_folder(good_staged: Staged) -> Path:
    return good_staged.folder


@pytest.fixture(scope="session")
def good_release(good_folder: Path, stages: StagePaths) -> Release:
    """With its texts, and with itself as the release before."""
    return read_release(good_folder, good_folder, stages.articles)


@pytest.fixture(scope="session")
def good(good_release: Release) -> Examined:
    return Examined.whole(good_release)
