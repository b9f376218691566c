"""What the claims of one event say together: its status, latest stage and the range of its quantities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.tables import stage_group, vocabulary

AFFIRMING = frozenset({"affirmed", "suspected"})
DENYING = frozenset({"denied", "negated"})


@dataclass(frozen=True)
class Statement:
    """What the status needs of one claim: `reported` is the day of publication, None where it is unknown."""

    stage: str
    factuality: str
    reported: date | None = None

    @property
    def group(self) -> str:
        """Group of the stage."""
        return stage_group(self.stage)


def last_report(statements: Iterable[Statement]) -> list[Statement]:
    """The claims of the last day of publication on which somebody affirms or suspects; of the last day if none does.

    Claims without a publication day count as reported before all others.
    """
    everything = list(statements)
    pool = [s for s in everything if s.factuality in AFFIRMING] or everything
    last = max(s.reported or date.min for s in pool)
    return [s for s in pool if (s.reported or date.min) == last]


def latest_stage(statements: Iterable[Statement]) -> str:
    """The most advanced stage (order of the vocabulary) of the last report."""
    order = list(vocabulary("stage"))
    return max((s.stage for s in last_report(statements)), key=order.index)


def status(statements: Iterable[Statement]) -> str:
    """The status of an event; the values and their meaning are the vocabulary `event_status`.

    A denial makes an event contested and never removes it. Nothing but denials is `denied`, nothing but negations
    `negated`. Where nobody denies: `stopped` if the last report says so; else the furthest group of stages decides.
    An event to which nobody commits (conditional claims only) is `conditional`, whatever its stage.
    """
    everything = list(statements)
    affirming = [s for s in everything if s.factuality in AFFIRMING]
    denying = {s.factuality for s in everything} & DENYING
    if denying:
        return "contested" if affirming else ("denied" if "denied" in denying else "negated")
    if not affirming:
        return "conditional"
    if stage_group(latest_stage(everything)) == "stopped":
        return "stopped"
    return _furthest(affirming)


def _furthest(affirming: list[Statement]) -> str:
    """The status that the furthest group of stages gives: suspected where all claims of that group are hedged."""
    ladder = {"delivered": "affirmed", "committed": "planned", "negotiating": "planned", "sought": "requested"}
    for rung in ("affirmed", "planned", "requested"):
        reached = [s.factuality for s in affirming if ladder.get(s.group) == rung]
        if reached:
            return rung if "affirmed" in reached else "suspected"
    return "stopped"


@dataclass(frozen=True)
class Quantity:
    """An amount of one claim; `unit` as in the vocabulary `quantity_unit`."""

    low: float | None
    high: float | None
    unit: str | None


def quantity_range(quantities: Iterable[Quantity]) -> Quantity:
    """The range that the amounts span; empty where there is none or their units differ or are unknown.

    A bound stays open (None) where some claim leaves it open beyond what the others state: "more than 400" beside "200"
    is 200 and upwards.
    """
    stated = [q for q in quantities if q.low is not None or q.high is not None]
    units = {q.unit for q in stated}
    if len(units) != 1 or None in units:
        return Quantity(None, None, None)
    lows = [q.low for q in stated if q.low is not None]
    highs = [q.high for q in stated if q.high is not None]
    low = min(lows, default=None)
    high = max(highs, default=None)
    if low is not None and any(q.low is None and q.high is not None and q.high < low for q in stated):
        low = None
    if high is not None and any(q.high is None and q.low is not None and q.low > high for q in stated):
        high = None
    return Quantity(low, high, next(iter(units)))
