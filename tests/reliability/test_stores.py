"""A store that fails in the middle of publishing. Every request and every kind of fault are left to the script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.stores import Bench, Kind, struck_store


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with struck_store() as proxy:
        yield Bench(tmp_path_factory.mktemp("bench"), proxy)


@pytest.mark.parametrize(
    ("kind", "came_to"),
    [("lost", "published, new release"), ("cut", "published, new release"), ("death", "failed, old release")],
)
def test_a_store_that_fails_leaves_the_old_release_or_the_new_one(bench: Bench, kind: Kind, came_to: str) -> None:
    assert bench.strike(kind, bench.n_requests // 2) == (came_to, [])
