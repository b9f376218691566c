"""Articles and sentences that can make no claim are left unread, the others are read widely."""

from __future__ import annotations

from typing import Any, cast

import pytest

from flows.extract import context as contexts
from flows.extract.context import ArticleContext
from flows.extract.network import Scores
from flows.extract.reading import ScreenedOnce
from flows.extract.screen import anchors, candidates
from flows.extract.sentences import Sentence
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

    @pytest.mark.parametrize("body", [SPORT, "The price of shells rose.", "Norway sent greetings to Ukraine."])
    def test_actors_are_not_looked_for_where_goods_or_a_transfer_are_missing(
        self, body: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise AssertionError("looked for actors")

        monkeypatch.setattr(contexts, "find_mentions", fail)
        assert anchors(context_of(body)) == []
        with pytest.raises(AssertionError, match="actors"):
            anchors(context_of(CLAIM))

    def test_a_sentence_is_screened_once_in_an_article(self) -> None:
        asked = []

        class Counting:
            def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
                asked.append(sentence.index)
                return cast(Scores, object())

            read = screen

        context, scorer = context_of(f"{CLAIM} {SPORT}"), ScreenedOnce(Counting())
        first, other, again = (scorer.screen(context, context.sentences[k]) for k in (0, 1, 0))
        assert asked == [0, 1]
        assert first is again and first is not other


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
