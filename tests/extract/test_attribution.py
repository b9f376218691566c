"""Who says so: speakers of a sentence, of the quote that goes on after it, and names that the article introduced."""

from __future__ import annotations

import pytest

from flows.extract.attribution import Speech
from flows.extract.reading import pipeline
from tests.extract.parsing import speeches_of


def first(body: str, sentence: int = 0) -> Speech:
    """The outermost speech of a sentence of the passage."""
    found = speeches_of(body)[sentence]
    assert found, "nobody speaks"
    return found[0]


def claimant(body: str, sentence: int = 0) -> str:
    return first(body, sentence).claimant


class TestSpeakers:
    @pytest.mark.parametrize(
        ("sentence", "speaker", "words"),
        [
            ("Poland has sent tanks to Ukraine, the Kremlin said.", "RUS", "the Kremlin"),
            ("The Kremlin said Poland had sent tanks to Ukraine.", "RUS", "The Kremlin"),
            ("Iran has sent drones to Russia, according to Ukrainian officials.", "UKR", "Ukrainian officials"),
            ("According to the United States, North Korea has shipped shells.", "USA", "the United States"),
            ("The Kremlin denied that it had received drones from Iran.", "RUS", "The Kremlin"),
            ("President Emmanuel Macron announced that rifles would follow.", "FRA", "President Emmanuel Macron"),
        ],
    )
    def test_a_state_speaks_by_its_seat_its_people_or_its_officials(
        self, sentence: str, speaker: str, words: str
    ) -> None:
        found = first(sentence)
        assert (found.claimant, found.text) == (speaker, words)

    def test_what_is_said_is_in_the_scope_and_the_speaker_is_not(self) -> None:
        sentence = "The Kremlin said Poland had sent tanks to Ukraine."
        words = [token.text for token in pipeline()(sentence)]
        scope = {words[i] for i in first(sentence).scope}
        assert {"Poland", "sent", "tanks"} <= scope and "Kremlin" not in scope

    def test_of_two_speakers_the_outer_one_comes_first(self) -> None:
        found = speeches_of("Seoul said Washington believed Pyongyang had sent shells to Moscow.")[0]
        assert [speech.claimant for speech in found] == ["KOR", "USA"]
        assert found[1].scope < found[0].scope

    def test_analysts_speak_for_no_state(self) -> None:
        assert claimant("Analysts say that Turkey supplied the drones.") == "ANALYST"
        named = "Tomasz Brzezina, an analyst at a think tank in Warsaw, said Poland had given Ukraine jets."
        assert claimant(named) == "ANALYST"

    def test_media_speak_for_themselves(self) -> None:
        assert claimant("State television said Iran had sent rockets to Syria.") == "MEDIA"

    @pytest.mark.parametrize("sentence", ["Norway sent tanks to Ukraine.", "Oslo likes jets."])
    def test_where_nobody_is_said_to_speak_nobody_does(self, sentence: str) -> None:
        assert speeches_of(sentence) == [[]]


class TestAnonymity:
    @pytest.mark.parametrize(
        ("sentence", "speaker"),
        [
            ("U.S. officials said that China was weighing shells for Russia.", "USA"),
            ("Officials said that Turkey had sold drones to Mali.", "UNK"),
            ("A diplomat said that Iran had sent missiles.", "UNK"),
        ],
    )
    def test_officials_and_diplomats_without_a_name_are_anonymous(self, sentence: str, speaker: str) -> None:
        found = first(sentence)
        assert (found.claimant, found.is_anonymous) == (speaker, True)

    def test_a_state_or_a_named_official_is_not(self) -> None:
        assert not first("The Kremlin said Poland had sent tanks.").is_anonymous
        assert not first("Pentagon official Orla Hakonsen said missiles had reached Poland.").is_anonymous


