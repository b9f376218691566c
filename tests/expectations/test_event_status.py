"""The status of an event is held against what its claims say, whatever the link stage made of them."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from expectations.engine import build_frames
from expectations.event_rules import event_rules
from expectations.release import Release
from schemas.tables import vocabulary

RULE = next(rule for rule in event_rules() if rule.name == "events.status_of_claims")
OF_NORTH_KOREA = pl.col("supplier_id") == "PRK"


def statuses_that_fit(release: Release, stage: str, factuality: str) -> set[str]:
    """The statuses that the rule accepts for an event of one claim: North Korea's shells for Russia."""
    said = {"stage": stage, "stage_group": vocabulary("stage")[stage]["stage_group"], "factuality": factuality}
    claims = release.table("claims").with_columns(
        pl.when(OF_NORTH_KOREA).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in said.items()
    )
    fitting = set()
    for status in vocabulary("event_status"):
        events = release.table("events").with_columns(
            pl.when(OF_NORTH_KOREA).then(pl.lit(status)).otherwise(pl.col("status")).alias("status")
        )
        changed = dataclasses.replace(release, tables={**release.tables, "claims": claims, "events": events})
        judged = build_frames(changed, [RULE]).frames["events"].filter(OF_NORTH_KOREA)
        if judged[RULE.name].all():
            fitting.add(status)
    return fitting


@pytest.mark.parametrize(
    ("stage", "factuality", "fitting"),
    [
        ("delivered", "conditional", {"conditional"}),
        ("pledged", "conditional", {"conditional"}),
        ("blocked", "conditional", {"conditional"}),
        ("delivered", "denied", {"denied"}),
        ("delivered", "negated", {"negated"}),
        ("delivered", "affirmed", {"affirmed"}),
        ("pledged", "affirmed", {"planned"}),
        ("blocked", "affirmed", {"stopped"}),
    ],
)
def test_a_status_must_fit_what_the_only_claim_says(
    good_release: Release, stage: str, factuality: str, fitting: set[str]
) -> None:
    assert statuses_that_fit(good_release, stage, factuality) == fitting
