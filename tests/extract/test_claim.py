"""A decision becomes a row: its words, its amount and date, its mappings, its chain of sources, its key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest

from flows.extract.claim import claim_row, plover_code, unroca_category
from flows.extract.context import actor_slots
from flows.extract.decide import Decision, typed_pair
from flows.extract.features import Pair, known_systems
from flows.extract.frames import read_frames
from flows.extract.network import SIZES, Scores
from flows.extract.reading import SentenceReading, pipeline
from schemas.arrow import arrow_schema
from schemas.tables import vocabulary
from tests.extract.parsing import context_of, speeches_of

TANKS = "Norway sent eight Leopard 2 tanks to Ukraine in February 2023, the Kremlin said."
MOST_SLOTS = 8


def row_of(
    body: str, supplier: str = "NOR", recipient: str = "UKR", sentence: int = 0, **values: Any
) -> dict[str, Any]:
    """The row of a decided claim: delivered and affirmed armour in the voice of the article, unless told otherwise."""
    context = context_of(body)
    spoken = context.sentences[sentence]
    slots = actor_slots(context, spoken, MOST_SLOTS)
    k = len(slots)
    parts = {name: np.zeros((k, k, SIZES[name]), np.float32) for name in ("type", "stage", "factuality", "flag")}
    nothing = np.zeros(4, np.float32)
    scores = Scores(slots, np.zeros((k, k), np.float32), **parts, claimant=nothing, special=nothing, claims=0.0)
    doc, mentions = pipeline()(spoken.text), context.mentions_of(spoken)
    frames, speeches = read_frames(doc, mentions, spoken.start), speeches_of(body)[sentence]
    reading = SentenceReading(spoken, doc, mentions, context.items_of(spoken), frames, speeches, scores)
    pair = Pair(0, slots.index(supplier), slots.index(recipient), supplier, recipient)
    typed = typed_pair([reading], pair, values.pop("support_type", "armour"))
    decision = Decision(typed, "delivered", "affirmed", "AUTHOR", False, False, 0.9, 0.9, 0.9, 0.9)
    return claim_row(context, reading, replace(decision, **values), 0.81234567, "0.1.0-test")


class TestRow:
    def test_it_has_the_columns_of_the_table_but_the_event(self) -> None:
        assert set(row_of(TANKS)) == set(arrow_schema("claims").names) - {"event_id"}

    def test_words_are_those_of_the_sentence(self) -> None:
        row = row_of(TANKS)
        assert (row["supplier_text"], row["recipient_text"], row["trigger_text"]) == ("Norway", "Ukraine", "sent")
        assert row["item_text"] == "Leopard 2 tanks"
        assert row["evidence_text"] == TANKS == TANKS[row["evidence_start"] : row["evidence_end"]]

    def test_an_actor_that_the_sentence_does_not_name_has_its_words_from_before(self) -> None:
        row = row_of("Oslo met envoys of Ukraine on Monday. It sent eight tanks to the brigades.", sentence=1)
        assert (row["supplier_text"], row["recipient_text"]) == ("Oslo", "Ukraine")

    def test_amount_date_and_system_are_read(self) -> None:
        row = row_of(TANKS)
        assert (row["quantity_low"], row["quantity_high"], row["quantity_unit"]) == (8, 8, "units")
        assert (row["event_start_date"], row["event_end_date"]) == (date(2023, 2, 1), date(2023, 2, 28))
        assert known_systems()[row["system_id"]].name.startswith("Leopard 2")

    @pytest.mark.parametrize(
        ("body", "support_type", "low", "unit"),
        [
            ("Norway gave Ukraine 20 Bushmaster vehicles and 12 armoured vehicles.", "armour", 32, "units"),
            ("Norway gave Ukraine 20 armoured vehicles, including 12 Bushmaster vehicles.", "armour", 20, "units"),
            ("Norway gave Ukraine 20 tanks, and Sweden has lent it 12 tanks.", "armour", 20, "units"),
            ("Norway approved help for Ukraine with $90 million in military aid.", "aid", 90e6, "USD"),
            ("Norway signed a $90 million contract to supply tanks to Ukraine.", "armour", 90e6, "USD"),
        ],
        ids=["listed", "part of the first", "another clause", "another noun of the type", "sum of the deal"],
    )
    def test_amounts_of_one_claim(self, body: str, support_type: str, low: float, unit: str) -> None:
        row = row_of(body, support_type=support_type)
        assert (row["quantity_low"], row["quantity_unit"]) == (low, unit)
        assert row["quantity_text"] in body

    def test_what_the_sentence_does_not_say_is_missing(self) -> None:
        row = row_of("Norway sent tanks to Ukraine.")
        missing = ("quantity_text", "quantity_low", "quantity_unit", "date_text", "event_start_date", "system_id")
        assert [row[name] for name in missing] == [None] * len(missing)

    def test_the_rule_is_the_frame_or_else_the_context(self) -> None:
        assert row_of(TANKS)["rule"] == "give.verb.send"
        body = "Norway met envoys of Ukraine on Monday. The tanks were old."
        assert row_of(body, sentence=1)["rule"] == "network.context"

    def test_confidence_is_rounded(self) -> None:
        assert row_of(TANKS)["confidence"] == 0.8123


class TestKey:
    def test_the_same_claim_has_the_same_key(self) -> None:
        assert row_of(TANKS)["claim_id"] == row_of(TANKS)["claim_id"]

    @pytest.mark.parametrize(
        "changed",
        [
            {"stage": "pledged"},
            {"factuality": "denied"},
            {"claimant": "RUS"},
            {"support_type": "equipment"},
            {"supplier": "UKR", "recipient": "NOR"},
        ],
    )
    def test_another_coded_value_makes_another_key(self, changed: dict[str, Any]) -> None:
        assert row_of(TANKS, **changed)["claim_id"] != row_of(TANKS)["claim_id"]

    def test_probabilities_do_not_change_it(self) -> None:
        assert row_of(TANKS, pair_probability=0.5)["claim_id"] == row_of(TANKS)["claim_id"]

    def test_keys_of_all_coded_values_are_unique(self) -> None:
        found = [
            row_of("Norway sent tanks to Ukraine.", stage=stage, factuality=factuality)["claim_id"]
            for stage, factuality in product(vocabulary("stage"), vocabulary("factuality"))
        ]
        assert len(set(found)) == len(found)


class TestClaimant:
    def test_the_voice_of_the_article_has_no_words(self) -> None:
        row = row_of(TANKS)
        assert (row["claimant_text"], row["claimant_type"], row["claimant_is_anonymous"]) == (None, "author", False)

    def test_a_speaker_has_the_words_for_it(self) -> None:
        row = row_of(TANKS, claimant="RUS")
        assert (row["claimant_text"], row["claimant_type"]) == ("the Kremlin", "government")

    @pytest.mark.parametrize(
        ("sentence", "claimant", "kind"),
        [
            ("Norway sent tanks to Ukraine, Russian intelligence said.", "RUS", "intelligence"),
            ("Norway sent tanks to Ukraine, the Russian army said.", "RUS", "military"),
            ("Norway sent tanks to Ukraine, NATO said.", "NATO", "igo"),
            ("Norway sent tanks to Ukraine, analysts said.", "ANALYST", "ngo_analyst"),
            ("Norway sent tanks to Ukraine, Lockheed Martin said.", "ANALYST", "company"),
            ("Norway sent tanks to Ukraine, state television said.", "MEDIA", "media"),
            ("Norway sent tanks to Ukraine, a source said.", "UNK", "unknown"),
        ],
    )
    def test_its_kind_is_read_off_its_words(self, sentence: str, claimant: str, kind: str) -> None:
        assert row_of(sentence, claimant=claimant)["claimant_type"] == kind

    def test_a_source_without_a_name_is_anonymous(self) -> None:
        assert row_of("Norway sent tanks to Ukraine, a Russian official said.", claimant="RUS")["claimant_is_anonymous"]

    def test_the_chain_runs_from_the_outermost_speaker_to_the_claimant(self) -> None:
        nested = "Seoul said Washington believed Norway had sent tanks to Ukraine."
        assert row_of(nested, claimant="USA")["source_chain"] == ["KOR", "USA"]
        assert row_of(TANKS, claimant="RUS")["source_chain"] == ["RUS"]
        assert row_of("Norway sent tanks to Ukraine.")["source_chain"] == ["AUTHOR"]


class TestMappings:
    @pytest.mark.parametrize(
        ("stage", "factuality", "code"),
        [
            ("delivered", "affirmed", "AID-military"),
            ("delivered", "suspected", "ACCUSE-aid"),
            ("delivered", "denied", "REJECT-accusation"),
            ("pledged", "affirmed", "AGREE-aid"),
            ("requested", "affirmed", "REQUEST-aid"),
            ("refused", "affirmed", "REJECT-aid"),
            ("suspended", "affirmed", "SANCTION-aid"),
        ],
    )
    def test_plover_follows_stage_and_factuality(self, stage: str, factuality: str, code: str) -> None:
        assert plover_code(stage, factuality) == code

    def test_every_stage_and_factuality_has_a_code_of_the_vocabulary(self) -> None:
        found = {plover_code(*values) for values in product(vocabulary("stage"), vocabulary("factuality"))}
        assert found <= set(vocabulary("plover_code"))

    def test_unroca_is_the_systems_category_before_the_types(self) -> None:
        system = next(s for s in known_systems().values() if s.unroca_category == "I")
        assert unroca_category("missiles", system) == "I"
        assert unroca_category("missiles", None) == "VII"

    def test_types_of_no_category_have_none(self) -> None:
        assert unroca_category("training", None) is None

    def test_categories_are_of_the_vocabulary(self) -> None:
        found = {unroca_category(kind, None) for kind in vocabulary("support_type")} - {None}
        assert found <= set(vocabulary("unroca_category"))
