"""Invented training articles: what a file says is what training gets, and a wrong line is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.extract.sentences import split_sentences
from flows.learn.gold import by_sentence
from flows.learn.invented import invented_articles

TEXT = """### X01 | wire | 2023-03-14 | Norway to send tanks
> NOR UKR armour pledged
OSLO - Norway will send eight tanks, its minister said.
> NOR UKR armour pledged affirmed NOR
> NOR NSA:Azov armour pledged conditional UNK implied via_company
Nobody in Kyiv answered.

A new paragraph.
"""


def written(folder: Path, text: str) -> Path:
    (folder / "x.txt").write_text(text, encoding="utf-8")
    return folder


def test_sentences_make_paragraphs_under_the_headline(tmp_path: Path) -> None:
    ((article, _),) = invented_articles(written(tmp_path, TEXT))
    assert article.article_id == "invented-X01" and str(article.published) == "2023-03-14"
    assert article.text == (
        "Norway to send tanks\n\nOSLO - Norway will send eight tanks, its minister said. Nobody in Kyiv answered."
        "\n\nA new paragraph."
    )


def test_claims_belong_to_the_line_above_them(tmp_path: Path) -> None:
    ((article, claims),) = invented_articles(written(tmp_path, TEXT))
    headline, said, hidden = claims
    assert (headline["sentence"], headline["factuality"], headline["claimant"]) == (
        "Norway to send tanks",
        "affirmed",
        "AUTHOR",
    )
    assert (said["claimant"], said["implied"]) == ("NOR", False)
    assert (hidden["recipient"], hidden["factuality"], hidden["implied"], hidden["via_company"]) == (
        "NSA:Azov",
        "conditional",
        True,
        True,
    )
    assert said["sentence"] == hidden["sentence"] and said["sentence"] in article.text


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("> NOR UKR tanks pledged", "'tanks'"),
        ("> NOR NOR armour pledged", "'NOR'"),
        ("> NOR QQQ armour pledged", "'QQQ'"),
        ("> NOR UKR armour", "four codes"),
        ("> NOR UKR armour pledged sure NOR", "'sure'"),
    ],
)
def test_a_wrong_claim_is_named_with_its_line(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r"x\.txt, line 2") as raised:
        invented_articles(written(tmp_path, f"### X01 | wire | 2023-03-14 | Head\n{line}\n"))
    assert fault in str(raised.value)


class TestShippedArticles:
    def test_there_are_many_and_their_ids_differ(self) -> None:
        ids = [article.article_id for article, _ in invented_articles()]
        assert len(ids) == len(set(ids)) > 200

    def test_nearly_every_claim_finds_its_sentence(self) -> None:
        found = wanted = 0
        for article, claims in invented_articles():
            coded = by_sentence(split_sentences(article.text, article.title), claims)
            found, wanted = found + sum(map(len, coded.values())), wanted + len(claims)
        assert found > 0.99 * wanted
