"""How often training articles hold each supplier, recipient and pair: weak evidence where a sentence is unclear."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PRIORS = Path(__file__).parent / "weights" / "priors.csv"
LEARNING_FOLDS = 10
"""While learning, an article's priors are counted without the articles of its fold.

Leaving only the article itself out would tell its coding: a supplier's count would be lower by one exactly in the
articles that hold it."""
Dyad = tuple[str, str]


@dataclass(frozen=True)
class Priors:
    """Numbers of training articles by pair, supplier and recipient, of `articles` in all."""

    articles: int
    pairs: Mapping[Dyad, int]
    suppliers: Mapping[str, int]
    recipients: Mapping[str, int]

    def per_hundred(self, count: int) -> float:
        """Articles per hundred."""
        return 100 * count / max(1, self.articles)


def count_priors(dyads: Mapping[str, frozenset[Dyad]]) -> Priors:
    """Priors of training articles, given the pairs of each."""
    pairs = Counter(pair for found in dyads.values() for pair in found)
    suppliers = Counter(a for found in dyads.values() for a in {a for a, _ in found})
    recipients = Counter(b for found in dyads.values() for b in {b for _, b in found})
    return Priors(len(dyads), pairs, suppliers, recipients)


def save_priors(found: Priors, path: Path = PRIORS) -> None:
    """Writes the counts as `kind,supplier,recipient,n_articles`; the first row is the number of articles."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "supplier", "recipient", "n_articles"))
        writer.writerow(("all", "", "", found.articles))
        writer.writerows(("pair", a, b, n) for (a, b), n in sorted(found.pairs.items()))
        writer.writerows(("supplier", a, "", n) for a, n in sorted(found.suppliers.items()))
        writer.writerows(("recipient", "", b, n) for b, n in sorted(found.recipients.items()))


_LEARNING: dict[int, Priors] = {}


def learning_fold(article_id: str) -> int:
    """A stable fold for an article."""
    return int(hashlib.sha256(f"prior {article_id}".encode()).hexdigest(), 16) % LEARNING_FOLDS


def use_while_learning(dyads: Mapping[str, frozenset[Dyad]]) -> None:
    """Makes training count each article's priors without the articles of its fold; no articles: back to the shipped."""
    _LEARNING.clear()
    for fold in {learning_fold(article) for article in dyads}:
        _LEARNING[fold] = count_priors({a: found for a, found in dyads.items() if learning_fold(a) != fold})


def priors(article_id: str) -> Priors:
    """The priors that ship with the project; while learning, those that leave the article's fold out."""
    return _LEARNING.get(learning_fold(article_id)) or _shipped()


@cache
def _shipped() -> Priors:
    articles = 0
    pairs: dict[Dyad, int] = {}
    suppliers: dict[str, int] = {}
    recipients: dict[str, int] = {}
    with PRIORS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["n_articles"])
            if row["kind"] == "all":
                articles = number
            elif row["kind"] == "pair":
                pairs[row["supplier"], row["recipient"]] = number
            elif row["kind"] == "supplier":
                suppliers[row["supplier"]] = number
            else:
                recipients[row["recipient"]] = number
    return Priors(articles, pairs, suppliers, recipients)
