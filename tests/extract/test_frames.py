"""Frames by grammar: for each kind of trigger, who gives and who gets, and sentences that are no such frame."""

from __future__ import annotations

import pytest

from flows.extract.frames import Frame
from flows.extract.lexicon import triggers
from tests.extract.parsing import frames_of

Sides = tuple[set[str], set[str]]
MATCHES = [
    ("give", "Germany sent eight tanks to Ukraine.", "DEU", "UKR"),
    ("sell", "Israel sold air defence systems to Azerbaijan.", "ISR", "AZE"),
    ("equip", "Britain has trained Ukrainian soldiers since the summer.", "GBR", "UKR"),
    ("commit", "Belgium promised fighter jets to Ukraine.", "BEL", "UKR"),
    ("approve", "The United States approved missiles for Poland.", "USA", "POL"),
    ("offer", "Sweden has offered Ukraine artillery.", "SWE", "UKR"),
    ("consider", "Italy is considering air defence systems for Ukraine.", "ITA", "UKR"),
    ("station", "The United States stationed missiles in Germany.", "USA", "DEU"),
    ("make", "Spain is building frigates for Turkey.", "ESP", "TUR"),
    ("arrive", "American F-16s arrived in Poland.", "USA", "POL"),
    ("get", "Egypt received fighter jets from France.", "FRA", "EGY"),
    ("buy", "Fighter jets were bought from France by Egypt.", "FRA", "EGY"),
    ("order", "Turkey ordered frigates from Spain.", "ESP", "TUR"),
    ("ask", "Ukraine asked Germany for tanks.", "DEU", "UKR"),
    ("stop", "Canada halted arms exports to Turkey.", "CAN", "TUR"),
    ("cancel", "South Korea cancelled the sale of howitzers to Turkey.", "KOR", "TUR"),
    ("block", "Germany blocked the export of tanks to Ukraine.", "DEU", "UKR"),
    ("refuse", "Norway refused Israel ammunition.", "NOR", "ISR"),
]
ONE_SIDE = [
    ("use", "Russian troops used Iranian drones against the port.", "", "RUS"),
    ("choose", "India chose the French submarine.", "", "IND"),
    ("negotiate", "China and Pakistan negotiated over frigates.", "CHN PAK", ""),
]
NO_MATCHES = [
    ("give", "Germany condemned Russia for the attack on Ukraine."),
    ("sell", "Israel praised Azerbaijan for its harvest."),
    ("equip", "Britain greeted the Ukrainian soldiers at the airport."),
    ("commit", "Belgium defeated Ukraine on penalties."),
    ("approve", "The United States and Poland share a language of trade."),
    ("offer", "Sweden lies north of Poland."),
    ("consider", "Italy borders France, Austria and Slovenia."),
    ("station", "German missiles struck nothing in Poland."),
    ("make", "Spain thanked Turkey for the frigates."),
    ("arrive", "Poland likes the American F-16."),
    ("get", "Egypt and France condemned the attack."),
    ("buy", "Egypt sold fighter jets to France."),
    ("order", "Turkey praised the frigates of Spain."),
    ("ask", "Ukraine thanked Germany for tanks."),
    ("stop", "Canada sent rifles to Turkey."),
    ("cancel", "South Korea delivered howitzers to Turkey."),
    ("block", "Germany exported tanks to Ukraine."),
    ("refuse", "Norway gave Israel ammunition."),
    ("use", "Russian troops feared Iranian drones."),
    ("choose", "India thanked France."),
    ("negotiate", "China supplied Pakistan with frigates."),
]


def sides(frame: Frame) -> Sides:
    return {m.actor_id for m in frame.suppliers}, {m.actor_id for m in frame.recipients}


def frame(sentence: str, trigger: str) -> Frame:
    """The first frame of a trigger word in a sentence."""
    found = [f for f in frames_of(sentence) if f.trigger.text == trigger]
    assert found, f"no frame of {trigger!r}; frames: {[f.name for f in frames_of(sentence)]}"
    return found[0]


class TestKinds:
    def test_every_kind_of_frame_has_a_sentence_for_and_one_against(self) -> None:
        kinds = {kind for readings in triggers().values() for kind, _ in readings}
        assert {kind for kind, *_ in MATCHES + ONE_SIDE} == kinds == {kind for kind, _ in NO_MATCHES}

    @pytest.mark.parametrize(("kind", "sentence", "supplier", "recipient"), MATCHES + ONE_SIDE)
    def test_it_is_found_with_its_sides(self, kind: str, sentence: str, supplier: str, recipient: str) -> None:
        found = [sides(f) for f in frames_of(sentence) if f.frame == kind]
        assert (set(supplier.split()), set(recipient.split())) in found

    @pytest.mark.parametrize(("kind", "sentence"), NO_MATCHES)
    def test_it_is_not_found_where_its_verb_is_another(self, kind: str, sentence: str) -> None:
        assert kind not in {f.frame for f in frames_of(sentence)}

    def test_a_frame_is_named_by_kind_part_of_speech_and_lemma(self) -> None:
        assert frame("Germany sent eight tanks to Ukraine.", "sent").name == "give.verb.send"
        assert frame("The sale of tanks by Germany to Ukraine is final.", "sale").name == "sell.noun.sale"


