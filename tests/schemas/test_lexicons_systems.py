"""The lexicons of systems and items load, and a wrong row is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas import systems as lexicon
from schemas.tables import vocabulary

SYSTEMS_HEADER = "system_id,name,aliases,maker_id,support_type,unroca_category,is_ambiguous,ambiguous_names,source\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a lexicon of the test's own in place of the shipped one."""
    monkeypatch.setattr(lexicon, "LEXICONS", tmp_path)

    def put(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    return put


def test_several_hundred_systems_of_all_kinds_are_known() -> None:
    known = lexicon.systems()
    assert len(known) >= 500
    kinds = {"missiles", "air_defence", "drones", "aircraft", "armour", "naval", "artillery", "small_arms", "equipment"}
    assert kinds <= {one.support_type for one in known}
    assert len({one.maker_id for one in known}) >= 25


@pytest.mark.parametrize(
    ("system_id", "maker_id", "support_type", "category"),
    [
        ("Shahed-136", "IRN", "drones", None),
        ("Patriot", "USA", "air_defence", None),
        ("HIMARS", "USA", "artillery", "III"),
        ("ATACMS", "USA", "missiles", "VII"),
        ("Javelin", "USA", "missiles", "VII"),
        ("Stinger", "USA", "air_defence", "VII"),
        ("Leopard 2", "DEU", "armour", "I"),
        ("Exocet", "FRA", "missiles", "VII"),
        ("Tejas", "IND", "aircraft", "IV"),
        ("K9", "KOR", "artillery", "III"),
        ("Bayraktar TB2", "TUR", "drones", "IV"),
    ],
)
def test_a_system_has_maker_type_and_register_category(
    system_id: str, maker_id: str, support_type: str, category: str | None
) -> None:
    found = lexicon.system(system_id)
    assert (found.maker_id, found.support_type, found.unroca_category) == (maker_id, support_type, category)


@pytest.mark.parametrize(
    "system_id", ["Javelin", "Patriot", "M1 Abrams", "Leopard 2", "Marder", "Gepard", "HAWK", "BM-21"]
)
def test_names_that_are_ordinary_words_are_marked(system_id: str) -> None:
    assert lexicon.system(system_id).ambiguous_names


def test_an_unknown_system_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="no system Excalibur-9000"):
        lexicon.system("Excalibur-9000")


def test_every_support_type_has_terms() -> None:
    assert {term.support_type for term in lexicon.terms()} == set(vocabulary("support_type"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("X-1,X-1,,Germany,missiles,VII,false,,own", "maker_id 'Germany'"),
        ("X-1,X-1,,DEU,rockets,VII,false,,own", "unknown support_type 'rockets'"),
        ("X-1,X-1,,DEU,missiles,7,false,,own", "unknown unroca_category '7'"),
        ("X-1,X-1,,DEU,missiles,VII,no,,own", "is_ambiguous is true or false"),
        ("X-1,X-1,,DEU,missiles,VII,true,Falcon,own", "ambiguous_names are names of the row"),
        ("X-1,X-1,Y;Y,DEU,missiles,VII,false,,own", "listed twice"),
        ("X-1,X-1,Y; Z,DEU,missiles,VII,false,,own", "outer spaces"),
        ("X-1,X-1,,DEU,missiles,VII,false,,", "source must be given"),
        ("X-1,X-1,,DEU,missiles,VII", "columns are needed"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(write: Callable[[str, str], None], row: str, message: str) -> None:
    write("systems.csv", SYSTEMS_HEADER + row + "\n")
    with pytest.raises(ValueError, match=message) as caught:
        lexicon.systems.__wrapped__()
    assert "systems.csv, line 2" in str(caught.value)


def test_a_system_may_not_be_listed_twice(write: Callable[[str, str], None]) -> None:
    row = "X-1,X-1,,DEU,missiles,VII,false,,own\n"
    write("systems.csv", SYSTEMS_HEADER + row + row)
    with pytest.raises(ValueError, match="line 3: system X-1 is listed twice"):
        lexicon.systems.__wrapped__()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("zeppelin,balloons,kind,", "unknown support_type 'balloons'"),
        ("zeppelin,aircraft,sort,", "unknown role 'sort'"),
        (",aircraft,kind,", "is empty"),
    ],
)
def test_a_wrong_term_is_named_with_its_line(write: Callable[[str, str], None], row: str, message: str) -> None:
    write("items.csv", f"term,support_type,role,note\n{row}\n")
    with pytest.raises(ValueError, match=f"items.csv, line 2.*{message}"):
        lexicon.terms.__wrapped__()


def test_two_equal_spellings_are_refused(write: Callable[[str, str], None]) -> None:
    write("spellings.csv", "spelling,variant,note\narmour,armour,\n")
    with pytest.raises(ValueError, match="two different spellings"):
        lexicon.spellings.__wrapped__()
