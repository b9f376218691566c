"""Articles and sentences that can make no claim are left unread, the others are read widely."""

from __future__ import annotations

import pytest

from flows.extract.screen import anchors, candidates
from tests.extract.parsing import context_of

SPORT = "Norway beat Ukraine on penalties in Warsaw. The captain praised the crowd."
CLAIM = "Norway will send eight tanks to Ukraine."


def anchor_texts(body: str) -> list[str]:
    return [sentence.text for sentence in anchors(context_of(body))]


def candidate_texts(body: str) -> list[str]:
    context = context_of(body)
    return [context.sentences[k].text for k in sorted(candidates(context))]


class TestArticles:
    @pytest.mark.parametrize(
        "body",
        [
            SPORT,
            "The price of shells rose on the market in Bergen.",
            "Norway sent greetings to Ukraine. The king smiled.",
            "",
        ],
    )
    def test_without_goods_a_transfer_and_an_actor_there_is_no_anchor(self, body: str) -> None:
        assert anchor_texts(body) == []

    def test_a_sentence_with_all_three_is_an_anchor(self) -> None:
        assert anchor_texts(f"{SPORT} {CLAIM}") == [CLAIM]

    @pytest.mark.parametrize("verb", ["sent", "gives", "supplying", "sold", "has delivered", "lent"])
    def test_every_form_of_a_transfer_verb_counts(self, verb: str) -> None:
        assert anchor_texts(f"Norway {verb} eight tanks to Ukraine.") != []

    def test_the_sentence_with_most_actors_comes_first(self) -> None:
        three = "Norway, Sweden and Finland will send shells to Ukraine."
        assert anchor_texts(f"{CLAIM} {three}") == [three, CLAIM]

    def test_of_sentences_with_one_actor_three_are_needed(self) -> None:
        alone = ["Norway sent eight tanks.", "Norway delivered shells.", "Norway gave rifles."]
        assert anchor_texts(" ".join(alone[:2])) == []
        assert anchor_texts(" ".join(alone)) == alone


class TestSentences:
    def test_a_sentence_that_names_goods_is_read(self) -> None:
        assert "The tanks were old." in candidate_texts(f"{CLAIM} The tanks were old.")

    def test_a_sentence_of_two_words_is_not(self) -> None:
        assert candidate_texts(f"{CLAIM} Tanks, then.") == [CLAIM]

    def test_far_from_any_goods_a_transfer_word_is_not_enough(self) -> None:
        quiet = "The harvest was good in the valley this year. "
        far = "The mayor gave the children a long speech."
        assert far not in candidate_texts(f"{CLAIM} {quiet * 20}{far}")
        assert far in candidate_texts(f"{CLAIM} {far}")
