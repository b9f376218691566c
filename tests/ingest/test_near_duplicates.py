"""Wire copies with small edits are one story; different reports of one event are not."""

from __future__ import annotations

import random

import numpy as np

from flows.ingest.near_duplicates import N_PERMUTATIONS, signature, story_ids

WIRE = (
    "The defence ministry in Copenhagen said on Tuesday that it would give Ukraine nineteen self-propelled howitzers "
    "which the Danish army had ordered from a French maker and has only begun to receive. The minister told reporters "
    "that the gift had the backing of all parties in parliament. Crews from Ukraine have trained on the guns since "
    "last autumn, and the first of them could reach the front before the summer, two officials said. Kyiv has asked "
    "its partners for longer-range artillery, since its older guns lack shells and are outranged. The cost to Denmark "
    "was not made public, but a budget paper of last year put the price of the whole order at some four billion crowns."
)
COPY = "COPENHAGEN, Jan 19 (Wire) - " + WIRE.replace("on Tuesday", "Tuesday").replace("some four", "about four")
OTHER = (
    "Denmark is to hand all of its new artillery to Ukraine. Nineteen guns on wheels, bought from France, will go to "
    "Kyiv instead of to the Danish forces, according to a statement of the ministry of defence. It is one of the "
    "largest gifts of the small kingdom since the war began, and leaves its own brigade without heavy guns until at "
    "least the end of the year, critics warned. The ministry answered that the alliance would fill the gap meanwhile."
)


def groups(*texts: str) -> list[int]:
    ids = np.arange(1, len(texts) + 1, dtype=np.uint64)
    signatures = np.array([np.frombuffer(signature(text), dtype="<u4") for text in texts])
    return [int(story) for story in story_ids(ids, signatures)]


def test_a_copy_with_small_edits_shares_the_story_of_the_smaller_id() -> None:
    assert groups(WIRE, OTHER, COPY) == [1, 2, 1]


def test_another_report_of_the_same_event_is_another_story() -> None:
    assert groups(WIRE, OTHER) == [1, 2]


def test_case_and_punctuation_do_not_part_copies() -> None:
    assert groups(WIRE, WIRE.upper().replace(",", "")) == [1, 1]


def test_copies_of_copies_are_one_story() -> None:
    words = WIRE.split()
    versions = [" ".join([*words[place:], f"Note{place}."]) for place in range(0, 40, 8)]
    assert groups(*versions) == [1] * 5


def test_texts_too_short_for_a_shingle_are_one_story_only_when_equal() -> None:
    assert groups("Tanks for Kyiv", "tanks for Kyiv!", "Guns for Kyiv", "") == [1, 1, 3, 4]


def test_scripts_without_spaces_are_compared_by_character() -> None:
    text = "防衛省は金曜日、ウクライナに車両百台を提供すると発表した。輸送は来月に始まる見通しだ。"
    assert groups(
        text, text.replace("金曜日", "土曜日") * 1, "政府は来年度の予算案を閣議で決定し、国会に提出した。"
    ) == [1, 1, 3]


def test_the_order_of_other_articles_does_not_change_a_group() -> None:
    rows = {
        place: np.frombuffer(signature(text), dtype="<u4") for place, text in enumerate((WIRE, COPY, OTHER, WIRE), 1)
    }
    together = story_ids(np.array([1, 2, 3, 4], dtype=np.uint64), np.array([rows[place] for place in (1, 2, 3, 4)]))
    apart = story_ids(np.array([1, 2, 4], dtype=np.uint64), np.array([rows[place] for place in (1, 2, 4)]))
    assert together.tolist() == [1, 1, 3, 1] and apart.tolist() == [1, 1, 1]


def test_many_copies_of_a_boilerplate_take_bounded_work() -> None:
    rows = np.tile(np.frombuffer(signature(WIRE), dtype="<u4"), (2000, 1))
    assert set(story_ids(np.arange(2000, dtype=np.uint64), rows).tolist()) == {0}


def test_no_articles_have_no_stories() -> None:
    assert story_ids(np.zeros(0, dtype=np.uint64), np.zeros((0, N_PERMUTATIONS), dtype=np.uint32)).size == 0


def test_the_estimate_is_close_to_the_true_similarity() -> None:
    chance = random.Random(7)
    first = [f"w{chance.randrange(10**6)}" for _ in range(400)]
    second = first[:300] + [f"v{chance.randrange(10**6)}" for _ in range(100)]
    rows = [np.frombuffer(signature(" ".join(words)), dtype="<u4") for words in (first, second)]
    true = 296 / (396 * 2 - 296)
    assert abs(float((rows[0] == rows[1]).mean()) - true) < 0.12
