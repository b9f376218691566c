"""What the gate takes for granted is what the extractor and the link stage do: neither can change alone."""

from __future__ import annotations

import hashlib

import polars as pl
import pytest

from expectations.coherence_rules import coherence_rules, mappings
from expectations.identity_rules import identity_rules
from expectations.release import Release
from expectations.rules import Rule
from flows.extract.claim import UNROCA_BY_TYPE, claim_id, plover_code
from flows.ingest.account import reject_row
from flows.ingest.record import Failure
from flows.link.grouping import GAP_DAYS, event_id
from schemas.tables import stage_group, vocabulary


def rule(name: str) -> Rule:
    return next(rule for rule in (*coherence_rules(), *identity_rules()) if rule.name == name)


def holds(name: str, release: Release) -> pl.Series:
    verdict = rule(name).verdict
    assert verdict is not None
    return verdict(release)


def test_categories_of_the_un_register_by_support_type() -> None:
    assert mappings()["unroca_by_support_type"] == UNROCA_BY_TYPE


@pytest.mark.parametrize("stage", vocabulary("stage"))
@pytest.mark.parametrize("factuality", vocabulary("factuality"))
def test_plover_codes(stage: str, factuality: str) -> None:
    codes = list(vocabulary("plover_code"))
    said = {"stage": stage, "stage_group": stage_group(stage), "factuality": factuality}
    claims = pl.DataFrame({"plover_code": codes, **{name: [value] * len(codes) for name, value in said.items()}})
    fitting = claims.filter(holds("claims.plover_of_stage", Release({"claims": claims}, {})))["plover_code"].to_list()
    assert fitting == [plover_code(stage, factuality)]


def test_the_gap_between_events() -> None:
    assert mappings()["events"]["gap_days"] == GAP_DAYS


def test_ids_of_claims(good_release: Release) -> None:
    claims = good_release.table("claims")
    assert [claim_id(row) for row in claims.to_dicts()] == claims["claim_id"].to_list()
    assert holds("claims.claim_id.of_values", good_release).all()


def test_ids_of_events(good_release: Release) -> None:
    events = good_release.table("events").filter(pl.col("supplier_id") == "DEU").to_dicts()
    first = good_release.table("claims").filter(pl.col("supplier_id") == "DEU")["reported_at"].dt.date().min()
    assert [event["event_id"] for event in events] == [event_id("DEU", "UKR", "armour", "Leopard 2", first)]  # type: ignore[arg-type]
    assert holds("events.event_id.of_values", good_release).all()


def test_ids_of_rejects() -> None:
    rows = [reject_row(Failure(number, 7, "malformed_record", "cut off"), "a.jsonl", "jsonl") for number in (3, None)]
    schema = {"reject_id": pl.String, "corpus": pl.String, "record": pl.Int64, "reason": pl.String}
    rejects = pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema, orient="row")
    assert holds("rejects.reject_id.of_values", Release({"rejects": rejects}, {})).all()
    wrong = rejects.with_columns(pl.lit("r" + hashlib.sha256(b"").hexdigest()[:16]).alias("reject_id"))
    assert not holds("rejects.reject_id.of_values", Release({"rejects": wrong}, {})).any()
