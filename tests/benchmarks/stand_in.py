"""A reader that reads nothing, for measuring what is around it: some articles get claims, by their id alone."""

from __future__ import annotations

from typing import Any

from tests.extract.plain_engine import Article, Reading, claim_of

__all__ = ["EXTRACTOR_VERSION", "Article", "Reader", "Reading"]
EXTRACTOR_VERSION = "stand-in-1"
ONE_ARTICLE_IN = 16
CLAIMS = 6
"""So many claims in one of so many articles: what the reader finds in mixed news, 9,754 in 24,060 articles."""
STATES = ("USA", "RUS", "IRN", "UKR", "CHN", "IND", "DEU", "FRA", "GBR", "PRK", "TUR", "ISR")
TEXTS = ("supplier_text", "recipient_text", "item_text", "trigger_text")
SHORTEST, LONGEST = 20, 200


class Reader:
    """Takes the name of a model as any reader does, and leaves it aside."""

    def __init__(self, model: str) -> None:
        self.model = model

    def read(self, article: Article) -> Reading:
        """Claims whose evidence is the article's first lines."""
        number = int(article.article_id[1:9], 16)
        lines = [line for line in article.text.split("\n") if len(line) > SHORTEST]
        if number % ONE_ARTICLE_IN or not lines:
            return Reading(len(lines), 0, [])
        chosen = dict.fromkeys(line[:LONGEST].strip() for line in lines[:CLAIMS])
        claims = [self.claim(article, words, number + k) for k, words in enumerate(chosen)]
        return Reading(max(len(lines), len(claims)), len(claims), claims)

    def claim(self, article: Article, words: str, number: int) -> dict[str, Any]:
        """A claim of missiles between two states that the number chooses."""
        place = number % len(STATES)
        supplier, recipient = STATES[place], STATES[(place + 1 + number // 16 % (len(STATES) - 1)) % len(STATES)]
        version = {"extractor_version": EXTRACTOR_VERSION}
        return claim_of(article, words, supplier, recipient, **variety(number, words, supplier), **version)


def variety(number: int, words: str, speaker: str) -> dict[str, Any]:
    """Values of a claim that differ by number as those of real claims do, so that a release of many is valid."""
    # It imports the language model's libraries, which a run that finds nothing new must not be charged with.
    from flows.extract.claim import plover_code

    factuality = "suspected" if number % 5 == 0 else "affirmed"
    coded = {"factuality": factuality, "plover_code": plover_code("in_transit", factuality)}
    said = {"claimant_id": speaker, "claimant_type": "government", "claimant_text": words, "source_chain": [speaker]}
    return dict.fromkeys(TEXTS, words) | coded | (said if number % 7 == 0 else {})
