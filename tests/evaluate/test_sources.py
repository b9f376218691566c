"""Gold files are read with their alternatives; a wrong line is named with its remedy."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from flows.evaluate.sources import GoldError, half_of, read_gold, read_predictions
from tests.small_release import article, claim, gold_claim, write_gold, write_release

SENTENCE = "Canada will lend Latvia two mobile radars, the minister told reporters in Riga."


UNEVEN = json.dumps(
    {"id": "x1", "claims": [gold_claim(SENTENCE, "CAN", "LVA", quantity_low=[1, 2], quantity_high=[1])]}
)


def test_a_value_may_be_a_list_of_which_either_is_right(tmp_path: Path) -> None:
    raw = gold_claim(
        SENTENCE,
        "CAN",
        "LVA",
        stage=["pledged", "offered"],
        quantity_low=[2, None],
        quantity_high=[2, 4],
        optional=True,
    )
    (read,) = read_gold(write_gold(tmp_path / "gold.jsonl", {"x1": [raw]}))["x1"]
    assert read.stage == ("pledged", "offered")
    assert read.stage_groups == {"committed", "negotiating"}
    assert read.quantity == ((2, 2), (None, 4))
    assert read.is_optional


def test_a_gzipped_gold_file_is_read_as_well(tmp_path: Path) -> None:
    plain = write_gold(tmp_path / "gold.jsonl", {"x1": []})
    packed = tmp_path / "gold.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_gold(packed) == {"x1": []}


@pytest.mark.parametrize(
    ("article_id", "half"), [("g140", "even"), ("t007", "odd"), ("seed", None), ("2024-x3", "odd")]
)
def test_the_half_is_told_by_the_last_number_of_the_id(article_id: str, half: str | None) -> None:
    assert half_of(article_id) == half


def test_a_half_holds_only_its_articles(tmp_path: Path) -> None:
    path = write_gold(tmp_path / "gold.jsonl", {"x1": [], "x2": [], "x3": []})
    assert list(read_gold(path, "odd")) == ["x1", "x3"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json\n", r"gold\.jsonl:1: not a coded article"),
        ('{"id": "x1"}\n', r"gold\.jsonl:1: not a coded article .*claims"),
        ('{"id": "x1", "claims": []}\n{"id": "x1", "claims": []}\n', r"gold\.jsonl:2: article x1 comes twice"),
        ("\n", "holds no article"),
        (UNEVEN, r"gold\.jsonl:1: not a coded article .*zip"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        read_gold(path)


def test_a_value_outside_the_vocabulary_is_named(tmp_path: Path) -> None:
    path = write_gold(tmp_path / "gold.jsonl", {"x1": [gold_claim(SENTENCE, "CAN", "LVA", stage="lent")]})
    with pytest.raises(GoldError, match=r":1: stage 'lent' is not in the vocabulary"):
        read_gold(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"absent\.jsonl: cannot be read"):
        read_gold(tmp_path / "absent.jsonl")


def test_a_half_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no article id holds an even number"):
        read_gold(write_gold(tmp_path / "gold.jsonl", {"seed": []}), "even")


def test_published_claims_are_filed_under_the_id_of_their_source_record(tmp_path: Path) -> None:
    release = write_release(
        tmp_path,
        claims=[claim(SENTENCE, "CAN", "LVA", article_id="a1"), claim(SENTENCE, "CAN", "EST", article_id="a2")],
        articles=[article("a1", source_id="x1"), article("a2", source_id=None), article("a3", source_id="x3")],
    )
    predictions = read_predictions(release)
    assert list(predictions.claims) == ["x1"]
    assert predictions.claims["x1"][0].recipient == ("LVA",)
    assert set(predictions.outcomes) == {"x1", "x3"}
