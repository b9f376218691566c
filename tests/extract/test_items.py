"""What a sentence names as given, and of which kind of support it is."""

from __future__ import annotations

import time

import pytest

from flows.extract.items import ItemMention, find_items


def typed(sentence: str) -> list[tuple[str, str, str | None]]:
    """Words, support type and system of the items of a sentence that are not weak."""
    return [(one.text, one.support_type, one.system_id) for one in find_items(sentence) if not one.is_weak]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Madrid will hand over ten Leopard 2 battle tanks.", ("Leopard 2 battle tanks", "armour", "Leopard 2")),
        ("Oslo paid for the Patriot batteries.", ("Patriot batteries", "air_defence", "Patriot")),
        ("The army received tank ammunition.", ("tank ammunition", "ammunition", None)),
        ("Kyiv asked for air defence missiles.", ("air defence missiles", "air_defence", None)),
        ("Tehran is helping to build a drone factory there.", ("drone factory", "technology", None)),
        ("He denied that missile technology was passed on.", ("missile technology", "technology", None)),
        ("Warsaw gave spare parts for MiG-29s.", ("spare parts for MiG-29s", "equipment", "MiG-29")),
        ("London offered training on tanks.", ("training on tanks", "training", None)),
        ("Moscow supplies fighter jet engines.", ("fighter jet engines", "aircraft", None)),
        ("Bonn sold licensed production of the G3 rifle.", ("licensed production of the G3 rifle", "technology", "G3")),
        ("Washington cleared HIMARS rocket systems.", ("HIMARS rocket systems", "artillery", "HIMARS")),
        ("Lisbon sent ammunition for HIMARS.", ("ammunition for HIMARS", "ammunition", "HIMARS")),
        ("The fighters carried Grad rockets.", ("Grad rockets", "ammunition", "BM-21")),
        ("They fired Silkworm missiles.", ("Silkworm missiles", "missiles", "Silkworm")),
        ("Paris promised anti-aircraft guns.", ("anti-aircraft guns", "air_defence", None)),
        ("The US will train Ukrainian pilots on F-16s.", ("F-16s", "training", "F-16")),
        ("Prague sold L-39 trainers.", ("L-39 trainers", "aircraft", "L-39")),
        ("The US will extend military aid.", ("military aid", "aid", None)),
        ("Ankara gave Libya lethal aid.", ("lethal aid", "arms", None)),
    ],
)
def test_a_noun_phrase_has_one_type(sentence: str, expected: tuple[str, str, str | None]) -> None:
    assert expected in typed(sentence)


@pytest.mark.parametrize("written", ["F-16", "F16", "F 16", "F-16s", "F-16C/D", "F-16AM", "F‑16"])
def test_a_designation_is_read_however_it_is_written(written: str) -> None:
    found = find_items(f"Denmark will give {written} to Argentina.")
    assert [(one.text, one.system_id) for one in found] == [(written, "F-16")]


@pytest.mark.parametrize(
    "written", ["anti-tank missiles", "antitank missile", "ANTI-TANK MISSILES", "Anti tank missiles"]
)
def test_spelling_and_case_of_terms_do_not_matter(written: str) -> None:
    assert [one.support_type for one in find_items(f"They got {written} from abroad.")] == ["missiles"]


def test_american_and_british_spelling_are_one() -> None:
    assert (
        typed("armored vehicles and air defense")[0][1] == typed("armoured vehicles and air defence")[0][1] == "armour"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "The Patriot Act was debated in the Senate.",
        "General Abrams spoke to reporters.",
        "A leopard escaped from the zoo in Kilo Street.",
        "She studies hawks and eagles.",
        "The company paid $400 for a 10 percent share; it's 400 in all.",
        "They will tow the car and do harm.",
        "A think tank said so.",
        "He wrote it on A4 paper for the C2 structures.",
        "MILAN (Reuters) - Bonds rose.",
        "First aid was given to the victims.",
    ],
)
def test_ordinary_words_are_not_weapons(sentence: str) -> None:
    assert typed(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "system_id"),
    [
        ("Berlin will send Marders and shells to Ukraine.", "Marder"),
        ("Seoul wants Apache helicopters.", "AH-64"),
        ("The guerrillas got Stingers and other anti-aircraft missiles.", "Stinger"),
        ("Rabat bought Abrams tanks.", "M1 Abrams"),
    ],
)
def test_an_ambiguous_name_counts_in_military_company(sentence: str, system_id: str) -> None:
    assert system_id in [one.system_id for one in find_items(sentence)]


def test_an_ambiguous_name_is_known_from_elsewhere_in_the_article() -> None:
    text = "Poland asked for Patriot missiles.\n\nThe Patriot will come in June."
    start = text.index("The Patriot")
    assert [one.system_id for one in find_items(text, start)] == ["Patriot"]
    assert find_items(text[start:]) == []


def test_bare_missiles_take_the_kind_that_the_article_is_about() -> None:
    text = "Cyprus ordered the S-300 in Moscow. The S-300 worried Ankara.\n\nThe missiles went to Crete."
    start = text.index("The missiles")
    assert [one.support_type for one in find_items(text, start)] == ["air_defence"]
    assert [one.support_type for one in find_items(text[start:])] == ["missiles"]


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "First sentence. Prague will send howitzers to Kyiv."
    (found,) = find_items(text, 16, len(text))
    assert (found.start, found.end, text[found.start : found.end]) == (33, 42, "howitzers")
    assert isinstance(found, ItemMention)
    assert found.head == "howitzer"


def test_generic_and_weak_words_are_marked() -> None:
    weapons, tanks, support = find_items("The weapons, the tanks and the support came late.")
    assert (weapons.is_generic, weapons.is_weak) == (True, False)
    assert (tanks.is_generic, tanks.is_weak) == (False, False)
    assert support.is_weak


def test_names_glued_to_the_next_line_are_found_within_their_bounds() -> None:
    text = "Allies urge delivery of tanks26 JanuaryTop stories"
    assert [one.text for one in find_items(text, 0, text.index("26"))] == ["tanks"]


def test_a_long_text_is_read_quickly() -> None:
    text = ("The minister said that 14 Leopard 2 tanks and shells would reach the port in spring. " * 60)[:4000]
    find_items(text)
    began = time.process_time()
    for _ in range(5):
        find_items(text)
    assert (time.process_time() - began) / 5 < 0.05
