"""The stand-in reader of the soak: reads "X sends Y" sentences, with values that differ as those of real claims do."""

from __future__ import annotations

from dataclasses import replace

from tests.benchmarks.stand_in import variety
from tests.extract import plain_engine
from tests.extract.plain_engine import EXTRACTOR_VERSION, Article, Reading, claim_of

__all__ = ["EXTRACTOR_VERSION", "Article", "Reader", "Reading"]


class Reader(plain_engine.Reader):
    """`model` is a log file: every article read adds its id as a line."""

    def read(self, article: Article) -> Reading:
        """The claims of the plain engine, of which a fifth are suspected and a seventh a government's."""
        found = super().read(article)
        claims = []
        for claim in found.claims:
            words, supplier = claim["evidence_text"], claim["supplier_id"]
            changes = variety(int(article.article_id[1:9], 16) + len(claims), words, supplier)
            claims.append(claim_of(article, words, supplier, claim["recipient_id"], **changes))
        return replace(found, claims=claims)
