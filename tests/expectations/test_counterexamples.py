"""Every rule has a bad row that it, and only what must fail with it, catches."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.rulebook import rulebook
from tests.expectations.counterexample import Counterexample, Examined, break_release, counterexamples

EXAMPLES = counterexamples()


def test_the_good_release_breaks_no_rule(good: Examined) -> None:
    assert good.broken() == set()
    assert good.report().passed


def test_every_rule_has_one_counterexample() -> None:
    assert sorted(example.rule for example in EXAMPLES) == [rule.name for rule in rulebook()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_counterexample_breaks_exactly_its_rule(example: Counterexample, good: Examined, tmp_path: Path) -> None:
    bad = good.but(break_release(good.release, example, tmp_path))
    assert bad.broken() == {example.rule, *example.also}


def test_what_fails_with_a_rule_is_little_where_the_change_is_one_value() -> None:
    """A value that breaks a rule may break what is counted from it; a list that grows says that rules overlap.

    A side of a claim is counted most: in its id, its event and two monthly dyads.
    """
    many = {example.rule for example in EXAMPLES if "set" in example.change and len(example.also) > 5}
    keys = {
        f"{table}.article_id.{check}" for table in ("claims", "claims_nonstate") for check in ("not_null", "resolves")
    }
    assert many <= keys  # without its article a claim has no text, no story and no count
