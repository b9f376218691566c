"""Calibrated confidence: the probability that supplier, recipient and support type of a claim are right."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flows.extract.trees import WEIGHTS

if TYPE_CHECKING:
    from flows.extract.decide import Decision


@cache
def curve() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The calibration curve: raw scores, rising, and the share of right claims at each."""
    with np.load(WEIGHTS / "calibration.npz") as data:
        return data["raw"].astype(np.float64), data["share"].astype(np.float64)


def raw_confidence(decision: Decision) -> float:
    """The models' own probability that the pair and its type are right."""
    return decision.pair_probability * decision.type_probability


def confidence(decision: Decision) -> float:
    """Calibrated probability, read off the curve between its points."""
    raw, share = curve()
    return float(np.interp(raw_confidence(decision), raw, share))
