"""A store for every test: a prefix of its own in a bucket of one S3-compatible server, and a folder of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.store.objects import Store
from tests.store.servers import BUCKET, s3_server


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """The address of the server."""
    with pytest.MonkeyPatch.context() as patch, s3_server(patch) as address:
        yield address


@pytest.fixture
def address(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place in the store; what this machine keeps of it goes to the test's folder."""
    monkeypatch.setenv("MATERIEL_STAGING", str(tmp_path / "machine"))
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture
def store(address: str) -> Store:
    """The same place, opened."""
    return Store.at(address)
