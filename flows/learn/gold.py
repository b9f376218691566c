"""Reads hand-coded articles and claims, and finds the sentence of ours that each coded claim stands in."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from dateutil.parser import parse as parse_date

from flows.evaluate.matching import is_same_sentence
from flows.extract.context import Article
from flows.extract.network import FLAGS
from flows.extract.sentences import Sentence, split_sentences

Claim = dict[str, Any]
CODINGS = Path(__file__).parent / "codings.csv"
"""Claims coded for this project in `pool_articles.jsonl`, by the guidelines of the other claims."""


def gold_articles(path: Path) -> list[Article]:
    """The articles of a `*_articles.jsonl` file, normalised as ingest does; the id is the coders' id."""
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        title = (raw.get("title") or "").strip() or None
        body = (raw.get("text") or "").strip()
        published = parse_date(raw["published"]) if raw.get("published") else None
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        text = f"{title}\n\n{body}" if title else body
        articles.append(Article(raw["id"], title, text, published, raw.get("publisher")))
    return articles


def gold_claims(path: Path) -> dict[str, list[Claim]]:
    """The coded claims of each article id."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["claims"] for row in rows}


def own_claims(articles: Sequence[Article], path: Path = CODINGS) -> dict[str, list[Claim]]:
    """The claims coded for this project, of each article that was coded.

    The file gives a claim's sentence by its place in the article's text; a row without codes is an article without
    claims. ValueError for an article that is not among `articles`.
    """
    texts = {a.article_id: a for a in articles}
    found: dict[str, list[Claim]] = {}
    starts: dict[str, dict[int, str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            article_id = row.pop("article_id")
            if article_id not in texts:
                raise ValueError(f"{path.name}: no article {article_id}")
            claims = found.setdefault(article_id, [])
            if not row["supplier"]:
                continue
            if article_id not in starts:
                article = texts[article_id]
                starts[article_id] = {s.start: s.text for s in split_sentences(article.text, article.title)}
            sentence = starts[article_id][int(row.pop("sentence_start"))]
            claims.append({**row, "sentence": sentence, **{flag: row[flag] == "true" for flag in FLAGS}})
    return found


def training_set(folder: Path) -> list[tuple[Article, list[Claim]]]:
    """The training articles of a folder with their claims: `train_*.jsonl` and what this project coded of the pool."""
    claims = gold_claims(folder / "train_claims.jsonl")
    coded = [(a, claims[a.article_id]) for a in gold_articles(folder / "train_articles.jsonl")]
    pool = gold_articles(folder / "pool_articles.jsonl")
    own = own_claims(pool)
    return coded + [(a, own[a.article_id]) for a in pool if a.article_id in own]


def by_sentence(sentences: list[Sentence], claims: list[Claim]) -> dict[int, list[Claim]]:
    """Claims by the index of the sentence that they stand in: the one with the same words, else the most alike."""
    found: dict[int, list[Claim]] = defaultdict(list)
    exact = {sentence.text: sentence.index for sentence in reversed(sentences)}
    for claim in claims:
        text = claim["sentence"].strip()
        if text in exact:
            found[exact[text]].append(claim)
            continue
        alike = [s for s in sentences if is_same_sentence(text, s.text)]
        if alike:
            best = max(alike, key=lambda s: (len(set(text.split()) & set(s.text.split())), -s.index))
            found[best.index].append(claim)
    return found
