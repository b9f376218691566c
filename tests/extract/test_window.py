"""The network's input: numbered slots, marked mentions, context before the sentence, all within the limits."""

from __future__ import annotations

import numpy as np

from flows.extract.context import actor_slots, sentence_window
from flows.extract.packaged import mini_vocabulary, mpnet_vocabulary
from flows.extract.window import (
    SENTENCE_TOKENS,
    UNKNOWN_SLOT,
    Marked,
    Window,
    build_window,
    marked_ids,
    pad,
)
from tests.extract.parsing import context_of

VOCABULARY = mini_vocabulary()
CLS, SEP, FIRST_MARKER = VOCABULARY.begin, VOCABULARY.end, VOCABULARY.first_marker
CONTEXT_TOKENS = VOCABULARY.context_tokens
BODY = "Oslo met envoys from Kyiv on Monday. Norway will send eight tanks to Ukraine."


def window_of(body: str, sentence: int, title: str | None = None) -> Window:
    context = context_of(body, title)
    return sentence_window(context, context.sentences[sentence], VOCABULARY)


def words(ids: list[int]) -> str:
    """Token ids as words, number tokens as their numbers."""
    first, last = FIRST_MARKER, FIRST_MARKER + VOCABULARY.slots
    return " ".join(f"[{i - first}]" if first <= i < last else VOCABULARY.tokenizer.id_to_token(i) for i in ids)


class TestSlots:
    def test_the_sentences_own_actors_come_first_and_the_unknown_one_last(self) -> None:
        assert window_of(BODY, 1).slots == ["NOR", "UKR", UNKNOWN_SLOT]

    def test_actors_named_before_are_slots_too(self) -> None:
        body = "Norway met envoys of Ukraine on Monday. It will send eight tanks."
        assert set(window_of(body, 1).slots) == {"NOR", "UKR", UNKNOWN_SLOT}

    def test_there_are_never_more_than_the_network_has(self) -> None:
        body = "Norway, Sweden, Poland, Spain, Italy, France, Greece, Japan, Chile and Peru sent shells to Ukraine."
        context = context_of(body)
        most = VOCABULARY.slots
        slots = actor_slots(context, context.sentences[0], most)
        assert len(slots) == most and slots[-1] == UNKNOWN_SLOT and len(set(slots)) == most


class TestTokens:
    def test_slots_context_and_sentence_follow_each_other(self) -> None:
        window = window_of(BODY, 1)
        ids = window.token_ids
        assert ids[0] == CLS and ids.count(SEP) == 3 and ids[-1] == SEP
        assert words(ids[: window.sentence_begin]).startswith("[CLS] [0] norway [1] ukraine [2] somebody [SEP]")
        assert words(ids[window.sentence_begin : -1]) == "[0] norway will send eight tanks to [1] ukraine ."

    def test_metonyms_carry_the_number_of_their_state(self) -> None:
        window = window_of(BODY, 1)
        before = words(window.token_ids[: window.sentence_begin])
        assert "[0] oslo met" in before and "[1] kyiv on monday" in before

    def test_positions_point_at_the_numbers(self) -> None:
        window = window_of(BODY, 1)
        assert [window.token_ids[p] - FIRST_MARKER for p in window.slot_positions] == [0, 1, 2]
        named = [[window.token_ids[p] - FIRST_MARKER for p in places] for places in window.sentence_positions]
        assert named == [[0], [1], []]

    def test_the_sentence_is_the_second_segment(self) -> None:
        window = window_of(BODY, 1)
        begin, length = window.sentence_begin, len(window.token_ids)
        assert window.segment_ids == [0] * begin + [1] * (length - begin)

    def test_the_title_is_part_of_the_context_but_not_of_its_own(self) -> None:
        window = window_of(BODY, 2, title="Tanks for Kyiv")
        assert "tanks for [1] ky" in words(window.token_ids[: window.sentence_begin])
        own = window_of(BODY, 0, title="Tanks for Kyiv")
        assert "tanks" not in words(own.token_ids[: own.sentence_begin])

    def test_the_reader_is_told_the_publisher_and_the_screen_is_not(self) -> None:
        text, names = "Shells arrived.", (["somebody"], VOCABULARY)
        window = build_window(text, (0, len(text)), (0, 0), None, [], [UNKNOWN_SLOT], *names, "Reuters")
        assert "reuters" not in words(window.token_ids)
        reader = mpnet_vocabulary()
        window = build_window(text, (0, len(text)), (0, 0), None, [], [UNKNOWN_SLOT], ["somebody"], reader, "Reuters")
        told = "".join(reader.tokenizer.id_to_token(i) for i in window.token_ids[: window.sentence_begin])
        assert "reuters" in told.replace("#", "")

    def test_long_contexts_and_sentences_are_cut(self) -> None:
        body = "Norway sent shells " + "and rifles and maps " * 90 + "to Ukraine. " + "Norway sent tanks to Ukraine."
        window = window_of(body, 0)
        assert len(window.token_ids) - window.sentence_begin == SENTENCE_TOKENS + 1
        window = window_of(body, 1)
        front = window.token_ids.index(SEP)
        assert window.sentence_begin - front - 2 <= CONTEXT_TOKENS

    def test_actors_without_a_slot_are_not_marked(self) -> None:
        text = "Norway armed Ukraine"
        mentions = [Marked(0, 6, "NOR"), Marked(13, 20, "UKR")]
        assert words(marked_ids(text, (0, len(text)), mentions, ["UKR"], VOCABULARY)) == "norway armed [0] ukraine"

    def test_a_sentence_without_actors_has_the_unknown_slot_alone(self) -> None:
        text = "Shells arrived."
        window = build_window(text, (0, len(text)), (0, 0), None, [], [UNKNOWN_SLOT], ["somebody"], VOCABULARY)
        assert window.sentence_positions == [[]]


def test_padding_is_masked() -> None:
    short, long = window_of("Norway sent tanks to Ukraine.", 0), window_of(BODY, 1)
    tokens, segments, mask = pad([short, long])
    assert tokens.shape == segments.shape == mask.shape == (2, len(long.token_ids))
    assert mask.sum(1).tolist() == [len(short.token_ids), len(long.token_ids)]
    assert np.array_equal(tokens[0][mask[0] == 1], short.token_ids)
    assert not tokens[0][mask[0] == 0].any()
