"""Decides whether a release may be published, from the list of expected rules and what the engine said of each.

It relies on nothing that a suite says of itself as a whole: an empty suite succeeds, a frame without rows passes most
expectations, and a declared severity changes nothing there. Here every rule must have been evaluated, on rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from expectations.engine import Evaluation
from expectations.rules import Rule
from schemas.tables import RELEASE_TABLES, table

Outcome = Literal["passed", "failed", "errored", "not_evaluated", "waived", "no_rows", "not_run", "not_applicable"]
OUTCOMES: dict[str, str] = {
    "passed": "evaluated on rows, and held",
    "failed": "evaluated, and broken",
    "errored": "could not be evaluated: a table or column is missing, or the check itself broke",
    "not_evaluated": "expected, but no result came back, or there were no rows to judge",
    "waived": "broken, and the run was told to let this pass",
    "no_rows": "nothing to judge in a table that may be empty",
    "not_run": "needs the texts of the articles, which were not given",
    "not_applicable": "compares with the release before, and there is none",
}


@dataclass(frozen=True)
class Permissions:
    """What a run lets pass. `publishing` demands that the checks against the texts were run."""

    allow_shrink: bool = False
    allow_empty: bool = False
    publishing: bool = True


@dataclass(frozen=True)
class RuleResult:
    """One rule of the list with what came of it."""

    rule: str
    frame: str
    severity: str
    outcome: Outcome
    blocks: bool
    description: str
    n_rows: int
    n_unexpected: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)
    error: str | None = None


@dataclass(frozen=True)
class ValidationReport:
    """The verdict on a release. `passed` is false unless every rule of a list that is not empty was dealt with."""

    passed: bool
    results: list[RuleResult]
    counts: dict[str, int]
    unexpected_results: list[str]

    @property
    def blocking(self) -> list[RuleResult]:
        """The results that keep the release from being published."""
        return [result for result in self.results if result.blocks]

    @property
    def warnings(self) -> list[RuleResult]:
        """Broken rules that do not block."""
        return [result for result in self.results if result.outcome in ("failed", "waived") and not result.blocks]

    def reasons(self) -> list[str]:
        """One line for each thing that blocks, for failure records and terminals."""
        lines = [f"{r.rule} {r.outcome}: {r.description} {_told(r)}".strip() for r in self.blocking]
        lines += [f"{name}: a result came back for a rule that is not on the list" for name in self.unexpected_results]
        if not self.results:
            lines.append("the list of rules is empty")
        return lines

    def as_dict(self) -> dict[str, Any]:
        """The content of validation.json: no times and no run ids, so the same release gives the same bytes."""
        return {
            "passed": self.passed,
            "counts": self.counts,
            "reasons": self.reasons(),
            "outcomes": OUTCOMES,
            "results": [asdict(result) for result in self.results],
        }


def judge(
    rules: Sequence[Rule],
    evaluations: Mapping[str, Evaluation],
    heights: Mapping[str, int],
    has_texts: bool,
    has_previous: bool,
    permissions: Permissions = Permissions(),
) -> ValidationReport:
    """Holds the evaluations against the list of rules. `heights` gives the rows of each frame that could be read."""
    present = {"texts": has_texts, "previous": has_previous}
    results = []
    for rule in rules:
        if rule.needs is not None and not present[rule.needs]:
            outcome: Outcome = "not_run" if rule.needs == "texts" else "not_applicable"
            blocks = outcome == "not_run" and permissions.publishing
            n_rows = heights.get(rule.frame, 0)
            results.append(RuleResult(rule.name, rule.frame, rule.severity, outcome, blocks, rule.description, n_rows))
        else:
            results.append(_judge_one(rule, evaluations.get(rule.name), heights, permissions))
    strangers = sorted(set(evaluations) - {rule.name for rule in rules})
    passed = bool(results) and not strangers and not any(result.blocks for result in results)
    counted = Counter(result.outcome for result in results)
    counts = {"rules": len(results), **{outcome: counted.get(outcome, 0) for outcome in OUTCOMES}}  # type: ignore[call-overload]
    return ValidationReport(passed, results, counts, strangers)


def _judge_one(
    rule: Rule, evaluation: Evaluation | None, heights: Mapping[str, int], permissions: Permissions
) -> RuleResult:
    n_rows = heights.get(rule.frame, 0)
    outcome = _outcome(rule, evaluation, n_rows, permissions)
    # A warning may be broken; it may not go unevaluated.
    blocks = outcome in ("errored", "not_evaluated") or (outcome == "failed" and rule.severity == "error")
    said = evaluation or Evaluation(False)
    broken = outcome in ("failed", "waived")
    return RuleResult(
        rule=rule.name,
        frame=rule.frame,
        severity=rule.severity,
        outcome=outcome,
        blocks=blocks,
        description=rule.description,
        n_rows=n_rows,
        n_unexpected=said.n_unexpected if broken else 0,
        examples=said.examples if broken else [],
        error=said.error or ("a verdict is null" if outcome == "errored" else None),
    )


def _outcome(rule: Rule, evaluation: Evaluation | None, n_rows: int, permissions: Permissions) -> Outcome:
    if evaluation is None:
        return "not_evaluated"
    if evaluation.error is not None:
        return "errored"
    if rule.verdict is not None and evaluation.n_missing:
        return "errored"
    if not evaluation.success:
        waived = rule.waived_by is not None and getattr(permissions, rule.waived_by)
        return "waived" if waived else "failed"
    if n_rows == 0 and rule.columns:
        return "no_rows" if _may_be_empty(rule.frame, permissions) else "not_evaluated"
    return "passed"


def _may_be_empty(frame: str, permissions: Permissions) -> bool:
    if frame not in RELEASE_TABLES:
        return False
    return table(frame).may_be_empty or (frame == "claims" and permissions.allow_empty)


def _told(result: RuleResult) -> str:
    if result.error is not None:
        return f"[{result.error}]"
    if result.outcome != "failed":
        return ""
    of = f"{result.n_unexpected} of {result.n_rows} rows" if result.n_unexpected else f"{result.n_rows} rows"
    first = ", ".join(f"{key} {value}" for key, value in result.examples[0].items()) if result.examples else ""
    return f"[{of}{'; first: ' + first if first else ''}]"
