"""A claim is explained by its sentence: places of roles, frame, form of the verb, speakers and cues."""

from __future__ import annotations

from typing import Any

import pytest

from flows.extract.explain import Cue, Explanation, cue_glosses, explain, frame_glosses, frame_note
from flows.extract.lexicon import cue_kinds, triggers
from tests.small_release import claim


def explained(sentence: str, trigger: str, rule: str, **values: Any) -> Explanation:
    """A claim between Iran and Russia, explained."""
    return explain(claim(sentence, "IRN", "RUS", trigger_text=trigger, rule=rule, **values))


def places(explanation: Explanation) -> dict[str, tuple[int | None, int | None]]:
    return {role.role: (role.start, role.end) for role in explanation.roles}


def cue(explanation: Explanation, text: str, kind: str) -> Cue:
    return next(cue for cue in explanation.cues if (cue.text, cue.kind) == (text, kind))


class TestRoles:
    def test_of_a_word_that_stands_twice_the_one_nearest_to_the_trigger_is_meant(self) -> None:
        sentence = "Iran and Oman held talks in May before Iran sent drones to Russia."
        found = places(explained(sentence, "sent", "give.verb.send", supplier_text="Iran", recipient_text="Russia"))
        assert found["supplier"] == (39, 43)
        assert sentence[slice(*found["trigger"])] == "sent"

    def test_the_claimant_stands_where_it_speaks(self) -> None:
        sentence = "Iran said Iran had sent no drones to Russia."
        found = places(explained(sentence, "sent", "give.verb.send", supplier_text="Iran", claimant_text="Iran"))
        assert (found["claimant"], found["supplier"]) == ((0, 4), (10, 14))

    def test_words_that_are_not_in_the_sentence_are_from_context(self) -> None:
        found = explained("It has sent drones to Moscow.", "sent", "give.verb.send", supplier_text="Tehran")
        (supplier,) = (role for role in found.roles if role.role == "supplier")
        assert (supplier.text, supplier.start, supplier.is_from_context) == ("Tehran", None, True)

    def test_a_part_of_a_word_is_not_the_word(self) -> None:
        found = explained("Iranians cheered as Iran sent drones.", "sent", "give.verb.send", supplier_text="Iran")
        assert places(found)["supplier"] == (20, 24)

    def test_of_two_triggers_the_one_that_holds_the_sides_is_meant(self) -> None:
        sentence = "The sale of tanks to Oman was slow, while the sale of drones to Russia by Iran was not."
        assert places(explained(sentence, "sale", "sell.noun.sale"))["trigger"] == (46, 50)


class TestFrame:
    def test_every_frame_of_the_triggers_has_a_gloss(self) -> None:
        assert {frame for readings in triggers().values() for frame, _ in readings} <= frame_glosses().keys()

    def test_a_rule_is_put_in_words(self) -> None:
        note = frame_note("give.verb.supply")
        assert (note.frame, note.stage) == ("give", "delivered")
        assert note.gloss.startswith("Somebody gives: the subject")

    def test_the_network_alone_is_named_as_such(self) -> None:
        assert frame_note("network.context").gloss.startswith("No trigger word")
        assert frame_note("network.context").stage is None

    def test_a_rule_of_another_version_is_named_as_such(self) -> None:
        assert frame_note("ferry.verb.row").gloss == "not a frame of this version of the extractor"


@pytest.mark.parametrize(
    ("sentence", "trigger", "tense", "modals", "negations", "is_passive"),
    [
        ("Iran has supplied drones to Russia.", "supplied", "present perfect", (), (), False),
        ("Iran supplied drones to Russia.", "supplied", "past", (), (), False),
        ("Iran did not supply drones to Russia.", "supply", "past", (), ("not",), False),
        ("Iran will supply drones to Russia.", "supply", "future", ("will",), (), False),
        ("Iran might supply drones to Russia.", "supply", "modal", ("might",), (), False),
        ("Iran is supplying drones to Russia.", "supplying", "present progressive", (), (), False),
        ("Drones were supplied to Russia by Iran.", "supplied", "past", (), (), True),
        ("Iran agreed to supply drones to Russia.", "supply", "infinitive", (), (), False),
    ],
)
def test_the_form_of_the_verb(
    sentence: str, trigger: str, tense: str, modals: tuple[str, ...], negations: tuple[str, ...], is_passive: bool
) -> None:
    verb = explained(sentence, trigger, "give.verb.supply").verb
    assert verb is not None
    assert (verb.tense, verb.modals, verb.negations, verb.is_passive) == (tense, modals, negations, is_passive)


def test_a_claim_without_a_trigger_has_no_verb_and_no_near_cues() -> None:
    found = explain(claim("Reportedly, more drones for Moscow.", "IRN", "RUS", rule="network.context"))
    assert found.verb is None
    assert [(cue.text, cue.is_near) for cue in found.cues if cue.kind == "hearsay"] == [("Reportedly", False)]


class TestCues:
    def test_every_kind_of_cue_has_a_gloss(self) -> None:
        assert set(cue_kinds()) == cue_glosses().keys()

    def test_the_verb_above_the_trigger_is_near_and_that_of_another_clause_is_not(self) -> None:
        sentence = (
            "Iran denies supplying drones to Russia, though an aide in the capital who followed the long and slow "
            "talks from the start suspects other motives."
        )
        found = explained(sentence, "supplying", "give.verb.supply")
        denial, doubt = cue(found, "denies", "deny"), cue(found, "suspects", "doubt")
        assert (denial.is_near, denial.bears_on) == (True, "factuality")
        assert denial.gloss.startswith("denied")
        assert sentence[denial.start : denial.end] == "denies"
        assert not doubt.is_near

    def test_the_longest_phrase_of_a_kind_is_one_cue(self) -> None:
        found = explained("Analysts called on Iran to stop sending drones.", "sending", "give.verb.send")
        assert [cue.text for cue in found.cues if cue.kind == "urge"] == ["called on"]
        assert cue(found, "stop", "stop").bears_on == "stage"

    def test_a_plain_sentence_has_no_cues(self) -> None:
        assert explained("Iran sent drones to Russia.", "sent", "give.verb.send").cues == ()


class TestSpeakers:
    def test_who_says_what_the_trigger_is_part_of(self) -> None:
        found = explained("Iran sent drones to Russia, Ukraine said.", "sent", "give.verb.send")
        (speaker,) = found.speakers
        assert (speaker.text, speaker.claimant_id, speaker.verb, speaker.has_trigger) == ("Ukraine", "UKR", "say", True)

    def test_the_words_of_the_claimant_stand_for_the_claimant_of_the_claim(self) -> None:
        values = {"claimant_text": "He", "claimant_id": "USA"}
        found = explained("He said Iran had sent drones to Russia.", "sent", "give.verb.send", **values)
        assert found.speakers[0].claimant_id == "USA"
