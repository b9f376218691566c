"""Confidence is read off a curve that rises and stays a probability."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from flows.extract.calibration import confidence, curve, raw_confidence
from flows.extract.decide import Decision

SHARES = st.floats(0, 1)


def decision(pair: float, support_type: float) -> Decision:
    """A decision of which only the two probabilities matter."""
    return cast(Decision, SimpleNamespace(pair_probability=pair, type_probability=support_type))


def test_the_curve_that_ships_rises_within_0_and_1() -> None:
    raw, share = curve()
    assert len(raw) == len(share) >= 2
    assert (np.diff(raw) > 0).all() and (np.diff(share) >= 0).all()
    assert raw.min() >= 0 and raw.max() <= 1
    assert share.min() >= 0 and share.max() <= 1


def test_a_surer_claim_is_worth_more() -> None:
    assert confidence(decision(0.95, 0.95)) > confidence(decision(0.4, 0.5))


@given(st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=10))
def test_it_is_a_probability_and_never_falls(found: list[tuple[float, float]]) -> None:
    ordered = sorted((decision(*p) for p in found), key=raw_confidence)
    values = [confidence(d) for d in ordered]
    assert all(0 <= value <= 1 for value in values)
    assert all(low <= high for low, high in pairwise(values))
