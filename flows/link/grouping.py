"""Decides which claims are of one transfer: same dyad and support type, compatible system, near in time.

Everything here works on plain values and gives the same events whatever the order of the claims.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

GAP_DAYS = 60
"""More than this many days without a claim end an event. Denials and confirmations mostly follow within weeks; a steady
supply that is reported all the time stays one event."""


@dataclass(frozen=True)
class Mention:
    """What linking needs of one claim. `day` is its anchor day (`anchor_day`), None where nothing dates the claim."""

    claim_id: str
    supplier_id: str
    recipient_id: str
    support_type: str
    system_id: str | None
    day: date | None


@dataclass
class Cluster:
    """Claims of one event. `first` and `last` span its core: the claims that name the same system (or all none)."""

    system_id: str | None
    first: date | None
    last: date | None
    claim_ids: list[str] = field(default_factory=list)

    def distance(self, day: date) -> int:
        """Days between `day` and the span of the core; 0 within it."""
        if self.first is None or self.last is None:
            raise ValueError("an event without dates has no distance in time")
        return max((self.first - day).days, (day - self.last).days, 0)


def anchor_day(start: date | None, end: date | None, reported: date | None) -> date | None:
    """The one day by which a claim is placed in time.

    The day of the event interval that is nearest to the publication; the first day of the interval where the
    article has no date; the publication day where the text dates nothing. One day and not the interval, for
    "in 2022" would otherwise chain everything of that year into one event.
    """
    start, end = start or end, end or start
    if start is None or end is None:
        return reported
    return start if reported is None else min(max(reported, start), end)


def assign_events(mentions: Iterable[Mention], gap_days: int = GAP_DAYS) -> dict[str, str]:
    """The event of each claim: claim_id -> event_id."""
    groups: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[mention.supplier_id, mention.recipient_id, mention.support_type].append(mention)
    events: dict[str, str] = {}
    for key in sorted(groups):
        for cluster in _clusters(groups[key], timedelta(days=gap_days)):
            identity = event_id(*key, cluster.system_id, cluster.first)
            events.update(dict.fromkeys(cluster.claim_ids, identity))
    return events


def event_id(supplier_id: str, recipient_id: str, support_type: str, system_id: str | None, first: date | None) -> str:
    """`e` and 16 hexadecimal digits of the SHA-256 over dyad, support type, system and first anchor day.

    These hold an event together. An earlier claim found later moves the first day and so gives the event a new id;
    claim_id never changes.
    """
    day = "undated" if first is None else first.isoformat()
    coded = "\x1f".join((supplier_id, recipient_id, support_type, system_id or "", day))
    return "e" + hashlib.sha256(coded.encode()).hexdigest()[:16]


def _clusters(mentions: list[Mention], gap: timedelta) -> list[Cluster]:
    """The events among the claims of one dyad and support type."""
    by_system: dict[str | None, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_system[mention.system_id].append(mention)
    unnamed = by_system.pop(None, [])
    named = [cluster for system in sorted(filter(None, by_system)) for cluster in _runs(by_system[system], gap)]
    left = []
    for mention in _dated(unnamed):
        home = _only_named(named, mention, gap)
        if home is None:
            left.append(mention)
        else:
            home.claim_ids.append(mention.claim_id)
    clusters = named + _runs(left, gap)
    for system in sorted(filter(None, by_system)):
        _place_undated(clusters, [m for m in by_system[system] if m.day is None], system)
    _place_undated(clusters, [m for m in unnamed if m.day is None], None)
    return clusters


def _dated(mentions: list[Mention]) -> list[Mention]:
    return sorted((m for m in mentions if m.day is not None), key=lambda m: (m.day or date.min, m.claim_id))


def _runs(mentions: list[Mention], gap: timedelta) -> list[Cluster]:
    """Runs of dated claims of one system with no gap longer than `gap`."""
    runs: list[Cluster] = []
    for mention in _dated(mentions):
        day = mention.day
        if not runs or day is None or runs[-1].last is None or day - runs[-1].last > gap:
            runs.append(Cluster(mention.system_id, day, day))
        runs[-1].last = day
        runs[-1].claim_ids.append(mention.claim_id)
    return runs


def _only_named(named: list[Cluster], mention: Mention, gap: timedelta) -> Cluster | None:
    """The event that a claim without a named system joins: that of the only system named within its time window."""
    if mention.day is None:
        return None
    near = [(cluster.distance(mention.day), cluster.first or date.min, cluster) for cluster in named]
    near = [entry for entry in near if entry[0] <= gap.days]
    if len({cluster.system_id for _, _, cluster in near}) != 1:
        return None
    return min(near, key=lambda entry: entry[:2])[2]


def _place_undated(clusters: list[Cluster], mentions: list[Mention], system: str | None) -> None:
    """Adds claims that nothing dates to the event with the most claims of that system; the earliest one of equals.

    Claims without a system too go to the events without a system, and to those of the only named system where there are
    none. What finds no event becomes one of its own, without dates.
    """
    if not mentions:
        return
    homes = [cluster for cluster in clusters if cluster.system_id == system]
    if not homes and system is None and len({cluster.system_id for cluster in clusters}) == 1:
        homes = list(clusters)
    if not homes:
        homes = [Cluster(system, None, None)]
        clusters.extend(homes)
    home = min(homes, key=lambda c: (-len(c.claim_ids), c.first or date.min))
    home.claim_ids.extend(sorted(m.claim_id for m in mentions))
