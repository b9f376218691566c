"""Writes small releases for tests: full rows of the declared tables from the few values that a test is about."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.tables import RELEASE_TABLES, stage_group

Row = dict[str, Any]


def claim(sentence: str, supplier: str, recipient: str, **values: Any) -> Row:
    """A row of `claims`: delivered and affirmed missiles in the voice of the article, unless told otherwise."""
    stage = values.get("stage", "delivered")
    row: Row = {
        "article_id": "a0000000000000001",
        "evidence_text": sentence,
        "evidence_start": 0,
        "evidence_end": len(sentence),
        "supplier_id": supplier,
        "recipient_id": recipient,
        "supplier_text": None,
        "recipient_text": None,
        "item_text": None,
        "trigger_text": None,
        "claimant_text": None,
        "quantity_text": None,
        "date_text": None,
        "support_type": "missiles",
        "system_id": None,
        "unroca_category": None,
        "plover_code": None,
        "stage": stage,
        "stage_group": stage_group(stage),
        "factuality": "affirmed",
        "claimant_id": "AUTHOR",
        "claimant_type": "author",
        "claimant_is_anonymous": False,
        "source_chain": ["AUTHOR"],
        "quantity_low": None,
        "quantity_high": None,
        "quantity_unit": None,
        "event_start_date": None,
        "event_end_date": None,
        "event_date_precision": None,
        "reported_at": dt.datetime(2024, 9, 3, 12, tzinfo=dt.UTC),
        "intermediary_id": None,
        "is_via_company": False,
        "is_implied": False,
        "confidence": 0.9,
        "rule": "verb_active",
        "extractor_version": "test",
        "event_id": "e0000000000000001",
    }
    row.update(values)
    row.setdefault("claim_id", "c" + hashlib.sha256(repr(sorted(row.items())).encode()).hexdigest()[:16])
    return row


def article(article_id: str = "a0000000000000001", **values: Any) -> Row:
    """A row of `articles`; its source id is its article id unless told otherwise."""
    return {
        "article_id": article_id,
        "source_id": article_id,
        "url": None,
        "publisher": "Example Wire",
        "title": "A headline",
        "published_at": dt.datetime(2024, 9, 3, 12, tzinfo=dt.UTC),
        "language": "en",
        "text_sha256": "0" * 64,
        "n_chars": 1000,
        "n_sentences": 10,
        "n_candidate_sentences": 2,
        "n_claims": 1,
        "story_id": "s1",
        "corpus": "sample.jsonl",
        "format": "jsonl",
        "outcome": "claims",
    } | values


def event(event_id: str, supplier: str, recipient: str, **values: Any) -> Row:
    """A row of `events`: one affirmed delivery of missiles."""
    return {
        "event_id": event_id,
        "supplier_id": supplier,
        "recipient_id": recipient,
        "support_type": "missiles",
        "system_id": None,
        "first_reported_at": dt.datetime(2024, 9, 3, 12, tzinfo=dt.UTC),
        "last_reported_at": dt.datetime(2024, 9, 5, 12, tzinfo=dt.UTC),
        "first_event_date": None,
        "last_event_date": None,
        "latest_stage": "delivered",
        "status": "affirmed",
        "affirmed_by": ["USA"],
        "denied_by": [],
        "quantity_low": None,
        "quantity_high": None,
        "quantity_unit": None,
        "n_claims": 1,
        "n_articles": 1,
        "n_stories": 1,
        "n_publishers": 1,
    } | values


def actor(actor_id: str, name: str, kind: str = "state") -> Row:
    """A row of `actors`."""
    return {"actor_id": actor_id, "name": name, "kind": kind, "iso2": None, "region": None}


def write_release(folder: Path, **tables: Iterable[Row]) -> Path:
    """Write a release folder with the rows given; every other table of the release is there and empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RELEASE_TABLES:
        rows: Sequence[Row] = list(tables.get(name, ()))
        pq.write_table(pa.Table.from_pylist(list(rows), schema=arrow_schema(name)), folder / f"{name}.parquet")
    return folder


def write_gold(path: Path, articles: dict[str, list[Row]]) -> Path:
    """Write a gold file of the articles given."""
    lines = [json.dumps({"id": article_id, "claims": claims}) for article_id, claims in articles.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def gold_claim(sentence: str, supplier: str | list[str], recipient: str | list[str], **values: Any) -> Row:
    """A claim of a gold file: delivered and affirmed missiles in the voice of the article, unless told otherwise."""
    return {
        "sentence": sentence,
        "supplier": supplier,
        "recipient": recipient,
        "support_type": "missiles",
        "stage": "delivered",
        "factuality": "affirmed",
        "claimant": "AUTHOR",
        "quantity_low": None,
        "quantity_high": None,
    } | values