class TestGiving:
    @pytest.mark.parametrize(
        ("sentence", "trigger"),
        [
            ("Germany sent Ukraine eight tanks.", "sent"),
            ("Germany supplied Ukraine with eight tanks.", "supplied"),
            ("Germany supplied eight tanks to Ukraine.", "supplied"),
            ("Eight tanks were sent to Ukraine by Germany.", "sent"),
            ("Ukraine was given eight tanks by Germany.", "given"),
            ("The tanks supplied by Germany to Ukraine were old.", "supplied"),
        ],
    )
    def test_actives_datives_and_passives_have_the_same_sides(self, sentence: str, trigger: str) -> None:
        assert sides(frame(sentence, trigger)) == ({"DEU"}, {"UKR"})

    def test_a_passive_without_an_agent_names_no_supplier(self) -> None:
        assert sides(frame("Drones were supplied to Russia.", "supplied")) == (set(), {"RUS"})

    def test_conjoined_suppliers_all_supply(self) -> None:
        found = frame("Germany and Poland sent eight tanks to Ukraine.", "sent")
        assert sides(found) == ({"DEU", "POL"}, {"UKR"})

    def test_the_goods_are_the_object_and_not_the_recipient(self) -> None:
        found = frame("Germany sent Ukraine eight tanks.", "sent")
        assert [token.text for token in found.objects] == ["tanks"]

    def test_where_goods_were_made_is_not_a_side(self) -> None:
        assert sides(frame("Syria gave Iranian-made rockets to Hezbollah.", "gave"))[0] == {"SYR"}


class TestGetting:
    @pytest.mark.parametrize(
        ("sentence", "trigger"),
        [
            ("Egypt received fighter jets from France.", "received"),
            ("Egypt bought fighter jets from France.", "bought"),
            ("Fighter jets were acquired by Egypt from France.", "acquired"),
        ],
    )
    def test_who_gets_is_the_subject_or_the_agent(self, sentence: str, trigger: str) -> None:
        assert sides(frame(sentence, trigger)) == ({"FRA"}, {"EGY"})


class TestNouns:
    @pytest.mark.parametrize(
        ("sentence", "trigger"),
        [
            ("The delivery of tanks by Germany to Ukraine has begun.", "delivery"),
            ("Germany's delivery of tanks to Ukraine has begun.", "delivery"),
            ("German deliveries of tanks to Ukraine have begun.", "deliveries"),
            ("Germany began deliveries of tanks to Ukraine.", "deliveries"),
        ],
    )
    def test_by_phrases_owners_and_adjectives_supply(self, sentence: str, trigger: str) -> None:
        assert "DEU" in sides(frame(sentence, trigger))[0]

    def test_the_recipient_follows_to(self) -> None:
        assert sides(frame("The delivery of tanks by Germany to Ukraine has begun.", "delivery"))[1] == {"UKR"}

    def test_who_requests_gets(self) -> None:
        assert sides(frame("Ukraine's request for tanks went to Berlin.", "request"))[1] == {"UKR"}


class TestSubjects:
    def test_a_promise_to_give_is_the_subjects_own(self) -> None:
        assert sides(frame("Poland agreed to give Ukraine jets.", "give")) == ({"POL"}, {"UKR"})

    def test_who_is_urged_to_send_sends(self) -> None:
        assert sides(frame("Washington urged Berlin to send tanks to Kyiv.", "send")) == ({"DEU"}, {"UKR"})

    def test_who_urges_is_not_the_one_who_supplies(self) -> None:
        assert sides(frame("Washington urged Berlin to send tanks to Kyiv.", "urged")) == ({"DEU"}, {"USA"})

    def test_a_relative_clause_has_the_noun_before_it_as_subject(self) -> None:
        found = frame("Iran, which has supplied drones to Russia, denied it.", "supplied")
        assert sides(found) == ({"IRN"}, {"RUS"})

    def test_us_in_capitals_is_a_state_and_no_pronoun(self) -> None:
        found = frame("Poland thanked Kyiv after the US sent tanks to Ukraine.", "sent")
        assert sides(found) == ({"USA"}, {"UKR"})

    def test_the_second_of_two_verbs_shares_the_subject(self) -> None:
        found = frame("Germany cleared its depots and sent tanks to Ukraine.", "sent")
        assert sides(found) == ({"DEU"}, {"UKR"})


class TestModifiers:
    @pytest.mark.parametrize(
        ("sentence", "trigger", "supplier"),
        [
            ("Western-supplied missiles hit a depot near the bridge.", "supplied", "WEST"),
            ("Iranian-supplied rockets were found in the cellar.", "supplied", "IRN"),
        ],
    )
    def test_the_word_before_the_hyphen_supplies(self, sentence: str, trigger: str, supplier: str) -> None:
        found = [sides(f)[0] for f in frames_of(sentence) if f.trigger.text == trigger]
        assert {supplier} in found

    def test_nobody_is_said_to_get_the_goods(self) -> None:
        assert all(not f.recipients for f in frames_of("Iranian-made rockets were found in the cellar."))
