"""The two releases, published once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.compare.releases import Comparison, compare_releases
from tests.compare.releases import two_releases


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Folders of the earlier and the later release; read-only for the tests."""
    return two_releases(tmp_path_factory.mktemp("compared"))


@pytest.fixture(scope="session")
def comparison(folders: tuple[Path, Path]) -> Comparison:
    return compare_releases(*folders)


@pytest.fixture(scope="session")
def first(folders: tuple[Path, Path]) -> Comparison:
    """The first release, compared with none."""
    return compare_releases(None, folders[0])
