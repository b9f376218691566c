"""The place of the trials, made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.arena import Arena


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory, prefect_harness: Path) -> Arena:
    """An output folder with an old release, and what the next run must make of it."""
    from prefect.settings import PREFECT_API_URL

    return Arena(tmp_path_factory.mktemp("arena"), str(PREFECT_API_URL.value()))
