"""Every kind of change to a declaration is seen, named, and asks for the right raise of the schema version."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from schemas.bumps import Change, Level, compare, level_of, next_versions
from schemas.history import declaration

Edit = Callable[[dict[str, Any]], object]


def columns(declared: dict[str, Any], table: str = "claims") -> dict[str, Any]:
    found: dict[str, Any] = declared["tables"][table]["columns"]
    return found


def renamed(names: dict[str, Any], old: str, new: str) -> None:
    """Gives a name another one and keeps its place."""
    items = [(new if name == old else name, value) for name, value in names.items()]
    names.clear()
    names.update(items)


def reordered(names: dict[str, Any]) -> None:
    first = next(iter(names))
    names[first] = names.pop(first)


def changed_by(edit: Edit) -> list[Change]:
    before = declaration()
    after = copy.deepcopy(before)
    edit(after)
    return compare(before, after)


@pytest.mark.parametrize(
    ("edit", "level", "what"),
    [
        (lambda d: d["tables"].pop("rejects"), "major", "table rejects removed"),
        (lambda d: d["tables"].update(x={"columns": {}}), "minor", "table x added"),
        (lambda d: renamed(d["tables"], "rejects", "errors"), "major", "table rejects renamed to errors"),
        (lambda d: columns(d).pop("rule"), "major", "column claims.rule removed"),
        (lambda d: columns(d).update(mood={"type": "string"}), "minor", "column claims.mood added"),
        (lambda d: renamed(columns(d), "rule", "read_by"), "major", "column claims.rule renamed to read_by"),
        (lambda d: reordered(columns(d)), "minor", "columns of table claims in another order"),
        (
            lambda d: columns(d)["evidence_start"].update(type="int64"),
            "major",
            "type of column claims.evidence_start turned from int32 to int64",
        ),
        (
            lambda d: columns(d)["evidence_start"].update(unit="bytes"),
            "major",
            "unit of column claims.evidence_start turned from characters to bytes",
        ),
        (
            lambda d: columns(d)["rule"].update(nullable=True),
            "major",
            "nullable of column claims.rule turned from None to True",
        ),
        (
            lambda d: columns(d)["item_text"].pop("nullable"),
            "minor",
            "nullable of column claims.item_text turned from True to None",
        ),
        (
            lambda d: columns(d)["item_text"].pop("verbatim"),
            "major",
            "verbatim of column claims.item_text turned from True to None",
        ),
        (
            lambda d: columns(d)["rule"].update(vocabulary="outcome"),
            "minor",
            "vocabulary of column claims.rule turned from None to outcome",
        ),
        (
            lambda d: columns(d)["stage"].update(vocabulary="stage_group"),
            "major",
            "vocabulary of column claims.stage turned from stage to stage_group",
        ),
        (
            lambda d: columns(d)["supplier_id"].pop("foreign_key"),
            "major",
            "foreign_key of column claims.supplier_id turned from actors.actor_id to None",
        ),
        (
            lambda d: columns(d)["confidence"].update(maximum=2),
            "minor",
            "maximum of column claims.confidence turned from 1 to 2",
        ),
        (
            lambda d: columns(d)["rule"].update(description="What read it."),
            "patch",
            "description of column claims.rule reworded",
        ),
        (
            lambda d: d["tables"]["claims"].update(primary_key=["claim_id", "rule"]),
            "major",
            "primary key of table claims turned from claim_id to claim_id, rule",
        ),
        (
            lambda d: d["tables"]["claims"].update(sort_by=["claim_id"]),
            "minor",
            "sort_by of table claims turned from article_id, evidence_start, claim_id to claim_id",
        ),
        (
            lambda d: d["tables"]["claims"].update(may_be_empty=True),
            "minor",
            "may_be_empty of table claims turned from False to True",
        ),
        (lambda d: d["tables"]["claims"].update(title="Claims"), "patch", "title of table claims reworded"),
        (
            lambda d: d["vocabularies"]["factuality"].pop("negated"),
            "major",
            "value factuality.negated removed",
        ),
        (
            lambda d: d["vocabularies"]["factuality"].update(imagined={"description": "In fiction"}),
            "minor",
            "value factuality.imagined added",
        ),
        (
            lambda d: renamed(d["vocabularies"]["factuality"], "negated", "refuted"),
            "major",
            "value factuality.negated renamed to refuted",
        ),
        (
            lambda d: d["vocabularies"]["factuality"]["negated"].update(description="Not so."),
            "patch",
            "description of value factuality.negated reworded",
        ),
        (
            lambda d: d["vocabularies"]["stage"]["used"].update(stage_group="committed"),
            "major",
            "stage_group of value stage.used turned from delivered to committed",
        ),
        (
            lambda d: d["vocabularies"]["stage"]["used"].update(hue="red"),
            "minor",
            "hue of value stage.used turned from None to red",
        ),
        (lambda d: reordered(d["vocabularies"]["stage"]), "major", "values of vocabulary stage in another order"),
    ],
)
def test_a_change_is_named_with_the_raise_that_it_asks_for(edit: Edit, level: Level, what: str) -> None:
    assert changed_by(edit) == [Change(level, what)]


def test_the_same_declaration_has_no_changes() -> None:
    assert changed_by(lambda _: None) == []


def test_a_renamed_column_with_another_meaning_is_one_that_went_and_one_that_came() -> None:
    def edit(declared: dict[str, Any]) -> None:
        renamed(columns(declared), "rule", "reader")
        columns(declared)["reader"]["description"] = "Who read the article."

    assert changed_by(edit) == [
        Change("major", "column claims.rule removed"),
        Change("minor", "column claims.reader added"),
    ]


def test_the_weightiest_change_decides() -> None:
    patch, minor, major = Change("patch", "a"), Change("minor", "b"), Change("major", "c")
    assert level_of([patch, minor]) == "minor"
    assert level_of([minor, major, patch]) == "major"
    assert level_of([]) is None


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        ("major", ["2.0.0"]),
        ("minor", ["1.5.0", "2.0.0"]),
        ("patch", ["1.4.3", "1.5.0", "2.0.0"]),
        (None, ["1.4.3", "1.5.0", "2.0.0"]),
    ],
)
def test_a_version_is_followed_by_one_that_says_enough(level: Level | None, allowed: list[str]) -> None:
    assert next_versions("1.4.2", level) == allowed
