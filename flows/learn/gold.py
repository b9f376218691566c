"""Reads hand-coded articles and claims, and finds the sentence of ours that each coded claim stands in."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC
from pathlib import Path
from typing import Any

from dateutil.parser import parse as parse_date

from flows.evaluate.matching import is_same_sentence
from flows.extract.context import Article
from flows.extract.sentences import Sentence

Claim = dict[str, Any]


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
