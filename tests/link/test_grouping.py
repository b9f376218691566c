"""Which claims are of one transfer."""

from __future__ import annotations

import random
from datetime import date

import pytest

from flows.link.grouping import GAP_DAYS, Mention, anchor_day, assign_events, event_id

MAY = date(2024, 5, 1)


def mention(
    claim_id: str, day: date | None, system: str | None = None, kind: str = "missiles", pair: str = "IRN-RUS"
) -> Mention:
    supplier, recipient = pair.split("-")
    return Mention(claim_id, supplier, recipient, kind, system, day)


def parts(*mentions: Mention) -> list[str]:
    """The events as sorted strings of the claims in them."""
    events = assign_events(mentions)
    return sorted("".join(sorted(c for c, e in events.items() if e == event)) for event in set(events.values()))


class TestWhatHoldsAnEventTogether:
    def test_the_same_dyad_type_and_time(self) -> None:
        assert parts(mention("a", MAY), mention("b", date(2024, 6, 1))) == ["ab"]

    def test_the_direction_of_the_dyad_matters(self) -> None:
        assert parts(mention("a", MAY), mention("b", MAY, pair="RUS-IRN")) == ["a", "b"]

    def test_arms_not_further_named_stay_apart_from_named_kinds(self) -> None:
        assert parts(mention("a", MAY), mention("b", MAY, kind="arms")) == ["a", "b"]

    def test_a_silence_longer_than_the_gap_starts_another_event(self) -> None:
        after = date.fromordinal(MAY.toordinal() + GAP_DAYS)
        assert parts(mention("a", MAY), mention("b", after)) == ["ab"]
        assert parts(mention("a", MAY), mention("b", date.fromordinal(after.toordinal() + 1))) == ["a", "b"]

    def test_reports_that_keep_coming_stay_one_event(self) -> None:
        months = [mention(c, date(2024, m, 1)) for m, c in enumerate("abcdef", start=1)]
        assert parts(*months) == ["abcdef"]


class TestNamedSystems:
    def test_two_named_systems_are_two_events(self) -> None:
        assert parts(mention("a", MAY, "Fath-360"), mention("b", MAY, "Zolfaghar")) == ["a", "b"]

    def test_a_claim_without_a_system_joins_the_only_named_one(self) -> None:
        assert parts(mention("a", MAY, "Fath-360"), mention("b", MAY)) == ["ab"]

    def test_it_stays_apart_where_two_are_named(self) -> None:
        assert parts(mention("a", MAY, "Fath-360"), mention("b", MAY), mention("c", MAY, "Zolfaghar")) == [
            "a",
            "b",
            "c",
        ]

    def test_it_stays_apart_where_the_named_one_is_far_in_time(self) -> None:
        assert parts(mention("a", MAY, "Fath-360"), mention("b", date(2025, 5, 1))) == ["a", "b"]

    def test_of_two_events_of_one_system_it_joins_the_nearer(self) -> None:
        early, late = mention("a", MAY, "Fath-360"), mention("b", date(2024, 8, 1), "Fath-360")
        assert parts(early, late, mention("c", date(2024, 7, 10))) == ["a", "bc"]

    def test_a_joined_claim_does_not_stretch_the_event(self) -> None:
        named, joined = mention("a", MAY, "Fath-360"), mention("b", date(2024, 6, 25))
        assert parts(named, joined, mention("c", date(2024, 8, 22), "Fath-360")) == ["ab", "c"]


class TestClaimsThatNothingDates:
    def test_join_the_event_with_the_most_claims(self) -> None:
        small, large = [mention("a", MAY)], [mention("b", date(2025, 5, 1)), mention("c", date(2025, 5, 2))]
        assert parts(*small, *large, mention("u", None)) == ["a", "bcu"]

    def test_join_the_earliest_of_equals(self) -> None:
        assert parts(mention("a", date(2025, 5, 1)), mention("b", MAY), mention("u", None)) == ["a", "bu"]

    def test_join_the_only_named_system(self) -> None:
        assert parts(mention("a", MAY, "Fath-360"), mention("u", None)) == ["au"]

    def test_become_one_event_of_their_own_where_there_is_no_other(self) -> None:
        assert parts(mention("u", None), mention("v", None)) == ["uv"]


class TestDeterminism:
    def test_the_order_of_the_claims_does_not_matter(self) -> None:
        draw = random.Random(7)
        systems = (None, "Fath-360", "Zolfaghar")
        days = [None, *(date(2024, 1 + i % 12, 1 + i % 28) for i in range(40))]
        claims = [mention(f"c{i}", draw.choice(days), draw.choice(systems)) for i in range(60)]
        expected = assign_events(claims)
        for _ in range(5):
            draw.shuffle(claims)
            assert assign_events(claims) == expected

    def test_the_id_is_the_hash_of_dyad_type_system_and_first_day(self) -> None:
        first = mention("a", MAY, "Fath-360")
        later = mention("b", date(2024, 5, 9), "Fath-360")
        expected = event_id("IRN", "RUS", "missiles", "Fath-360", MAY)
        assert set(assign_events([later, first]).values()) == {expected}
        assert expected.startswith("e")
        assert len(expected) == 17


@pytest.mark.parametrize(
    ("start", "end", "reported", "expected"),
    [
        (date(2024, 9, 3), date(2024, 9, 3), date(2024, 11, 1), date(2024, 9, 3)),
        (date(2022, 1, 1), date(2022, 12, 31), date(2024, 5, 1), date(2022, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31), date(2024, 5, 1), date(2024, 5, 1)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2024, 5, 1), date(2026, 1, 1)),
        (date(2022, 1, 1), date(2022, 12, 31), None, date(2022, 1, 1)),
        (date(2022, 3, 1), None, date(2024, 5, 1), date(2022, 3, 1)),
        (None, None, date(2024, 5, 1), date(2024, 5, 1)),
        (None, None, None, None),
    ],
)
def test_the_anchor_is_the_day_of_the_step_nearest_to_the_publication(
    start: date | None, end: date | None, reported: date | None, expected: date | None
) -> None:
    assert anchor_day(start, end, reported) == expected
