"""Scores of a small release, each number computed by hand.

Two articles are coded. In the first the release reads one claim right, takes a pledge for a delivery and adds a dyad;
in the second it publishes a denial as a delivery and an armed group's arms as a state's.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.evaluate.causes import Cause
from flows.evaluate.rendering import ERROR_COLUMNS, as_error_lines, as_markdown, headline, sections
from flows.evaluate.report import Evaluation, evaluate_release
from tests.small_release import article, claim, gold_claim, write_gold, write_release

DELIVERED = "Norway has delivered six launchers to Ukraine, officials in Oslo confirmed on Tuesday."
PLEDGED = "Sweden promised a second battery of air-launched missiles for Kyiv by the end of the year."
DENIED = "Belgrade flatly denies that it has ever sent missiles to Ukraine through third countries."
ARMED_GROUP = "For years Tehran kept the movement in the mountains supplied with short-range missiles."
QUIET = "A ship with missiles from Seoul docked at Gdynia on Saturday night, dockworkers told us."


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The release described above."""
    first, second = "a0000000000000001", "a0000000000000002"
    claims = [
        claim(DELIVERED, "NOR", "UKR", claim_id="c1", article_id=first, claimant_id="NOR", quantity_low=6.0,
              quantity_high=6.0, confidence=0.95),
        claim(PLEDGED, "SWE", "UKR", claim_id="c2", article_id=first, confidence=0.85),
        claim(PLEDGED, "NOR", "SWE", claim_id="c3", article_id=first, confidence=0.35),
        claim(DENIED, "SRB", "UKR", claim_id="c4", article_id=second, claimant_id="SRB", confidence=0.65),
        claim(ARMED_GROUP, "IRN", "LBN", claim_id="c5", article_id=second, confidence=0.82),
    ]  # fmt: skip
    articles = [article(first, source_id="x2"), article(second, source_id="x3")]
    return write_release(tmp_path / "2024-09-03", claims=claims, articles=articles)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """What the coders found in the two articles, and one article that the release does not hold."""
    return write_gold(
        tmp_path / "gold.jsonl",
        {
            "x2": [
                gold_claim(DELIVERED, "NOR", "UKR", claimant="NOR", quantity_low=6, quantity_high=6),
                gold_claim(PLEDGED, "SWE", "UKR", stage="pledged", claimant="SWE"),
            ],
            "x3": [
                gold_claim(DENIED, "SRB", "UKR", factuality="denied", claimant="SRB"),
                gold_claim(ARMED_GROUP, "IRN", "NSA:Movement"),
                gold_claim(QUIET, "KOR", "POL", stage="in_transit"),
            ],
            "x5": [gold_claim(DELIVERED, "NOR", "UKR")],
        },
    )


@pytest.fixture
def evaluation(release: Path, gold: Path) -> Evaluation:
    """The release held against the gold file."""
    return evaluate_release(release, gold)


@pytest.mark.parametrize(
    ("level", "counts"),
    [
        ("sentence", (3, 4, 5)),
        ("dyad", (3, 5, 5)),
        ("typed", (3, 5, 5)),
        ("full", (1, 5, 5)),
        ("article_dyad", (3, 5, 5)),
    ],
)
def test_counts_of_matched_published_and_gold_claims(
    evaluation: Evaluation, level: str, counts: tuple[int, int, int]
) -> None:
    assert evaluation.levels[level].counts == counts


def test_scores_and_intervals_are_ratios_of_the_counts(evaluation: Evaluation) -> None:
    full = evaluation.levels["full"]
    assert (full.counts.precision, full.counts.recall, full.counts.f1) == (0.2, 0.2, pytest.approx(0.2))
    assert 0 <= full.interval[0] <= full.counts.f1 <= full.interval[1] <= 1


def test_attributes_are_judged_on_typed_matches(evaluation: Evaluation) -> None:
    shares = {name: (share.right, share.of) for name, share in evaluation.attributes.items()}
    assert shares == {
        "stage_group": (2, 3),
        "stage": (2, 3),
        "factuality": (2, 3),
        "claimant": (2, 3),
        "quantity": (1, 1),
    }


def test_a_denial_published_as_a_delivery_counts_against_safety(evaluation: Evaluation) -> None:
    assert (evaluation.safety.right, evaluation.safety.of) == (1, 1)


def test_an_armed_group_published_as_a_state_is_a_leak(evaluation: Evaluation) -> None:
    assert evaluation.n_leaks == 1


def test_articles_that_the_release_does_not_hold_are_named(evaluation: Evaluation) -> None:
    assert evaluation.unread == ("x5",)


