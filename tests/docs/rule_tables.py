"""Writes the list of rules of docs/validation.md from the rulebook, but for those made from the declared columns.

After a change of the rules:

    python -m tests.docs.rule_tables --write
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from expectations.columns import declared_rules
from expectations.rulebook import rulebook
from expectations.rules import Rule
from tests.docs.generated_tables import changes, filled, rendered
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "validation.md"
TWINS = ("claims.", "claims_nonstate.")
"""Tables that share columns and most of their rules."""
CONDITIONS = {"texts": "needs the texts", "previous": "compares with the release before"}


def rules() -> str:
    """How many there are, and each rule written by hand with what it wants; one row for both claim tables."""
    declared = {rule.name for rule in declared_rules()}
    written = [rule for rule in rulebook() if rule.name not in declared]
    told = (
        f"{len(rulebook())} rules: {len(declared)} made from the declared columns, {len(written)} written by hand.\n\n"
    )
    return told + rendered(["rule", "what it wants", "when, and how much it weighs"], list(_rows(written)))


def _rows(written: Iterable[Rule]) -> Iterable[list[str]]:
    by_name = {rule.name: rule for rule in written}
    for name, rule in by_name.items():
        first, second = (name.replace(TWINS[1], TWINS[0], 1), name.replace(TWINS[0], TWINS[1], 1))
        is_twin = first != second and {first, second} <= set(by_name) and _same(by_name[first], by_name[second])
        if is_twin and name == second:
            continue
        shown = f"`{name}`, also of `claims_nonstate`" if is_twin else f"`{name}`"
        yield [shown, rule.description, _weight(rule)]


def _same(first: Rule, second: Rule) -> bool:
    return (first.description, _weight(first)) == (second.description, _weight(second))


def _weight(rule: Rule) -> str:
    parts = [CONDITIONS[rule.needs]] if rule.needs else []
    parts += ["a warning"] if rule.severity == "warning" else []
    parts += [f"waived by `{rule.waived_by}`"] if rule.waived_by else []
    return ", ".join(parts)


def page_now(text: str) -> str:
    """The page with its list as the rulebook has it."""
    return filled(text, lambda name: {"rules": rules}[name]())


def main() -> None:
    """Prints what changed on the page; with `--write`, writes its list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the list of the page anew")
    write = parser.parse_args().write
    text = PAGE.read_text(encoding="utf-8")
    now = page_now(text)
    print("\n".join(changes(text, now)) or "no change")
    if write:
        PAGE.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
