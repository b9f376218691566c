"""What the gate lets through, and above all what it does not."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from expectations.engine import Evaluation, build_frames, evaluate
from expectations.gate import Permissions, judge
from expectations.release import Release
from expectations.rulebook import rulebook
from expectations.rules import Rule, verdict_rule
from tests.expectations.counterexample import Examined

NOT_NULL = Rule("claims.rule.not_null", "claims", "Never null.", "ExpectColumnValuesToNotBeNull", {"column": "rule"})
HEIGHTS = {"claims": 3, "rejects": 0}


def outcome(rule: Rule, evaluation: Evaluation | None, **permitted: bool) -> tuple[str, bool]:
    evaluations = {} if evaluation is None else {rule.name: evaluation}
    report = judge([rule], evaluations, HEIGHTS, True, True, Permissions(**permitted))
    assert report.passed != report.results[0].blocks
    return report.results[0].outcome, report.passed


def with_table(release: Release, name: str, frame: pl.DataFrame) -> Release:
    return dataclasses.replace(release, tables={**release.tables, name: frame})


class TestHolesOfTheLibrary:
    def test_an_empty_list_of_rules_does_not_pass(self) -> None:
        report = judge([], {}, HEIGHTS, True, True)
        assert not report.passed
        assert report.reasons() == ["the list of rules is empty"]

    def test_an_expected_rule_without_a_result_does_not_pass(self) -> None:
        assert outcome(NOT_NULL, None) == ("not_evaluated", False)

    def test_a_result_for_a_rule_that_nobody_expected_does_not_pass(self) -> None:
        report = judge([NOT_NULL], {NOT_NULL.name: Evaluation(True), "x": Evaluation(True)}, HEIGHTS, True, True)
        assert not report.passed
        assert "x: a result came back" in report.reasons()[0]

    def test_an_error_is_told_from_a_failure(self) -> None:
        assert outcome(NOT_NULL, Evaluation(False, error="no such column")) == ("errored", False)
        assert outcome(NOT_NULL, Evaluation(False)) == ("failed", False)

    def test_a_success_that_also_raised_is_an_error(self) -> None:
        assert outcome(NOT_NULL, Evaluation(True, error="metric failed")) == ("errored", False)

    def test_a_success_on_no_rows_is_no_success(self) -> None:
        report = judge([NOT_NULL], {NOT_NULL.name: Evaluation(True)}, {"claims": 0}, True, True)
        assert (report.results[0].outcome, report.passed) == ("not_evaluated", False)

    def test_no_rows_are_fine_where_the_table_may_be_empty(self) -> None:
        rule = dataclasses.replace(
            NOT_NULL, name="rejects.corpus.not_null", frame="rejects", options={"column": "corpus"}
        )
        assert outcome(rule, Evaluation(True)) == ("no_rows", True)

    def test_a_null_verdict_is_an_error_and_not_a_pass(self) -> None:
        rule = verdict_rule("claims.x", "claims", "x", lambda release: pl.Series([True, None, True]))
        assert outcome(rule, Evaluation(True, n_missing=1)) == ("errored", False)

    def test_a_broken_warning_is_reported_and_does_not_block(self) -> None:
        rule = dataclasses.replace(NOT_NULL, severity="warning")
        assert outcome(rule, Evaluation(False)) == ("failed", True)
        report = judge([rule], {rule.name: Evaluation(False)}, HEIGHTS, True, True)
        assert [result.rule for result in report.warnings] == [rule.name]

    def test_an_unevaluated_warning_blocks(self) -> None:
        rule = dataclasses.replace(NOT_NULL, severity="warning")
        assert outcome(rule, None) == ("not_evaluated", False)
        assert outcome(rule, Evaluation(False, error="broken")) == ("errored", False)


class TestWhatARunMayLack:
    def test_without_texts_a_publishing_run_is_blocked(self) -> None:
        rule = verdict_rule("claims.x", "claims", "x", lambda release: pl.Series([True]), needs="texts")
        report = judge([rule], {}, HEIGHTS, has_texts=False, has_previous=True)
        assert (report.results[0].outcome, report.passed) == ("not_run", False)

    def test_a_check_that_publishes_nothing_is_not(self) -> None:
        rule = verdict_rule("claims.x", "claims", "x", lambda release: pl.Series([True]), needs="texts")
        report = judge([rule], {}, HEIGHTS, False, True, Permissions(publishing=False))
        assert (report.results[0].outcome, report.passed) == ("not_run", True)

    def test_the_first_release_has_none_before_it(self) -> None:
        rule = verdict_rule("claims.x", "claims", "x", lambda release: pl.Series([True]), needs="previous")
        report = judge([rule], {}, HEIGHTS, has_texts=True, has_previous=False)
        assert (report.results[0].outcome, report.passed) == ("not_applicable", True)

    @pytest.mark.parametrize("permission", ["allow_shrink", "allow_empty"])
    def test_a_permission_waives_its_own_rules_only(self, permission: str) -> None:
        waivable = dataclasses.replace(NOT_NULL, waived_by=permission)
        assert outcome(waivable, Evaluation(False), **{permission: True}) == ("waived", True)
        assert outcome(waivable, Evaluation(False)) == ("failed", False)
        assert outcome(NOT_NULL, Evaluation(False), **{permission: True}) == ("failed", False)
        assert outcome(waivable, Evaluation(False, error="broken"), **{permission: True}) == ("errored", False)


class TestWholeReleases:
    def test_a_missing_table_blocks_every_rule_on_it(self, good: Examined) -> None:
        tables = {name: frame for name, frame in good.release.tables.items() if name != "events"}
        bad = dataclasses.replace(good.release, tables=tables, unreadable={"events": "events.parquet is missing"})
        results = {result.rule: result for result in good.but(bad).report().results}
        on_events = [result for result in results.values() if result.frame == "events"]
        assert {result.outcome for result in on_events} == {"errored"}
        assert all(result.error and "events.parquet is missing" in result.error for result in on_events)

    def test_a_missing_column_is_an_error_and_not_a_pass(self, good: Examined) -> None:
        claims = good.release.table("claims").drop("factuality")
        frames = build_frames(with_table(good.release, "claims", claims), rulebook())
        rule = next(rule for rule in rulebook() if rule.name == "claims.factuality.in_vocabulary")
        found = evaluate(frames, [rule])[rule.name]
        assert not found.success
        assert found.error is not None
        assert "factuality" in found.error

    def test_a_column_too_many_fails(self, good: Examined) -> None:
        claims = good.release.table("claims").with_columns(pl.lit("x").alias("claims.extra"))
        assert "claims.columns" in good.but(with_table(good.release, "claims", claims)).broken()

    def test_no_claims_from_articles_never_pass_silently(self, good: Examined) -> None:
        empty = {
            name: good.release.table(name).clear() for name in ("claims", "claims_nonstate", "events", "dyads_monthly")
        }
        articles = good.release.table("articles").with_columns(
            pl.lit(0, pl.Int32).alias("n_claims"),
            pl.when(pl.col("n_candidate_sentences") > 0)
            .then(pl.lit("no_claims"))
            .otherwise("outcome")
            .alias("outcome"),
        )
        bad = dataclasses.replace(
            good.release, previous=None, tables={**good.release.tables, **empty, "articles": articles}
        )
        examined = good.but(bad)
        assert examined.broken() == {"claims.row_count"}
        assert not examined.report().passed
        heights = {name: frame.height for name, frame in examined.frames.frames.items()}
        allowed = judge(rulebook(), examined.evaluations, heights, True, False, Permissions(allow_empty=True))
        assert allowed.passed
        assert allowed.counts["waived"] == 1

    def test_a_table_that_lost_its_rows_does_not_pass_by_having_nothing_to_check(self, good: Examined) -> None:
        systems = good.release.table("systems").clear()
        report = good.but(with_table(good.release, "systems", systems)).report()
        empty = {result.rule: result.outcome for result in report.results if result.frame == "systems"}
        assert empty["systems.row_count"] == "failed"
        assert empty["systems.name.not_null"] == "not_evaluated"

    def test_a_month_that_vanished_fails_though_the_total_grew(self, good: Examined) -> None:
        articles = good.release.table("articles")
        month = pl.col("published_at").dt.strftime("%Y-%m") == "2024-10"
        more = pl.concat([articles.filter(~month.fill_null(False))] * 5)
        broken = good.but(with_table(good.release, "articles", more)).report()
        result = next(result for result in broken.results if result.rule == "partitions.articles_kept")
        assert result.outcome == "failed"
        assert {"table": "articles", "kind": "month", "partition": "2024-10"}.items() <= result.examples[0].items()

    def test_a_damaged_previous_release_is_an_error(self, good: Examined) -> None:
        previous = dataclasses.replace(good.release, tables={}, previous=None)
        report = good.but(dataclasses.replace(good.release, previous=previous)).report()
        result = next(result for result in report.results if result.rule == "partitions.articles_kept")
        assert (result.outcome, report.passed) == ("errored", False)
