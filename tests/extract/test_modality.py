"""Stage and factuality by grammar: what governs a transfer, and what is only said near it; the brake."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from flows.extract.decide import cautious
from flows.extract.modality import Modality, brake, read_modality
from flows.extract.network import FACTUALITIES, STAGES
from schemas.tables import stage_group
from tests.extract.parsing import frames_of


def read(sentence: str, trigger: str) -> Modality:
    """The reading of the first frame of a trigger word."""
    found = [f for f in frames_of(sentence) if f.trigger.text == trigger]
    assert found, f"no frame of {trigger!r}; frames: {[f.name for f in frames_of(sentence)]}"
    return read_modality(found[0])


class TestStage:
    @pytest.mark.parametrize(
        ("sentence", "trigger", "group"),
        [
            ("Norway sent Ukraine twelve launchers.", "sent", "delivered"),
            ("Norway will send Ukraine twelve launchers.", "send", "committed"),
            ("The minister said Norway would send Ukraine twelve launchers.", "send", "committed"),
            ("Norway agreed to send Ukraine twelve launchers.", "send", "committed"),
            ("Norway continues to send Ukraine launchers.", "send", "delivered"),
            ("Norway urged Spain to send launchers to Ukraine.", "send", "sought"),
            ("Spain is under pressure to send launchers to Ukraine.", "send", "sought"),
            ("Send launchers to Ukraine!", "Send", "sought"),
            ("Norway is reluctant to send launchers to Ukraine.", "send", "stopped"),
            ("Norway ruled out sending launchers to Ukraine.", "sending", "stopped"),
            ("Norway will not send launchers to Ukraine.", "send", "stopped"),
            ("Norway has no plans to send launchers to Ukraine.", "send", "stopped"),
            ("Norway halted the delivery of launchers to Ukraine.", "delivery", "stopped"),
            ("Norway is mulling the delivery of launchers to Ukraine.", "delivery", "negotiating"),
            ("Norway announced a new package of launchers for Ukraine.", "package", "committed"),
            ("Norway eased an embargo on sales of launchers to Turkey.", "sales", "committed"),
        ],
    )
    def test_what_governs_the_transfer_tells_the_stage(self, sentence: str, trigger: str, group: str) -> None:
        assert stage_group(read(sentence, trigger).stage) == group

    def test_whoever_asks_for_a_stop_says_that_deliveries_go_on(self) -> None:
        found = read("Campaigners called on Norway to halt deliveries of launchers to Turkey.", "deliveries")
        assert (found.stage, found.factuality) == ("delivered", "affirmed")

    def test_an_announced_delivery_of_the_past_is_no_promise(self) -> None:
        assert read("Norway announced that it has delivered twelve launchers.", "delivered").stage == "delivered"

    def test_leave_to_use_arms_presupposes_them(self) -> None:
        assert read("Norway allowed Ukraine to use Norwegian launchers.", "use").stage == "used"


class TestFactuality:
    @pytest.mark.parametrize(
        ("sentence", "trigger", "factuality"),
        [
            ("Norway sent Ukraine twelve launchers.", "sent", "affirmed"),
            ("Norway denied that it sent launchers to Ukraine.", "sent", "denied"),
            ("Norway has never sent launchers to Ukraine.", "sent", "negated"),
            ("If Norway sends launchers to Ukraine, Spain will follow.", "sends", "conditional"),
            ("Should Norway send launchers to Ukraine, Spain will follow.", "send", "conditional"),
            ("Sending launchers to Ukraine would be a mistake.", "Sending", "conditional"),
            ("Will Norway send launchers to Ukraine?", "send", "conditional"),
            ("Norway has yet to confirm the transfer of launchers to Ukraine.", "transfer", "suspected"),
            ("Norway is expected to send launchers to Ukraine.", "send", "suspected"),
            ("Norway may send launchers to Ukraine.", "send", "suspected"),
        ],
    )
    def test_explicit_words_tell_how_it_is_presented(self, sentence: str, trigger: str, factuality: str) -> None:
        assert read(sentence, trigger).factuality == factuality

    @pytest.mark.parametrize(
        ("sentence", "trigger"),
        [
            ("Norway sent not only launchers to Ukraine.", "sent"),
            ("Norway sent launchers to Ukraine without saying how many.", "sent"),
            ("Spain has no quarrel over the delivery of launchers to Ukraine.", "delivery"),
            ("The deliveries of launchers to Ukraine will not change the outcome.", "deliveries"),
            ("Russia could strike the launchers supplied by Norway.", "supplied"),
        ],
    )
    def test_a_negation_or_modal_elsewhere_does_not(self, sentence: str, trigger: str) -> None:
        found = read(sentence, trigger)
        assert (stage_group(found.stage), found.factuality) == ("delivered", "affirmed")


class TestBrake:
    def test_firm_words_hold_an_affirmed_delivery_back(self) -> None:
        assert brake(Modality("delivered", "negated", True), "delivered", "affirmed") == ("delivered", "negated")
        assert brake(Modality("refused", "affirmed", True), "delivered", "affirmed") == ("refused", "affirmed")

    def test_tense_alone_does_not(self) -> None:
        assert brake(Modality("pledged", "affirmed", False), "delivered", "affirmed") == ("delivered", "affirmed")


def shares(names: Sequence[str], **given: float) -> np.ndarray:
    """Probabilities of named values; the others have none."""
    return np.array([given.get(name, 0.0) for name in names])


class TestCaution:
    def test_a_sure_delivery_is_published(self) -> None:
        stage, fact = shares(STAGES, delivered=0.9, pledged=0.1), shares(FACTUALITIES, affirmed=1.0)
        assert cautious(stage, fact, is_told_by_grammar=False) == ("delivered", "affirmed")

    def test_an_unsure_stage_gives_way_to_the_next_one(self) -> None:
        stage, fact = shares(STAGES, delivered=0.5, requested=0.4, refused=0.1), shares(FACTUALITIES, affirmed=1.0)
        assert cautious(stage, fact, is_told_by_grammar=False) == ("requested", "affirmed")

    def test_an_unsure_factuality_gives_way_to_the_next_one(self) -> None:
        stage, fact = shares(STAGES, delivered=1.0), shares(FACTUALITIES, affirmed=0.5, conditional=0.4, denied=0.1)
        assert cautious(stage, fact, is_told_by_grammar=False) == ("delivered", "conditional")

    def test_what_is_no_affirmed_delivery_stays_as_it_is(self) -> None:
        stage, fact = shares(STAGES, pledged=0.4, delivered=0.3, offered=0.3), shares(FACTUALITIES, affirmed=0.6)
        assert cautious(stage, fact, is_told_by_grammar=False) == ("pledged", "affirmed")


def test_a_delivery_told_by_grammar_needs_less_than_one_that_is_only_likely() -> None:
    stage, fact = np.zeros(len(STAGES)), np.zeros(len(FACTUALITIES))
    stage[STAGES.index("delivered")], stage[STAGES.index("pledged")] = 0.55, 0.45
    fact[FACTUALITIES.index("affirmed")] = 0.9
    assert cautious(stage, fact, is_told_by_grammar=True) == ("delivered", "affirmed")
    assert cautious(stage, fact, is_told_by_grammar=False) == ("pledged", "affirmed")
