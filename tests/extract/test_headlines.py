"""Headlines are parsed as sentences: capitals that name nothing go, verbs that look like nouns are verbs again."""

from __future__ import annotations

import pytest

from flows.extract.headlines import as_sentence, mend
from flows.extract.reading import pipeline


def spans(text: str, *names: str) -> list[tuple[int, int]]:
    """Where the names stand in the text."""
    return [(text.index(name), text.index(name) + len(name)) for name in names]


class TestCase:
    def test_a_headline_in_title_case_keeps_the_capitals_of_names_and_abbreviations(self) -> None:
        headline = "Poland Denies Sending NATO Shells to Ukraine"
        expected = "Poland denies sending NATO shells to Ukraine"
        assert as_sentence(headline, spans(headline, "Poland", "Ukraine")) == expected

    def test_a_shouted_headline_is_lowered(self) -> None:
        headline = "POLAND DENIES SENDING SHELLS"
        assert as_sentence(headline, spans(headline, "POLAND")) == "Poland denies sending shells"

    @pytest.mark.parametrize("headline", ["Poland denies sending shells to its neighbour", "F-16 to go", ""])
    def test_other_headlines_stay_as_they_are(self, headline: str) -> None:
        assert as_sentence(headline, []) == headline

    def test_offsets_stay(self) -> None:
        headline = "Norway’s Envoy Says İzmir Depot Holds Shells"
        assert len(as_sentence(headline, [])) == len(headline)


class TestVerbs:
    def test_a_verb_of_saying_read_as_a_noun_becomes_a_verb(self) -> None:
        doc = pipeline()("US suspects Iran transferred missiles to Russia")
        mend(doc)
        said, transferred = doc[1], doc[3]
        assert (said.pos_, said.lemma_, doc[0].dep_) == ("VERB", "suspect", "nsubj")
        assert (transferred.dep_, transferred.head.i) == ("ccomp", said.i)

    def test_a_noun_with_a_relative_clause_stays_a_noun(self) -> None:
        doc = pipeline()("The claims that Norway made surprised its allies")
        mend(doc)
        assert doc[1].pos_ == "NOUN"
