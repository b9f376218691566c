"""Every write of publish, struck by death and by a full disk. The flushes of single files are left to the script."""

from __future__ import annotations

import pytest

from flows.publish.release import latest
from tests.reliability.faults import NEEDS_SPACE, Fault
from tests.reliability.publishing import Bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))


def test_publish_writes_what_it_is_known_to_write(bench: Bench) -> None:
    writes = [write for write in bench.writes if not write.startswith("fsync")]
    assert writes.index("rename " + bench.staged.version) < writes.index("replace latest.json")


def test_death_at_any_write_leaves_the_old_release_or_the_new_one(bench: Bench) -> None:
    wrong = []
    for at, write in enumerate(bench.writes, 1):
        if not write.startswith("fsync"):
            output = bench.strike(Fault("kill", "publish", at))[0]
            wrong += [f"{write}: {found}" for found in bench.is_old_readable(output) + bench.recover(output)]
    assert not wrong


def test_a_disk_that_is_full_from_any_write_on_leaves_the_old_release_or_the_new_one(bench: Bench) -> None:
    wrong = []
    for at, write in enumerate(bench.writes, 1):
        if write.split()[0] in NEEDS_SPACE:
            output, is_published = bench.strike(Fault("full", "publish", at))
            wrong += [f"{write}: {found}" for found in bench.is_old_readable(output)]
            if not is_published and (latest(output) or {})["version"] != bench.old:
                wrong.append(f"{write}: failed, though the pointer moved")
            wrong += [f"{write}: {found}" for found in bench.recover(output)]
    assert not wrong
