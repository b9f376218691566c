"""Publishes small releases to a store as a run does, without reading anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.publish.flow import row_counts
from flows.publish.release import publish, stage
from flows.store.home import StoreHome, held
from flows.store.objects import Store
from tests.publish.rows import DAY, table_files
from tests.small_release import claim

ONE = claim("Iran sent missiles.", "IRN", "RUS")
TWO = claim("Iran sent drones.", "IRN", "RUS", support_type="drones")


@contextmanager
def run_at(address: str) -> Iterator[StoreHome]:
    """A run that holds the store from start to end."""
    with held(address, wait_seconds=30) as home:
        assert isinstance(home, StoreHome)
        home.begin()
        try:
            yield home
        finally:
            home.end()


def publish_at(address: str, folder: Path, *claims: dict[str, object]) -> tuple[Path, str]:
    """Publishes a release of these claims; its folder here and its address."""
    with run_at(address) as home:
        staged = stage(table_files(folder / f"linked{len(claims)}", *claims), home.folder, "test-1", DAY)
        release = publish(staged, home.folder, row_counts(staged.folder))
        return release, home.publish(release)


def pointed_to(store: Store) -> str:
    """The version that the pointer names."""
    found = store.read("latest.json")
    assert found is not None
    return str(json.loads(found.data)["version"])
