"""What the mention finder takes for an actor, and what it does not."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.extract.actors import Mention, article_actors, find_mentions
from flows.extract.gazetteer import fold

PUBLISHED = date(2023, 3, 1)


def mentions(text: str, published: date | None = PUBLISHED) -> list[Mention]:
    return [m for m in find_mentions(text, published) if m.kind != "media" and not m.is_dateline]


def actors(text: str, published: date | None = PUBLISHED) -> list[str]:
    return [m.actor_id for m in mentions(text, published)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. and the UK will train Ukrainian pilots.", ["USA", "GBR", "UKR"]),
        ("Pyongyang shipped rockets to Moscow, Seoul said.", ["PRK", "RUS", "KOR"]),
        ("The Kremlin thanked Tehran; the Élysée stayed silent.", ["RUS", "IRN", "FRA"]),
        ("The elysee palace is in Paris and the Bundestag in Berlin.", ["FRA", "DEU", "DEU"]),
        ("Emirati and Qatari jets flew with Danes and Norwegians.", ["ARE", "QAT", "DNK", "NOR"]),
        ("The DRC and Congo-Brazzaville bought trucks.", ["COD", "COG"]),
        ("NATO, the EU and the G7 met the African Union.", ["NATO", "EU", "G7", "AU"]),
        ("Western countries and Gulf states differ from the West.", ["WEST", "GCC", "WEST"]),
        ("Kyiv asked its allies and partner nations for shells.", ["UKR", "ALLIES", "ALLIES"]),
        ("Lockheed Martin, Rheinmetall and Baykar will build a plant.", ["USA", "DEU", "TUR"]),
        ("Hezbollah and the Houthis got missiles.", ["NSA:Hezbollah", "NSA:Houthis"]),
        ("The IRGC and the Bundeswehr were mentioned.", ["IRN", "DEU"]),
        ("Rhodesia, Zaire and Burma bought arms.", ["ZWE", "COD", "MMR"]),
        ("The Soviet Union armed North Yemen.", ["RUS", "YEM"]),
        ("A Franco-German tank and an Indo-Russian missile.", ["FRA", "DEU", "IND", "RUS"]),
    ],
)
def test_names_seats_forces_firms_and_groups_resolve(text: str, expected: list[str]) -> None:
    assert actors(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Georgia's governor visited Atlanta.", []),
        ("Georgia bought Javelins from the United States.", ["GEO", "USA"]),
        ("Rep. Jim Jordan opposed the bill.", []),
        ("Jordan received F-16s.", ["JOR"]),
        ("Voters in Washington state went to the polls.", []),
        ("Paris Hilton arrived.", []),
        ("A plant in Lebanon, Pa., makes shells.", []),
        ("Troops from New Mexico and New South Wales left.", []),
        ("Papua New Guinea and Equatorial Guinea abstained.", ["PNG", "GNQ"]),
        ("The Niger Delta is in Nigeria.", ["NGA"]),
        ("Latin American armies buy in the South China Sea region.", []),
        ("Ships crossed the Indian Ocean and the Persian Gulf.", []),
        ("He fought in the Korean War and the Vietnam War.", []),
        ("Moscow, Idaho, is a small town.", []),
        ("A South African firm sold mortars.", ["ZAF"]),
        ("Abrams tanks and Patriot batteries arrived.", []),
        ("Northern Ireland stayed calm, Ireland said.", ["IRL"]),
        ("The anti-American march passed pro-Russian crowds.", []),
        ("Soldiers left for western Honduras.", ["HND"]),
        ("Talks on the North Korea issue stalled.", ["PRK"]),
        ("He asked the WHO to help us.", []),
    ],
)
def test_guards_turn_down_what_is_not_the_actor(text: str, expected: list[str]) -> None:
    assert actors(text) == expected


def test_news_outlets_are_media_and_no_state() -> None:
    found = find_mentions("The Washington Post and the Moscow Times cited the Jerusalem Post.", PUBLISHED)
    assert [(m.kind, m.actor_id) for m in found] == [("media", "MEDIA")] * 3


@pytest.mark.parametrize(
    "text",
    [
        "MOSCOW (Reuters) - Poland will send tanks.",
        "KYIV, Ukraine (AP) — Poland will send tanks.",
        "WASHINGTON, March 3 (UPI) -- Poland will send tanks.",
        "LIMA (PERU), 3 MAY 89 (EFE) -- [TEXT] Poland will send tanks.",
        "Tanks for the front\n\nBerlin, Germany – Poland will send tanks.",
    ],
)
def test_datelines_are_marked_and_not_counted(text: str) -> None:
    found = find_mentions(text, PUBLISHED)
    assert any(m.is_dateline for m in found)
    assert article_actors(found) == {"POL": 1}


def test_a_dash_after_a_subject_is_no_dateline() -> None:
    assert not any(m.is_dateline for m in find_mentions("Iran — long under embargo — sold drones.", PUBLISHED))


@pytest.mark.parametrize("words", ["Iranian-made", "Iranian-built", "Iranian-designed", "Iranian made"])
def test_adjectives_of_origin_are_marked(words: str) -> None:
    (iran, russia) = mentions(f"{words} drones were fired by Russia.")
    assert (iran.actor_id, iran.is_origin, russia.is_origin) == ("IRN", True, False)


def test_supplied_and_led_are_not_origin() -> None:
    assert [m.is_origin for m in mentions("Western-supplied missiles in a US-led, Iran-backed war")] == [False] * 3


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("President Bush met the emir.", date(1990, 9, 1), ["USA"]),
        ("Reagan approved the sale.", date(1987, 4, 1), ["USA"]),
        ("Thatcher and Gorbachev spoke.", date(1987, 4, 1), ["GBR", "RUS"]),
        ("Zelenskyy thanked Erdoğan and Modi.", PUBLISHED, ["UKR", "TUR", "IND"]),
        ("Prime Minister Kaja Kallas pledged howitzers.", date(2023, 1, 20), ["EST"]),
        ("Kallas urged member states to act.", date(2025, 2, 1), ["EU"]),
        ("Tusk ordered howitzers.", date(2024, 5, 1), ["POL"]),
        ("Secretary Austin spoke.", PUBLISHED, ["USA"]),
        ("Austin is a city, Powell a name, and North a direction.", PUBLISHED, []),
        ("Colin Powell left. Later Powell returned.", date(2003, 2, 1), ["USA", "USA"]),
        ("Jill Biden and Hunter Biden waved.", PUBLISHED, []),
        ("Joseph R. Biden Jr. signed; Mr. Biden smiled.", PUBLISHED, ["USA", "USA"]),
    ],
)
def test_leaders_resolve_by_date_and_introduction(text: str, published: date, expected: list[str]) -> None:
    assert actors(text, published) == expected


def test_a_leader_out_of_office_is_marked() -> None:
    (candidate,) = mentions("Donald Trump called the aid a waste.", date(2023, 6, 1))
    (president,) = mentions("Donald Trump called the aid a waste.", date(2018, 6, 1))
    assert (candidate.in_office, president.in_office) == (False, True)


def test_without_a_date_the_latest_reading_is_preferred() -> None:
    assert actors("Kaja Kallas spoke.", None) == ["EU"]
    assert actors("Belgrade spoke.", None) == ["SRB"]


def test_dated_capitals_follow_the_successor() -> None:
    assert actors("Belgrade sold howitzers.", date(1985, 5, 1)) == ["YUG"]
    assert actors("Belgrade sold howitzers.", date(2015, 5, 1)) == ["SRB"]


def test_shared_names_resolve_by_what_else_the_article_names() -> None:
    assert set(actors("India will buy jets. The IAF wants 114, New Delhi said.")) == {"IND"}
    assert set(actors("Israel struck targets. The IAF flew at night, Jerusalem said.")) == {"ISR"}
    assert set(actors("Brazzaville spoke. Congo wants trucks.")) == {"COG"}


def test_descriptions_need_their_actor() -> None:
    assert actors("Birds fly to the North.") == []
    assert actors("North Korea fired. The North denied sales.") == ["PRK", "PRK"]
    assert actors("Riyadh paid. The kingdom wants jets.") == ["SAU", "SAU"]


def test_rebels_are_those_of_the_state_that_the_article_names() -> None:
    assert actors("Syria burns. Arms reached the rebels.", date(2013, 4, 1)) == ["SYR", "NSA:Syrian rebels"]
    assert actors("Nicaragua burns. Arms reached the rebels.", date(1986, 4, 1)) == ["NIC", "NSA:Contras"]


def test_groups_that_nothing_places_are_armed_groups() -> None:
    assert actors("Rifles went to militias and rebel groups.") == ["NSA:armed groups"] * 2
    assert actors("Syria burns. Arms reached rebel groups.") == ["SYR", "NSA:Syrian rebels"]


def test_texts_in_one_case_are_read() -> None:
    assert actors("PRESIDENT REAGAN SAID THE SOVIET UNION ARMED NICARAGUA.", date(1986, 4, 1)) == ["USA", "RUS", "NIC"]
    lower = "the u.s. said that france sold jets to iraq and told us that turkey is cold and china is fine. poland, too"
    assert actors(lower) == ["USA", "FRA", "IRQ", "POL"]


def test_possessives_hyphens_and_curly_apostrophes() -> None:
    assert actors("Iran’s drones, Russia's war, N’Djamena’s army") == ["IRN", "RUS", "TCD"]
    found = mentions("the US-led, Saudi-financed effort")
    assert [(m.text, m.actor_id) for m in found] == [("US", "USA"), ("Saudi", "SAU")]


def test_offsets_are_those_of_the_text_and_mentions_do_not_overlap() -> None:
    text = "Ministers from Côte d’Ivoire, Türkiye and São Tomé and Príncipe met U.S. officials.\n\nThe U.S. paid."
    found = find_mentions(text, PUBLISHED)
    assert [text[m.start : m.end] for m in found] == [m.text for m in found]
    assert all(first.end <= second.start for first, second in pairwise(found))
    assert [m.actor_id for m in found] == ["CIV", "TUR", "STP", "USA", "USA"]


def test_web_addresses_are_not_read() -> None:
    assert actors("See https://example.org/russia/iran or write to desk@ukraine.example for more.") == []


def test_words_that_lost_their_blank_are_read() -> None:
    assert actors("TheChinese government denied it, saidJohn McCain of Boeing.", date(2010, 1, 1)) == [
        "CHN",
        "USA",
        "USA",
    ]


@given(st.text(max_size=200))
def test_any_text_is_read_with_true_offsets(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert all(text[m.start : m.end] == m.text for m in find_mentions(text, PUBLISHED))


def test_empty_text_has_no_mentions() -> None:
    assert find_mentions("", None) == []
    assert article_actors([]) == {}


def test_counts_are_ordered_by_frequency() -> None:
    found = find_mentions("Iran and Russia. Russian drones. The Washington Post said so.", PUBLISHED)
    assert list(article_actors(found).items()) == [("RUS", 2), ("IRN", 1)]


def test_an_article_takes_milliseconds() -> None:
    text = "Poland will send Ukraine tanks that Germany built, said President Duda after Nato talks in Kyiv. " * 40
    find_mentions(text, PUBLISHED)
    started = time.process_time()
    for _ in range(5):
        find_mentions(text, PUBLISHED)
    assert (time.process_time() - started) / 5 < 0.05
