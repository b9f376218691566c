"""A stand-in for the engine: reads "X sends Y" sentences, crashes where the text says so, and logs what it has read."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.extract.cache import CLAIM_SCHEMA
from tests.link.corpus import claim_id

EXTRACTOR_VERSION = "plain-1"


@dataclass(frozen=True)
class Article:
    article_id: str
    title: str | None
    text: str
    published_at: datetime | None
    publisher: str | None


@dataclass(frozen=True)
class Reading:
    n_sentences: int
    n_candidate_sentences: int
    claims: list[dict[str, Any]]


class Reader:
    """`model` is a log file: every article read adds its id as a line."""

    def __init__(self, model: str) -> None:
        self.log = Path(model)

    def read(self, article: Article) -> Reading:
        with self.log.open("a") as log:
            log.write(article.article_id + "\n")
        if "TAKES FOR EVER" in article.text:
            self.log.with_name("worker.pid").write_text(str(os.getpid()))
            with self.log.open("a") as log:
                log.write("waiting\n")
            time.sleep(600)
        if "KILLS THE WORKER" in article.text:
            os._exit(9)
        if "BREAKS THE PARSER" in article.text:
            raise ZeroDivisionError("a sentence of no length")
        sentences = [part for part in article.text.split("\n\n")[-1].split(". ") if part]
        hits = [part for part in sentences if " sends " in part]
        return Reading(len(sentences), len(hits), [_claim(article, hit) for hit in hits])


def _claim(article: Article, sentence: str) -> dict[str, Any]:
    supplier, recipient = sentence.split(" sends ")[0][-3:], sentence.split(" to ")[-1][:3]
    return claim_of(article, sentence, supplier.upper(), recipient.upper())


def claim_of(article: Any, sentence: str, supplier: str, recipient: str, **changes: Any) -> dict[str, Any]:
    """A claim of missiles on their way whose evidence is a sentence of the article, with some values changed."""
    start = article.text.index(sentence)
    claim: dict[str, Any] = dict.fromkeys(CLAIM_SCHEMA.names)
    claim |= {
        "article_id": article.article_id,
        "evidence_text": sentence,
        "evidence_start": start,
        "evidence_end": start + len(sentence),
        "supplier_id": supplier,
        "recipient_id": recipient,
        "support_type": "missiles",
        "unroca_category": "VII",
        "plover_code": "AID-military",
        "stage": "in_transit",
        "stage_group": "delivered",
        "factuality": "affirmed",
        "claimant_id": "AUTHOR",
        "claimant_type": "author",
        "claimant_is_anonymous": False,
        "source_chain": ["AUTHOR"],
        "reported_at": article.published_at,
        "is_via_company": False,
        "is_implied": False,
        "confidence": 0.5,
        "rule": "sends",
        "extractor_version": EXTRACTOR_VERSION,
    }
    claim |= changes
    claim["claim_id"] = claim_id(claim)
    return claim