class TestMemory:
    def test_a_pronoun_is_the_last_speaker(self) -> None:
        assert claimant("Oslo said the jets would go to Kyiv. He said eight of them had left.", sentence=1) == "NOR"

    def test_a_pronoun_with_nobody_before_it_is_unknown(self) -> None:
        assert claimant("He said eight of the jets had left.") == "UNK"

    def test_a_surname_speaks_for_the_state_it_was_introduced_with(self) -> None:
        body = "Pentagon spokesman Orla Hakonsen met reporters. Hakonsen said missiles had reached Poland."
        assert claimant(body, sentence=1) == "USA"

    def test_a_surname_that_nobody_introduced_is_unknown(self) -> None:
        assert claimant("Hakonsen said missiles had reached the coast.") == "UNK"

    def test_a_quote_goes_on_over_sentences_until_it_is_closed(self) -> None:
        body = "Kyiv said: “Iran gave them drones. It gave them pilots too.” Rain fell on the port."
        found = speeches_of(body)
        assert [[s.claimant for s in speeches] for speeches in found] == [["UKR"], ["UKR"], []]
        assert found[1][0].is_carried and not found[0][0].is_carried

    def test_a_sentence_that_opens_with_a_quote_is_the_last_speakers(self) -> None:
        body = '"We gave them rifles," President Emmanuel Macron said. "And we gave them shells."'
        found = first(body, sentence=1)
        assert (found.claimant, found.is_carried) == ("FRA", True)

    def test_i_in_a_quote_is_its_speaker_and_outside_the_article(self) -> None:
        quoted = speeches_of("“I thank Norway for the eight jets that it sent,” President Emmanuel Macron said.")[0]
        assert {speech.claimant for speech in quoted} == {"FRA"}
        assert claimant("I thank Norway for the eight jets that it sent to Kyiv.") == "AUTHOR"

    def test_a_quote_is_the_speakers_who_follows_it(self) -> None:
        body = "“The eight jets from Norway are here. We waited long for them,” President Emmanuel Macron said."
        assert claimant(body) == "FRA"

    def test_an_office_is_that_of_the_state_that_it_was_told_of(self) -> None:
        body = "The Polish defence ministry met reporters. The ministry said tanks had left for Ukraine."
        assert claimant(body, sentence=1) == "POL"


class TestWhatIsSaid:
    """Only what the words of saying govern is the speaker's; the rest of the sentence is the author's."""

    @pytest.mark.parametrize(
        ("sentence", "said", "not_said"),
        [
            ("As Norway shipped tanks, the Kremlin said that Poland had sent jets.", "sent", "shipped"),
            ("Poland, which bought jets, said that Norway had sent tanks.", "sent", "bought"),
            ("Poland said that Norway had sent tanks after France delivered rifles.", "sent", None),
            ("The Kremlin accused Poland of sending tanks.", "sending", "Kremlin"),
        ],
    )
    def test_scope(self, sentence: str, said: str, not_said: str | None) -> None:
        words = [token.text for token in pipeline()(sentence)]
        scope = {words[i] for i in first(sentence).scope}
        assert said in scope and not_said not in scope

    @pytest.mark.parametrize(
        ("sentence", "speaker"),
        [
            ("US confirms that Kyiv used the missiles.", "USA"),
            ("Russia was accused by Ukraine of buying drones from Iran.", "UKR"),
            ("Ukraine's claim that Iran sent drones was rejected.", "UKR"),
            ("An allegation by Washington that Iran sent drones was rejected.", "USA"),
            ("Turkey, citing Polish officials, expects the tanks in May.", "POL"),
            ("One of the Polish officials said tanks had left.", "POL"),
            ("The British newspaper wrote that Iran had sent drones.", "MEDIA"),
            ("Reuters reported that Iran had sent drones to Russia.", "MEDIA"),
            ("Lockheed Martin said Japan had ordered jets.", "ANALYST"),
            ("The tanks were reported to have been sent to Ukraine.", "UNK"),
            ("Iran has reportedly sent drones to Russia.", "UNK"),
            ("Rumours that Iran sent drones reached the port.", "UNK"),
        ],
    )
    def test_who_says_it(self, sentence: str, speaker: str) -> None:
        assert claimant(sentence) == speaker

    @pytest.mark.parametrize(
        "sentence", ["The visit will underscore the aid for Kyiv.", "This adds tanks to the aid for Kyiv."]
    )
    def test_things_do_not_speak(self, sentence: str) -> None:
        assert speeches_of(sentence) == [[]]

    @pytest.mark.parametrize(
        ("title", "speaker"),
        [("Jets are on their way to Kyiv: Pentagon", "USA"), ("Jets are on their way to Kyiv - Kremlin", "RUS")],
    )
    def test_a_headline_names_its_speaker_at_the_end(self, title: str, speaker: str) -> None:
        assert speeches_of("Rain fell on the port.", title)[0][0].claimant == speaker

    def test_a_dateline_does_not_speak(self) -> None:
        assert claimant("WARSAW (Reuters) - The Kremlin said Poland had sent tanks.") == "RUS"
