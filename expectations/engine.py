"""Runs rules through Great Expectations on Arrow-backed pandas: nothing stored, no telemetry, no progress bars."""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from expectations.columns import SCHEMA_FRAME, schema_frame
from expectations.file_rules import FILES, files_frame
from expectations.partition_rules import PARTITIONS, SHARES, partitions_frame, shares_frame
from expectations.release import Release
from expectations.rules import Rule
from schemas.tables import RELEASE_TABLES, table

SLICE_ROWS = 20_000
"""Rows of a table that are handed to Great Expectations at once, where its rules allow for that."""
MAX_EXAMPLES = 5
MAX_EXAMPLE_CHARS = 160
DERIVED = {SCHEMA_FRAME: schema_frame, PARTITIONS: partitions_frame, SHARES: shares_frame, FILES: files_frame}
DERIVED_KEYS = {
    SCHEMA_FRAME: ("table", "column"),
    PARTITIONS: ("table", "kind", "partition"),
    SHARES: ("measure", "share"),
    FILES: ("file", "release_version"),
}


@dataclass(frozen=True)
class Frames:
    """What the rules look at: tables and derived frames, each with one Boolean column a verdict rule.

    `published` holds the columns that each frame had before; `errors` says by rule or frame what could not be computed.
    """

    frames: dict[str, pl.DataFrame]
    published: dict[str, list[str]]
    errors: dict[str, str]


@dataclass(frozen=True)
class Evaluation:
    """What Great Expectations said of one rule. `error` is set where it could not be evaluated."""

    success: bool
    n_unexpected: int = 0
    n_missing: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)
    error: str | None = None


def build_frames(release: Release, rules: Iterable[Rule]) -> Frames:
    """The frames of a release with the verdicts of all rules; what cannot be computed becomes an error of its rule."""
    rules = list(rules)
    frames: dict[str, pl.DataFrame] = {}
    errors: dict[str, str] = {}
    for name in sorted({rule.frame for rule in rules}):
        try:
            frames[name] = release.table(name) if name in RELEASE_TABLES else DERIVED[name](release)
        except Exception as error:  # Whatever went wrong, the rules of the frame have not been evaluated.
            errors[name] = _one_line(error)
    verdicts: dict[str, list[pl.Series]] = defaultdict(list)
    for rule in rules:
        if rule.verdict is None or rule.frame not in frames:
            continue
        try:
            verdict = rule.verdict(release)
            if verdict.dtype != pl.Boolean or len(verdict) != frames[rule.frame].height:
                raise ValueError(f"{len(verdict)} verdicts of type {verdict.dtype} on {frames[rule.frame].height} rows")
            verdicts[rule.frame].append(verdict.alias(rule.name))
        except Exception as error:  # As above: an error is a finding of the gate, never a pass.
            errors[rule.name] = _one_line(error)
    published = {name: frame.columns for name, frame in frames.items()}
    return Frames({name: frame.with_columns(verdicts[name]) for name, frame in frames.items()}, published, errors)


def evaluate(frames: Frames, rules: Iterable[Rule]) -> dict[str, Evaluation]:
    """Evaluates rules, one suite a frame. A rule to which no result came back is absent from the answer."""
    found: dict[str, Evaluation] = {}
    by_frame: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        error = frames.errors.get(rule.name) or frames.errors.get(rule.frame)
        if error is not None:
            found[rule.name] = Evaluation(False, error=error)
        else:
            by_frame[rule.frame].append(rule)
    for name in sorted(by_frame):
        found |= _run_suites(name, frames.frames[name], frames.published[name], by_frame[name])
    # The library keeps the last frame of every name that it was given.
    _data_source().get_execution_engine().batch_manager.batch_data_cache.clear()
    return found


