"""How often training articles hold each supplier, recipient and pair: weak evidence where a sentence is unclear."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PRIORS = Path(__file__).parent / "weights" / "priors.csv"
Dyad = tuple[str, str]


@dataclass(frozen=True)
class Priors:
    """Numbers of training articles by pair, supplier and recipient. `own` holds each training article's pairs."""

    pairs: Mapping[Dyad, int]
    suppliers: Mapping[str, int]
    recipients: Mapping[str, int]
    own: Mapping[str, frozenset[Dyad]] = field(default_factory=dict)


def count_priors(dyads: Mapping[str, frozenset[Dyad]]) -> Priors:
    """Priors of training articles, given the pairs of each."""
    pairs = Counter(pair for found in dyads.values() for pair in found)
    suppliers = Counter(a for found in dyads.values() for a in {a for a, _ in found})
    recipients = Counter(b for found in dyads.values() for b in {b for _, b in found})
    return Priors(pairs, suppliers, recipients, dict(dyads))


def save_priors(found: Priors, path: Path = PRIORS) -> None:
    """Writes the counts as `kind,supplier,recipient,n_articles`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "supplier", "recipient", "n_articles"))
        writer.writerows(("pair", a, b, n) for (a, b), n in sorted(found.pairs.items()))
        writer.writerows(("supplier", a, "", n) for a, n in sorted(found.suppliers.items()))
        writer.writerows(("recipient", "", b, n) for b, n in sorted(found.recipients.items()))


_LEARNING: list[Priors] = []


def use_while_learning(found: Priors) -> None:
    """Makes training leave each article out of its own priors."""
    _LEARNING[:] = [found]


def priors() -> Priors:
    """The priors that ship with the project; while learning, those that leave the article out."""
    return _LEARNING[0] if _LEARNING else _shipped()


@cache
def _shipped() -> Priors:
    pairs: dict[Dyad, int] = {}
    suppliers: dict[str, int] = {}
    recipients: dict[str, int] = {}
    with PRIORS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["n_articles"])
            if row["kind"] == "pair":
                pairs[row["supplier"], row["recipient"]] = number
            elif row["kind"] == "supplier":
                suppliers[row["supplier"]] = number
            else:
                recipients[row["recipient"]] = number
    return Priors(pairs, suppliers, recipients)
