"""The list of all rules that a release is held against. What is on this list and was not evaluated blocks a release."""

from __future__ import annotations

from functools import cache

from expectations.claim_rules import claim_rules
from expectations.coherence_rules import coherence_rules
from expectations.columns import declared_rules
from expectations.corpus_rules import corpus_rules
from expectations.event_rules import event_rules
from expectations.file_rules import file_rules
from expectations.identity_rules import identity_rules
from expectations.partition_rules import partition_rules
from expectations.rules import Rule
from expectations.text_rules import text_rules


@cache
def rulebook() -> tuple[Rule, ...]:
    """Every rule, sorted by name; ValueError where two share one."""
    rules = [
        *declared_rules(),
        *claim_rules(),
        *coherence_rules(),
        *identity_rules(),
        *event_rules(),
        *corpus_rules(),
        *partition_rules(),
        *text_rules(),
        *file_rules(),
    ]
    names = [rule.name for rule in rules]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise ValueError(f"rules {', '.join(repeated)} are on the list twice; rename one of each")
    return tuple(sorted(rules, key=lambda rule: rule.name))
