"""Events are followed from one release to the next by the claims that they share, exactly."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.compare.event_mapping import event_mapping
from schemas.arrow import arrow_schema
from schemas.tables import table, vocabulary

Events = dict[str, str]
"""Claims by event: `{"e1": "ab"}` is event e1 with claims a and b."""


def claims(events: Events) -> pl.DataFrame:
    pairs = [(claim, event) for event, held in events.items() for claim in held]
    return pl.DataFrame(pairs, schema={"claim_id": pl.String, "event_id": pl.String}, orient="row")


def mapped(before: Events, after: Events) -> set[tuple[str | None, str | None, str]]:
    rows = event_mapping(claims(before), claims(after))
    return set(rows.select("previous_event_id", "event_id", "relation").iter_rows())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"e1": "ab"}, {"e1": "ab"}, {("e1", "e1", "same")}),
        ({"e1": "ab"}, {"e1": "bc"}, {("e1", "e1", "same")}),
        ({"e1": "ab"}, {"e2": "abc"}, {("e1", "e2", "renamed")}),
        ({}, {"e1": "a"}, {(None, "e1", "new")}),
        ({"e1": "a"}, {}, {("e1", None, "gone")}),
        ({"e1": "a"}, {"e2": "b"}, {("e1", None, "gone"), (None, "e2", "new")}),
    ],
    ids=["same", "same with other claims", "renamed", "new", "gone", "gone and new"],
)
def test_one_event_to_one(before: Events, after: Events, expected: set[tuple[str, str, str]]) -> None:
    assert mapped(before, after) == expected


def test_two_events_merge_into_one_that_keeps_an_id_or_takes_another() -> None:
    assert mapped({"e1": "ab", "e2": "c"}, {"e1": "abc"}) == {("e1", "e1", "merged"), ("e2", "e1", "merged")}
    assert mapped({"e1": "ab", "e2": "c"}, {"e3": "abc"}) == {("e1", "e3", "merged"), ("e2", "e3", "merged")}


def test_one_event_splits_into_two() -> None:
    assert mapped({"e1": "abc"}, {"e1": "ab", "e2": "c"}) == {("e1", "e1", "split"), ("e1", "e2", "split")}
    assert mapped({"e1": "abc"}, {"e2": "ab", "e3": "c"}) == {("e1", "e2", "split"), ("e1", "e3", "split")}


def test_a_claim_that_moves_between_two_events_splits_the_one_and_merges_into_the_other() -> None:
    """e1 gives b to e2: e1 lives on in two events, and e2 is made of two."""
    assert mapped({"e1": "ab", "e2": "c"}, {"e1": "a", "e2": "bc"}) == {
        ("e1", "e1", "split"),
        ("e1", "e2", "regrouped"),
        ("e2", "e2", "merged"),
    }


def test_two_events_that_exchange_claims_are_regrouped() -> None:
    pairs = {("e1", "e1"), ("e1", "e2"), ("e2", "e1"), ("e2", "e2")}
    found = mapped({"e1": "ab", "e2": "cd"}, {"e1": "ac", "e2": "bd"})
    assert found == {(*pair, "regrouped") for pair in pairs}


def test_two_events_that_exchange_their_ids_are_renamed() -> None:
    assert mapped({"e1": "a", "e2": "b"}, {"e1": "b", "e2": "a"}) == {("e1", "e2", "renamed"), ("e2", "e1", "renamed")}


def test_an_id_on_both_sides_without_a_shared_claim_is_the_same_event() -> None:
    """Its only claim was read with another stage, say, and so has another id."""
    assert mapped({"e1": "a"}, {"e1": "z"}) == {("e1", "e1", "same")}


def test_an_id_that_returns_with_claims_of_another_event_does_not_stand_for_the_old_one() -> None:
    assert mapped({"e1": "a", "e2": "b"}, {"e1": "b"}) == {("e1", None, "gone"), ("e2", "e1", "renamed")}


def test_claims_are_counted_on_both_sides_and_in_common() -> None:
    rows = event_mapping(claims({"e1": "abc", "e2": "d"}), claims({"e3": "bcdef"})).rows_by_key(
        "mapping_id", named=True
    )
    assert list(rows) == ["e1>e3", "e2>e3"]
    ((merged,), (other,)) = rows.values()
    assert (merged["n_claims_before"], merged["n_claims_after"], merged["n_claims_shared"]) == (3, 5, 2)
    assert (other["n_claims_before"], other["n_claims_after"], other["n_claims_shared"]) == (1, 5, 1)


def test_one_side_of_a_new_or_gone_event_is_empty() -> None:
    rows = event_mapping(claims({"e1": "a"}), claims({"e2": "bc"})).to_dicts()
    assert [(row["mapping_id"], row["n_claims_before"], row["n_claims_after"]) for row in rows] == [
        (">e2", 0, 2),
        ("e1>", 1, 0),
    ]


def test_the_frame_has_the_declared_columns_and_types() -> None:
    for before, after in (({}, {}), ({"e1": "a"}, {"e2": "ab", "e3": "c"})):
        rows = event_mapping(claims(before), claims(after))
        assert rows.columns == table("event_mapping").column_names
        assert rows.to_arrow().cast(arrow_schema("event_mapping")).num_rows == rows.height


linkings = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["e1", "e2", "e3", "e4"]))


@given(linkings, linkings)
def test_every_event_and_every_claim_is_accounted_for(before: Events, after: Events) -> None:
    """`before` and `after` give the event of each claim here."""
    rows = event_mapping(
        *(
            pl.DataFrame(list(side.items()), schema={"claim_id": pl.String, "event_id": pl.String}, orient="row")
            for side in (before, after)
        )
    )
    assert set(rows["previous_event_id"].drop_nulls()) == set(before.values())
    assert set(rows["event_id"].drop_nulls()) == set(after.values())
    assert rows["mapping_id"].is_unique().all()
    assert rows["n_claims_shared"].sum() == len(before.keys() & after.keys())
    assert set(rows["relation"]) <= set(vocabulary("event_relation"))
    shared = {(before[claim], after[claim]) for claim in before.keys() & after.keys()}
    for old, new, relation, n_shared in rows.select(
        "previous_event_id", "event_id", "relation", "n_claims_shared"
    ).iter_rows():
        assert n_shared == sum(after.get(claim) == new for claim, event in before.items() if event == old and new)
        heirs = len({event for origin, event in shared if origin == old})
        origins = len({origin for origin, event in shared if event == new})
        expected = {
            (True, True): "regrouped",
            (True, False): "split",
            (False, True): "merged",
            (False, False): "gone" if new is None else "new" if old is None else "same" if old == new else "renamed",
        }
        assert relation == expected[heirs > 1, origins > 1]
