"""The actor lexicons as shipped, and what the loader says about a wrong row."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from schemas import lexicons
from schemas.lexicons import LEXICONS, LexiconError, actor_lexicon, known_ids, person_words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lexicons that a test may spoil."""
    copy = tmp_path / "lexicons"
    shutil.copytree(LEXICONS, copy)
    return copy


def append(folder: Path, name: str, row: str) -> int:
    """Add a row to a lexicon and return its line number."""
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, row]) + "\n", encoding="utf-8")
    return len(lines) + 1


def test_every_state_has_a_name_alias() -> None:
    lexicon = actor_lexicon()
    named = {alias.actor_id for alias in lexicon.aliases if alias.kind in ("name", "former")}
    assert {actor.actor_id for actor in lexicon.actors if actor.kind == "state"} <= named


def test_the_codes_of_the_guidelines_are_there() -> None:
    special = {"XKX", "TWN", "PSE", "DDR", "CSK", "YUG"}
    groups = {"NATO", "EU", "UN", "G7", "AU", "GCC", "ECOWAS", "ARAB", "WEST", "EUROPE", "ALLIES", "WARSAW"}
    claimants = {"AUTHOR", "MEDIA", "ANALYST", "UNK"}
    assert special | groups | claimants | {"NSA:Hezbollah", "NSA:Contras", "NSA:Wagner"} <= known_ids()
    assert "HKG" not in known_ids()


def test_lexicons_are_of_useful_size() -> None:
    lexicon = actor_lexicon()
    assert len(lexicon.aliases) > 1500
    assert len(lexicon.leaders) > 700
    assert len(lexicon.companies) > 400
    assert len(lexicon.nonstate) > 100


def test_every_guard_speaks_of_an_alias_in_use() -> None:
    lexicon = actor_lexicon()
    used = {(alias.alias, alias.actor_id) for alias in lexicon.aliases}
    used |= {(name, row.actor_id) for row in lexicon.companies for name in (row.company, *row.aliases)}
    used |= {(name, row.actor_id) for row in lexicon.nonstate for name in (row.name, *row.aliases)}
    guarded = {(g.alias, g.actor_id) for g in lexicon.guards if g.rule not in ("phrase", "media") and g.alias != "*"}
    assert guarded <= used, sorted(guarded - used)


def test_no_company_has_two_homes() -> None:
    homes = Counter(name for row in actor_lexicon().companies for name in {row.company, *row.aliases})
    assert [name for name, count in homes.items() if count > 1] == []


def test_person_words_are_split_by_role() -> None:
    assert "president" in person_words("title")
    assert "but" in person_words("not_first_name")
    assert "Reuters" in person_words("dateline_agency")


@pytest.mark.parametrize(
    ("name", "row", "read", "message"),
    [
        ("actors.csv", "XQ,Nowhere,state,,", "read_actors", "alpha-3"),
        ("actors.csv", "XQX,Nowhere,planet,,", "read_actors", "kind is 'planet'"),
        ("actors.csv", "FRA,France,state,FR,", "read_actors", "repeats line"),
        ("actors.csv", "XQX,Nowhere,state,,,,", "read_actors", "number of fields"),
        ("aliases.csv", "XQX,Nowhere,name,,,", "read_aliases", "add it there first"),
        ("aliases.csv", "FRA,,name,,,", "read_aliases", "alias is empty"),
        ("aliases.csv", "FRA,Gaul,nickname,,,", "read_aliases", "kind is 'nickname'"),
        ("aliases.csv", "FRA,Gaul,name,19,,", "read_aliases", "four digits"),
        ("aliases.csv", "FRA,Gaul,name,1990,1980,", "read_aliases", "is after"),
        ("leaders.csv", "FRA,Oak,Pat Oak,president,,,m,editors,", "read_leaders", "from_date is empty"),
        ("leaders.csv", "FRA,Oak,Pat Oak,president,1.2.1990,,m,editors,", "read_leaders", "YYYY-MM-DD"),
        (
            "leaders.csv",
            "FRA,Oak,Pat Oak,president,1990-01-01,1980-01-01,m,editors,",
            "read_leaders",
            "before from_date",
        ),
        ("leaders.csv", "FRA,Oak,Pat Oak,president,1990-01-01,,x,editors,", "read_leaders", "gender is 'x'"),
        ("leaders.csv", "FRA,Oak,Pat Oak,president,1990-01-01,,m,,", "read_leaders", "source is empty"),
        ("companies.csv", "FRA,Acme,One;;Two,", "read_companies", "extra semicolon"),
        ("companies.csv", "ZZZ,Acme,,", "read_companies", "actor_id is 'ZZZ'"),
        ("nonstate.csv", "NSA:Foo,Bar,,group,,", "read_nonstate", "must be 'NSA:Bar'"),
        ("nonstate.csv", "NSA:Bar,Bar,,group,ZZZ,", "read_nonstate", "home_id is 'ZZZ'"),
        ("guards.csv", "France,FRA,near,x,", "read_guards", "rule is 'near'"),
        ("guards.csv", "France,FRA,after,(,", "read_guards", "no regular expression"),
        ("guards.csv", "France,FRA,after,,", "read_guards", "pattern is empty"),
        ("guards.csv", "France,FRA,until,,", "read_guards", "give the year"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(folder: Path, name: str, row: str, read: str, message: str) -> None:
    line = append(folder, name, row)
    with pytest.raises(LexiconError, match=rf"{re.escape(name)} line {line}: .*{re.escape(message)}"):
        getattr(lexicons, read)(folder)


def test_a_wrong_header_is_named(folder: Path) -> None:
    (folder / "companies.csv").write_text("actor,firm\nFRA,Acme\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"companies\.csv line 1: header"):
        lexicons.read_companies(folder)


def test_an_empty_lexicon_does_not_pass(folder: Path) -> None:
    (folder / "companies.csv").write_text("actor_id,company,aliases,note\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="has no rows"):
        lexicons.read_companies(folder)


def test_capitals_in_person_words_are_refused(folder: Path) -> None:
    line = append(folder, "person_words.csv", "President,title,")
    with pytest.raises(LexiconError, match=f"line {line}: .*lower case"):
        person_words("title", folder)
