"""The sample corpus is read whole and its hand-coded claims stand word for word in its articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.ingest.discovery import discover
from flows.ingest.file_reading import read_shard
from flows.ingest.merge import Ingested, merge
from flows.ingest.packs import placed
from flows.ingest.readers.columns import column_mapping
from schemas.tables import vocabulary

CORPUS = Path(__file__).parent / "corpus"
CLAIMS = Path(__file__).parent / "corpus_claims.jsonl"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    folder = tmp_path_factory.mktemp("sample")
    files = discover([str(CORPUS)])
    read = read_shard(files, folder / "shard", column_mapping(None))
    return merge(placed(read), folder / "merged")


@pytest.fixture(scope="module")
def coded() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CLAIMS.read_text(encoding="utf-8").splitlines()]


def test_every_record_is_an_article_a_duplicate_or_a_reject(ingested: Ingested) -> None:
    account = pl.read_parquet(ingested.corpus_files)
    assert account["n_records"].sum() == 45
    assert account["n_articles"].sum() == 43
    assert account["n_duplicates"].sum() == 1
    assert account["n_rejects"].sum() == 1


def test_the_broken_record_is_told_by_file_and_reason(ingested: Ingested) -> None:
    (reject,) = pl.read_parquet(ingested.rejects).iter_rows(named=True)
    assert (reject["corpus"], reject["reason"]) == ("wire.jsonl", "malformed_record")


def test_two_papers_copies_of_a_wire_story_share_one_story(ingested: Ingested) -> None:
    articles = pl.read_parquet(ingested.articles)
    copies = articles.filter(pl.col("source_id").is_in(["wire-002", "wire-013"]))
    assert copies.height == 2
    assert copies["story_id"].n_unique() == 1
    assert articles["story_id"].n_unique() == articles.height - 1


def test_one_article_is_not_english(ingested: Ingested) -> None:
    articles = pl.read_parquet(ingested.articles)
    assert articles.filter(pl.col("language") != "en")["source_id"].to_list() == ["accord-mali"]


def test_coded_sentences_stand_word_for_word_in_their_articles(ingested: Ingested, coded: list[dict[str, Any]]) -> None:
    texts = {row["url"]: row["text"] for row in pl.read_parquet(ingested.articles).iter_rows(named=True)}
    assert len(coded) == len(texts) == 43
    for article in coded:
        text = texts[article["url"]]
        assert [claim["sentence"] for claim in article["claims"] if claim["sentence"] not in text] == []


def test_items_and_claimants_are_words_of_the_article(ingested: Ingested, coded: list[dict[str, Any]]) -> None:
    texts = {row["url"]: row["text"] for row in pl.read_parquet(ingested.articles).iter_rows(named=True)}
    for article in coded:
        for claim in article["claims"]:
            assert claim["item"] in claim["sentence"], claim
            assert claim["claimant_text"] in texts[article["url"]], claim
            assert (claim["claimant_text"] == "") == (claim["claimant"] == "AUTHOR"), claim


def test_codes_are_of_the_vocabularies(coded: list[dict[str, Any]]) -> None:
    for article in coded:
        for claim in article["claims"]:
            for field in ("support_type", "stage", "factuality"):
                assert claim[field] in vocabulary(field), claim
            assert claim["quantity_unit"] in ("", *vocabulary("quantity_unit")), claim
            assert claim["supplier"] != claim["recipient"], claim
