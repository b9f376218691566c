"""Codings of the project are tied to their articles; priors do not tell an article's own coding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.extract.context import Article
from flows.extract.priors import LEARNING_FOLDS, learning_fold, priors, use_while_learning
from flows.learn.gold import CODINGS, own_claims

HEADER = "article_id,sentence_start,supplier,recipient,support_type,stage,factuality,claimant,implied,via_company\n"
BODY = "Norway met envoys. It sent tanks to Ukraine. Sweden did not."


def written(path: Path, *rows: str) -> Path:
    file = path / "codings.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return file


class TestOwnClaims:
    def test_a_claim_stands_in_the_sentence_that_starts_there(self, tmp_path: Path) -> None:
        file = written(tmp_path, "x1,19,NOR,UKR,armour,delivered,affirmed,AUTHOR,false,true")
        (claim,) = own_claims([Article("x1", None, BODY)], file)["x1"]
        assert claim["sentence"] == "It sent tanks to Ukraine."
        assert (claim["supplier"], claim["implied"], claim["via_company"]) == ("NOR", False, True)

    def test_a_row_without_codes_is_an_article_without_claims(self, tmp_path: Path) -> None:
        assert own_claims([Article("x1", None, BODY)], written(tmp_path, "x1,,,,,,,,,")) == {"x1": []}

    def test_an_article_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="no article x2"):
            own_claims([Article("x1", None, BODY)], written(tmp_path, "x2,,,,,,,,,"))

    def test_a_place_where_no_sentence_starts_is_an_error(self, tmp_path: Path) -> None:
        file = written(tmp_path, "x1,20,NOR,UKR,armour,delivered,affirmed,AUTHOR,false,false")
        with pytest.raises(KeyError):
            own_claims([Article("x1", None, BODY)], file)

    def test_the_codings_hold_codes_and_places_only(self) -> None:
        lines = CODINGS.read_text(encoding="utf-8").splitlines()
        assert lines[0] + "\n" == HEADER
        assert all(" " not in line or "NSA:" in line for line in lines)


class TestPriors:
    @pytest.fixture(autouse=True)
    def _shipped_again(self) -> Iterator[None]:
        yield
        use_while_learning({})

    def test_an_article_does_not_count_in_its_own_priors_nor_does_its_fold(self) -> None:
        ids = [f"x{n}" for n in range(200)]
        own = {i: frozenset({("NOR", "UKR")} if n % 2 else ()) for n, i in enumerate(ids)}
        use_while_learning(own)
        for fold in range(LEARNING_FOLDS):
            members = [i for i in ids if learning_fold(i) == fold]
            shares = {priors(i).per_hundred(priors(i).suppliers.get("NOR", 0)) for i in members}
            assert len(members) > 1
            assert len(shares) == 1

    def test_the_shipped_priors_count_all_articles(self) -> None:
        known = priors("x1")
        assert known.articles > 300
        assert 0 < known.suppliers["USA"] < known.articles
        assert known.per_hundred(known.articles) == 100
