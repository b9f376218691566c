"""Articles are split into sentences by rules; offsets are those of the article's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extract.sentences import MAX_SENTENCE, split_sentences


def texts(text: str, title: str | None = None) -> list[str]:
    return [sentence.text for sentence in split_sentences(text, title)]


class TestStops:
    def test_a_stop_before_a_capital_ends_a_sentence(self) -> None:
        assert texts("Oslo sent eight tanks. Kyiv had asked for more.") == [
            "Oslo sent eight tanks.",
            "Kyiv had asked for more.",
        ]

    def test_a_stop_before_a_small_letter_does_not(self) -> None:
        assert len(texts("The firm arms.example sells rifles to the ministry.")) == 1

    @pytest.mark.parametrize("stop", ["!", "?", "...", "…"])
    def test_other_stops_end_a_sentence(self, stop: str) -> None:
        assert len(texts(f"Where are the shells{stop} Nobody at the depot could say.")) == 2

    def test_glued_sentences_are_parted(self) -> None:
        assert texts("The depot lay in ruins.Washington promised new missiles.") == [
            "The depot lay in ruins.",
            "Washington promised new missiles.",
        ]

    @pytest.mark.parametrize("glued", ["U.S.", "U.K.", "p.m.", "3.B"])
    def test_stops_within_a_word_do_not_part_it(self, glued: str) -> None:
        assert len(texts(f"The offer by the {glued} navy stands until the end of May.")) == 1

    def test_a_decimal_point_is_no_stop(self) -> None:
        assert len(texts("Japan will lend 3.5 billion yen for patrol boats.")) == 1

    def test_a_blank_line_ends_a_sentence_without_a_stop(self) -> None:
        assert texts("Shells for Kyiv\n\nPrague has found the money") == [
            "Shells for Kyiv",
            "Prague has found the money",
        ]

    def test_points_of_a_list_are_sentences(self) -> None:
        assert len(texts("The package holds: • 31 tanks • 90 carriers • spare parts")) == 4


class TestAbbreviations:
    @pytest.mark.parametrize("short", ["Gen.", "Mr.", "Sen.", "Lt.", "Col.", "Dr."])
    def test_a_rank_before_a_name_does_not_end_a_sentence(self, short: str) -> None:
        assert len(texts(f"The jets were promised by {short} Hakonsen in the spring.")) == 1

    def test_a_month_or_an_initial_does_not_end_a_sentence(self) -> None:
        assert len(texts("On Nov. 2 the envoy John F. Marsh flew to Seoul.")) == 1


class TestQuotes:
    def test_a_quote_is_closed_with_its_sentence(self) -> None:
        assert texts('"We gave them rifles." The envoy left at noon.') == [
            '"We gave them rifles."',
            "The envoy left at noon.",
        ]

    def test_a_new_quote_opens_a_sentence(self) -> None:
        assert texts("Riga has kept its word. “Every gun is there,” she said.") == [
            "Riga has kept its word.",
            "“Every gun is there,” she said.",
        ]

    def test_a_comma_before_the_closing_quote_ends_nothing(self) -> None:
        assert len(texts("“Every gun is there,” said the minister.")) == 1


class TestTitle:
    def test_it_is_a_sentence_of_its_own_whatever_it_holds(self) -> None:
        title = "Tanks for Kyiv? Yes. Jets? No"
        sentences = split_sentences(f"{title}\n\nOslo decided on Monday.", title)
        assert [(s.text, s.is_title) for s in sentences] == [(title, True), ("Oslo decided on Monday.", False)]

    def test_a_title_that_does_not_open_the_text_is_ignored(self) -> None:
        assert [s.is_title for s in split_sentences("Oslo decided on Monday.", "Tanks for Kyiv")] == [False]


def test_a_table_without_stops_is_cut_at_spaces() -> None:
    text = "rifle 7 tank 3 " * 400
    sentences = split_sentences(text)
    assert max(len(s.text) for s in sentences) <= MAX_SENTENCE
    assert " ".join(s.text for s in sentences).split() == text.split()


def test_no_text_has_no_sentences() -> None:
    assert split_sentences(" \n\n ") == []


PIECES = st.sampled_from(
    ["Oslo sent tanks", "the U.S. Army", "Gen. Marsh", "3.5", "“", "”", '"', ". ", ".", "! ", "…", "\n\n", " • ", " "]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS, st.booleans())
def test_sentences_cover_the_text_in_order(text: str, is_titled: bool) -> None:
    title = text[: len(text) // 3].strip() or None if is_titled else None
    sentences = split_sentences(text, title)
    assert [s.index for s in sentences] == list(range(len(sentences)))
    assert all(s.text == text[s.start : s.end] and s.text.strip() == s.text != "" for s in sentences)
    ends = [0, *(s.end for s in sentences)]
    starts = [*(s.start for s in sentences), len(text)]
    gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert set("".join(gaps).replace(" ", "")) <= {c for c in "".join(gaps) if c.isspace() or c in "•▪●"}
