"""What a rule is: a name, the frame it looks at, one Great Expectations expectation, and how much a failure weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from expectations.release import Release

Severity = Literal["error", "warning"]
Need = Literal["texts", "previous"]
BY_ROW = frozenset(f"ExpectColumnValuesTo{test}" for test in ("NotBeNull", "BeInSet", "MatchRegex", "BeBetween"))
"""Expectations that judge each value by itself, so that a table may be shown to them in slices."""
Verdict = Callable[[Release], pl.Series]
"""Computes one Boolean for each row of the rule's frame. Null is no verdict, and the gate takes it for an error."""


@dataclass(frozen=True)
class Rule:
    """One rule. `expectation` names a class of `great_expectations.expectations`, `options` its arguments.

    A rule with a `verdict` is evaluated on a Boolean column of its own name that is added to the frame. `needs` names
    what a run may lack: without `texts` the rule is `not_run`, without `previous` it is `not_applicable`.
    `waived_by` names the permission that lets a release pass in spite of a failure.
    """

    name: str
    frame: str
    description: str
    expectation: str
    options: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "error"
    needs: Need | None = None
    verdict: Verdict | None = None
    waived_by: Literal["allow_shrink", "allow_empty"] | None = None

    @property
    def is_by_row(self) -> bool:
        """True if the rule judges each row without the others."""
        return self.expectation in BY_ROW

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the frame that the expectation reads; empty where it looks at the table as a whole."""
        if "column" in self.options:
            return (self.options["column"],)
        if self.expectation == "ExpectCompoundColumnsToBeUnique":
            return tuple(self.options["column_list"])
        return ()


def verdict_rule(
    name: str,
    frame: str,
    description: str,
    verdict: Verdict,
    severity: Severity = "error",
    needs: Need | None = None,
    waived_by: Literal["allow_shrink", "allow_empty"] | None = None,
) -> Rule:
    """A rule whose verdict is computed row by row beforehand, and of which Great Expectations wants every one true."""
    options = {"column": name, "value_set": [True]}
    return Rule(
        name, frame, description, "ExpectColumnValuesToBeInSet", options, severity, needs, verdict, waived_by=waived_by
    )
