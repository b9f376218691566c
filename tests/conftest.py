"""Fixtures that several folders of tests share."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test

# Before Prefect is first imported: no reports to its makers, no log lines about its own doings, nothing in ~/.prefect.
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
os.environ["PREFECT_LOGGING_TO_API_ENABLED"] = "false"
os.environ["PREFECT_SERVER_LOGGING_LEVEL"] = "CRITICAL"
os.environ.pop("PREFECT_API_URL", None)


STATUS: list[int] = []


def pytest_sessionfinish(exitstatus: int) -> None:
    """Remembers what pytest has come to."""
    STATUS.append(int(exitstatus))


# Registered before all others, so that it is called after them.
@atexit.register
def leave() -> None:
    """Ends the process with what pytest has come to, before the interpreter takes itself apart.

    pydantic-core may crash there (issue 12867 of pydantic): a time zone of its own that outlives its type.
    """
    if STATUS:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(STATUS[0])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets Hypothesis's tests run beside threads of Prefect, whose random numbers it takes for the strategies' own."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"))


@pytest.fixture(scope="session")
def prefect_harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A temporary Prefect server for the whole session; flows called in a test that asks for it run against it."""
    from prefect.settings import PREFECT_HOME, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    home = tmp_path_factory.mktemp("prefect")
    with temporary_settings({PREFECT_HOME: home}), prefect_test_harness(server_startup_timeout=300):
        yield home


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a small published release, alone in its output folder; read-only for the tests."""
    from tests.publish.rows import publish_described

    return publish_described(tmp_path_factory.mktemp("published"))
