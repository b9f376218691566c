"""The regression suite of sentences is in order: valid codes, unique cases, each phenomenon with cases for and against.

Whether the engine reads the sentences as they are coded is tested elsewhere.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pycountry
import pytest

from schemas.tables import vocabulary

SENTENCES = Path(__file__).parent / "sentences"
CASE_FIELDS = {"id", "phenomenon", "published", "title", "text", "claims", "note"}
CODED = ("supplier", "recipient", "support_type", "stage", "factuality", "claimant")
OPTIONAL = {
    "quantity_low": (int, float, type(None)),
    "quantity_high": (int, float, type(None)),
    "quantity_unit": str,
    "date": str,
    "implied": bool,
    "via_company": bool,
    "system": str,
    "intermediary": str,
    "item": str,
}
GROUPS = {"NATO", "EU", "UN", "G7", "AU", "GCC", "ECOWAS", "ARAB", "WEST", "EUROPE", "ALLIES", "WARSAW"}
FORMER_STATES = {"DDR", "CSK", "YUG", "XKX"}
STATES = {country.alpha_3 for country in pycountry.countries} | FORMER_STATES
DAY = r"\d{4}(-\d{2}(-\d{2})?)?"


def cases() -> list[dict[str, Any]]:
    """Every case of every file, each with the name of its file under `file`."""
    found = []
    for path in sorted(SENTENCES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.append({**json.loads(line), "file": path.name})
    return found


CASES = cases()
CLAIMS = [(case["id"], claim) for case in CASES for claim in case["claims"]]


def is_actor(code: str) -> bool:
    return code in STATES | GROUPS or code == "UNK" or (code.startswith("NSA:") and len(code) > len("NSA:"))


def test_the_suite_is_large_enough_and_has_both_kinds_of_case() -> None:
    assert len(CASES) >= 320
    assert sum(not case["claims"] for case in CASES) >= 100


def test_ids_and_texts_are_unique() -> None:
    for field in ("id", "text"):
        repeated = [value for value, n in Counter(case[field] for case in CASES).items() if n > 1]
        assert not repeated, f"{field} repeated: {repeated}"


def wrong(check: Callable[[dict[str, Any]], bool], claims: bool = False) -> list[str]:
    """Ids of the cases (or of the cases of the claims) that fail a check."""
    if claims:
        return [case_id for case_id, claim in CLAIMS if not check(claim)]
    return [case["id"] for case in CASES if not check(case)]


def test_cases_have_the_fields_of_a_case() -> None:
    assert not wrong(lambda case: set(case) - {"file"} <= CASE_FIELDS)
    assert not wrong(lambda case: bool(re.fullmatch(re.escape(case["phenomenon"]) + r"-\d\d", case["id"])))
    assert not wrong(lambda case: case["text"] == case["text"].strip() and len(case["text"].split()) >= 5)
    assert not wrong(lambda case: date.fromisoformat(case.get("published", "2020-01-01")) is not None)


def test_claims_have_the_fields_of_a_claim() -> None:
    assert not wrong(lambda claim: set(CODED) <= set(claim) <= set(CODED) | set(OPTIONAL), claims=True)
    for field, kind in OPTIONAL.items():
        ids = [case_id for case_id, claim in CLAIMS if field in claim and not isinstance(claim[field], kind)]
        assert not ids, f"{field} has the wrong type in {ids}"


def test_actors_are_known_codes_and_the_two_sides_differ() -> None:
    assert not wrong(lambda claim: is_actor(claim["supplier"]) and is_actor(claim["recipient"]), claims=True)
    assert not wrong(lambda claim: claim["supplier"] != claim["recipient"], claims=True)
    voices = {"AUTHOR", "MEDIA", "ANALYST"}
    assert not wrong(lambda claim: claim["claimant"] in voices or is_actor(claim["claimant"]), claims=True)


@pytest.mark.parametrize("field", ["support_type", "stage", "factuality"])
def test_coded_values_are_of_the_vocabulary(field: str) -> None:
    assert not wrong(lambda claim: claim[field] in vocabulary(field), claims=True)


def test_amounts_have_a_unit_and_run_from_low_to_high() -> None:
    for case_id, claim in CLAIMS:
        low, high = claim.get("quantity_low"), claim.get("quantity_high")
        assert ("quantity_unit" in claim) == (low is not None or high is not None), case_id
        assert claim.get("quantity_unit", "units") in vocabulary("quantity_unit"), case_id
        assert low is None or high is None or low <= high, case_id


def test_dates_are_iso_days_months_years_or_intervals() -> None:
    assert not wrong(lambda claim: bool(re.fullmatch(f"{DAY}(/{DAY})?", claim.get("date", "2020"))), claims=True)


def test_intermediaries_are_third_states() -> None:
    for case_id, claim in CLAIMS:
        if "intermediary" in claim:
            assert claim["intermediary"] in STATES, case_id
            assert claim["intermediary"] not in (claim["supplier"], claim["recipient"]), case_id


def test_items_are_words_of_the_text() -> None:
    assert not wrong(lambda case: all(claim.get("item", "") in case["text"] for claim in case["claims"]))


def test_no_claim_is_coded_twice_in_a_case() -> None:
    for case in CASES:
        coded = [tuple(claim[field] for field in CODED) for claim in case["claims"]]
        assert len(set(coded)) == len(coded), case["id"]


def test_a_claim_has_at_least_one_known_side() -> None:
    assert not [case_id for case_id, claim in CLAIMS if claim["supplier"] == claim["recipient"] == "UNK"]


def test_every_phenomenon_has_positive_and_negative_cases() -> None:
    kinds: dict[str, set[bool]] = defaultdict(set)
    for case in CASES:
        kinds[case["phenomenon"]].add(bool(case["claims"]))
    assert len(kinds) >= 50
    assert [phenomenon for phenomenon, found in kinds.items() if found != {True, False}] == []


@pytest.mark.parametrize("field", ["support_type", "stage", "factuality"])
def test_every_coded_value_occurs(field: str) -> None:
    assert set(vocabulary(field)) <= {claim[field] for _, claim in CLAIMS}


def test_every_kind_of_claimant_occurs() -> None:
    found = {claim["claimant"] for _, claim in CLAIMS}
    assert {"AUTHOR", "MEDIA", "ANALYST", "UNK"} <= found
    assert found & GROUPS and found & STATES and any(code.startswith("NSA:") for code in found)