def test_every_error_has_one_cause_and_the_causes_add_up(evaluation: Evaluation) -> None:
    causes = {row.cause: (row.missed, row.spurious) for row in evaluation.causes}
    assert causes == {
        Cause.WRONG_STAGE_GROUP: (1, 1),
        Cause.WRONG_FACTUALITY: (1, 1),
        Cause.EXTRA_DYAD: (0, 1),
        Cause.NONSTATE_SIDE: (0, 1),
        Cause.SENTENCE_NOT_READ: (1, 0),
        Cause.ARTICLE_NOT_READ: (1, 0),
    }
    counts = evaluation.levels["full"].counts
    assert sum(missed for missed, _ in causes.values()) == counts.gold - counts.matched
    assert sum(spurious for _, spurious in causes.values()) == counts.predicted - counts.matched


def test_the_gain_of_a_cause_is_the_f1_without_its_errors(evaluation: Evaluation) -> None:
    gains = {row.cause: row.f1_gain for row in evaluation.causes}
    assert gains[Cause.WRONG_STAGE_GROUP] == pytest.approx(2 / 5 - 1 / 5)
    assert gains[Cause.EXTRA_DYAD] == pytest.approx(2 / 9 - 1 / 5)


def test_each_dyad_has_its_own_counts(evaluation: Evaluation) -> None:
    assert evaluation.dyads == {
        "NOR>UKR": (1, 1, 2),
        "SRB>UKR": (1, 1, 1),
        "SWE>UKR": (1, 1, 1),
        "IRN>LBN": (0, 1, 0),
        "KOR>POL": (0, 0, 1),
        "NOR>SWE": (0, 1, 0),
    }


def test_confidence_is_held_against_what_was_right(evaluation: Evaluation) -> None:
    bins = {one.low: (one.n_claims, one.share_right) for one in evaluation.reliability.bins}
    assert bins == {0.3: (1, 0.0), 0.6: (1, 1.0), 0.8: (2, 0.5), 0.9: (1, 1.0)}
    assert (evaluation.reliability.sure.right, evaluation.reliability.sure.of) == (2, 3)
    gaps = 0.35 + (1 - 0.65) + 2 * ((0.85 + 0.82) / 2 - 0.5) + (1 - 0.95)
    assert evaluation.reliability.calibration_error == pytest.approx(gaps / 5, abs=1e-6)


def test_stage_groups_and_factuality_are_confused_jointly(evaluation: Evaluation) -> None:
    assert evaluation.confusion.cells == {
        (("delivered", "affirmed"), ("delivered", "affirmed")): 1,
        (("committed", "affirmed"), ("delivered", "affirmed")): 1,
        (("delivered", "denied"), ("delivered", "affirmed")): 1,
    }


def test_halves_are_split_by_the_number_of_the_article(evaluation: Evaluation, release: Path, gold: Path) -> None:
    assert evaluation.halves["even"]["full"] == (1, 3, 2)
    assert evaluation.halves["odd"]["full"] == (0, 2, 3)
    even = evaluate_release(release, gold, "even")
    assert (even.n_articles, even.levels["full"].counts, even.unread) == (1, (1, 3, 2), ())


def test_the_json_report_holds_plain_values(evaluation: Evaluation) -> None:
    report = json.loads(json.dumps(evaluation.as_dict()))
    assert report["full"]["counts"] == [1, 5, 5]
    assert report["safety"] == {"published_as_delivered": 1, "of": 1, "share": 1.0}
    assert report["on_typed_matches"]["quantity"] == 1.0
    assert report["causes"][0]["full_f1_gain"] == 0.2


def test_the_markdown_report_holds_every_table(evaluation: Evaluation) -> None:
    report = as_markdown(evaluation)
    assert headline(evaluation) in report
    assert all(f"## {section.title}" in report for section in sections(evaluation))
    assert "| full | 0.200 | 0.200 | 0.200 |" in report
    assert "| KOR>POL | 0 | 0 | 1 |" in report


def test_errors_are_lines_that_a_spreadsheet_reads(evaluation: Evaluation) -> None:
    header, *lines = [line.split("\t") for line in as_error_lines(evaluation.diagnoses)]
    assert tuple(header) == ERROR_COLUMNS
    assert {len(line) for line in lines} == {len(ERROR_COLUMNS)}
    errors = [dict(zip(header, line, strict=True)) for line in lines]
    swapped = next(one for one in errors if one["cause"] == "wrong factuality" and one["kind"] == "spurious")
    assert (swapped["claim_id"], swapped["confused_with"]) == ("c4", "SRB>UKR missiles delivered/denied")
    assert len(errors) == 4 + 4


def test_a_release_without_claims_scores_zero_and_fails_nowhere(tmp_path: Path, gold: Path) -> None:
    empty = write_release(tmp_path / "empty", articles=[article(source_id="x2", outcome="screened_out")])
    evaluation = evaluate_release(empty, gold)
    assert evaluation.levels["full"].counts == (0, 0, 5)
    assert evaluation.reliability.calibration_error is None
    assert {row.cause for row in evaluation.causes} == {Cause.ARTICLE_SCREENED_OUT, Cause.ARTICLE_NOT_READ}
    assert as_markdown(evaluation)
