"""Wrong data is stopped: a good release damaged in many ways, each of which a named check must see, or a list admits.

`python -m tests.expectations.damages.page` writes the table of docs/reliability.md anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.publish.release import Staged
from flows.publish.verify import DamagedReleaseError, findings, verify
from tests.expectations.counterexample import Examined
from tests.expectations.damages.draft import Damage
from tests.expectations.damages.examine import Bench, damages
from tests.expectations.damages.page import PAGE, section, with_section
from tests.link.corpus import StagePaths

DAMAGES = damages()
Caught = dict[str, list[str]]


@pytest.fixture(scope="module")
def bench(good: Examined, good_staged: Staged, stages: StagePaths, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.of(good, good_staged, stages, tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="module")
def caught() -> Caught:
    """By damage, what caught it: filled by the tests, read by the last one."""
    return {}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damage_is_caught_or_admitted(damage: Damage, bench: Bench, caught: Caught, tmp_path: Path) -> None:
    caught[damage.name] = found = bench.caught_by(damage, tmp_path)
    if damage.unseen is None:
        assert found != [], "no check sees this damage: add a rule"
    else:
        assert found == [], "this damage is seen: take it off the list of those that are not"


def test_the_page_tells_what_caught_each(caught: Caught) -> None:
    if caught.keys() != {damage.name for damage in DAMAGES}:
        pytest.skip("only some of the damages were tried")
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_section(page, section(DAMAGES, caught)), "run python -m tests.expectations.damages.page"


def test_there_are_many_and_most_are_caught() -> None:
    assert len([damage for damage in DAMAGES if damage.unseen is None]) >= 100


class TestASealedRelease:
    def test_agrees_with_its_manifest(self, bench: Bench) -> None:
        assert findings(bench.sealed) == []
        verify(bench.sealed)

    def test_that_does_not_is_named_with_what_to_do(self, bench: Bench, tmp_path: Path) -> None:
        with pytest.raises(DamagedReleaseError, match=r"release\.json cannot be read .* publish it again"):
            verify(tmp_path)