@cache
def _great_expectations() -> Any:
    """Imports the library on first use (it takes seconds), past the deprecations that its own import raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        import great_expectations.expectations
    # The second of these loggers sets a level of its own, so that of its parent would not reach it.
    for logger in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(logger).setLevel(logging.ERROR)
    return gx


@cache
def _data_source() -> Any:
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context.data_sources.add_pandas("release")


@cache
def _batch_definition(name: str) -> Any:
    return _data_source().add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole")


def _run_suites(name: str, frame: pl.DataFrame, published: list[str], rules: list[Rule]) -> dict[str, Evaluation]:
    """Three suites a frame: rules that see row by row, those that compare the rows of a column, and of the table."""
    keys = [key for key in _keys(name) if key in frame.columns]
    by_row = [rule for rule in rules if rule.is_by_row]
    by_column = [rule for rule in rules if rule.columns and not rule.is_by_row]
    found: dict[str, Evaluation] = {}
    for part, suffix in ((by_row, "rows"), (by_column, "columns")):
        read = {column for rule in part for column in rule.columns}
        data = frame.select(column for column in frame.columns if column in read or column in keys)
        size = SLICE_ROWS if suffix == "rows" else max(1, data.height)
        slices = [data.slice(start, size) for start in range(0, max(1, data.height), size)] if part else []
        found |= _joined([_run_suite(f"{name}.{suffix}", one, part, keys) for one in slices])
    # A rule of the table sees the published columns, not the verdicts, and how many rows there are, not what they hold.
    bare = pl.DataFrame({column: pl.repeat(None, frame.height, dtype=pl.Boolean, eager=True) for column in published})
    by_table = [rule for rule in rules if not rule.columns]
    return found | (_run_suite(f"{name}.table", bare, by_table, []) if by_table else {})


def _run_suite(name: str, frame: pl.DataFrame, rules: list[Rule], keys: list[str]) -> dict[str, Evaluation]:
    gx = _great_expectations()
    expectations = [
        getattr(gx.expectations, rule.expectation)(**rule.options, meta={"rule": rule.name}) for rule in rules
    ]
    suite = gx.ExpectationSuite(name=name, expectations=expectations)
    batch = _batch_definition(name).get_batch({"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)})
    result_format: dict[str, Any] = {"result_format": "SUMMARY", "partial_unexpected_count": MAX_EXAMPLES}
    if keys:
        result_format["unexpected_index_column_names"] = keys
    results = batch.validate(suite, result_format=result_format).results
    return {result.expectation_config.meta["rule"]: _evaluation(result) for result in results}


def _joined(slices: list[dict[str, Evaluation]]) -> dict[str, Evaluation]:
    """What the slices of a frame come to; a rule of which one slice says nothing is absent."""
    everywhere = set.intersection(*(set(found) for found in slices)) if slices else set()
    joined = {}
    for rule in sorted(everywhere):
        parts = [found[rule] for found in slices]
        joined[rule] = Evaluation(
            all(part.success for part in parts),
            sum(part.n_unexpected for part in parts),
            sum(part.n_missing for part in parts),
            [example for part in parts for example in part.examples][:MAX_EXAMPLES],
            next((part.error for part in parts if part.error is not None), None),
        )
    return joined


def _keys(name: str) -> tuple[str, ...]:
    return table(name).primary_key if name in RELEASE_TABLES else DERIVED_KEYS[name]


def _evaluation(result: Any) -> Evaluation:
    """Reads one result. The shape of `exception_info` differs between a failed metric and a failed expectation."""
    raised = _exception(result.exception_info)
    if raised is not None:
        return Evaluation(False, error=raised)
    details: Mapping[str, Any] = result.result or {}
    examples = [
        {str(key): str(value)[:MAX_EXAMPLE_CHARS] for key, value in sorted(entry.items())}
        for entry in details.get("partial_unexpected_index_list") or []
    ]
    if not result.success and not examples:
        told = details.get("details") or {"observed": details.get("observed_value")}
        examples = [{str(key): str(value)[:MAX_EXAMPLE_CHARS] for key, value in sorted(told.items())}]
    unexpected, missing = details.get("unexpected_count") or 0, details.get("missing_count") or 0
    return Evaluation(bool(result.success), int(unexpected), int(missing), examples)


def _exception(info: Mapping[str, Any] | None) -> str | None:
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    raised = [str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")]
    return " ".join(sorted(raised)[0].split())[:400] if raised else None


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:400]
