"""docs/validation.md lists the rules as they are, and every module that has some."""

from __future__ import annotations

from expectations.rulebook import rulebook
from tests.docs.generated_tables import changes, places
from tests.docs.markdown import ROOT
from tests.docs.rule_tables import PAGE, page_now

REMEDY = "write it again: python -m tests.docs.rule_tables --write"
TEXT = PAGE.read_text(encoding="utf-8")


def test_its_list_is_the_rulebook() -> None:
    assert places(TEXT) == ["rules"]
    assert changes(TEXT, page_now(TEXT)) == [], REMEDY


def test_a_rule_that_it_does_not_list_would_be_noticed() -> None:
    name = "claims.sides_differ"
    assert name in {rule.name for rule in rulebook()}
    without = "\n".join(line for line in TEXT.splitlines() if f"`{name}`" not in line)
    assert [line[0] for line in changes(without, page_now(without)) if name in line] == ["+"]


def test_every_module_of_rules_is_told_of() -> None:
    modules = {path.name for path in (ROOT / "expectations").glob("*_rules.py")} | {"columns.py"}
    assert {name for name in modules if f"| `{name}` |" not in TEXT} == set()
