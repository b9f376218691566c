"""Reads what is compared: a gold file of hand-coded claims, and the published claims of a release."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from flows.evaluate.matching import Alternatives, CodedClaim, Quantity
from schemas.tables import vocabulary

Half = Literal["even", "odd"]
Gold = dict[str, list[CodedClaim]]
"""Gold claims by the id of their article, in the order of the file."""

_CODED = ("supplier", "recipient", "support_type", "stage", "factuality", "claimant")
_CLOSED = ("support_type", "stage", "factuality")


class GoldError(ValueError):
    """A gold file that cannot be used; the message names the file, the line and the remedy."""


@dataclass(frozen=True)
class Predictions:
    """The state-to-state claims of a release by the source id of their article, and the outcome of every article."""

    claims: dict[str, list[CodedClaim]]
    outcomes: dict[str, str]


def read_gold(path: Path, half: Half | None = None) -> Gold:
    """The gold file (JSON Lines, also gzipped), or the half of it whose ids hold an even or an odd number.

    Raises GoldError for a line that is no article, a value outside the vocabularies, or an id that comes twice.
    """
    gold: Gold = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            record = json.loads(line)
            article_id, claims = str(record["id"]), [_gold_claim(claim, where) for claim in record["claims"]]
        except GoldError:
            raise
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(
                f'{where}: not a coded article ({error!r}); a line is {{"id": ..., "claims": [...]}}'
            ) from error
        if article_id in gold:
            raise GoldError(f"{where}: article {article_id} comes twice; keep one line of it")
        gold[article_id] = claims
    if not gold:
        raise GoldError(f"{path}: holds no article; give a JSON Lines file of hand-coded articles")
    if half is None:
        return gold
    chosen = {article_id: claims for article_id, claims in gold.items() if half_of(article_id) == half}
    if not chosen:
        raise GoldError(f"{path}: no article id holds an {half} number; leave out --half")
    return chosen


def half_of(article_id: str) -> Half | None:
    """`even` or `odd` by the last number in the id (`g141` is odd); None where it holds none."""
    numbers = re.findall(r"\d+", article_id)
    if not numbers:
        return None
    return "odd" if int(numbers[-1]) % 2 else "even"


def read_predictions(release_dir: Path) -> Predictions:
    """The claims of `claims.parquet` with the articles of `articles.parquet`, in the order of the release."""
    import polars as pl

    articles = pl.read_parquet(release_dir / "articles.parquet", columns=["article_id", "source_id", "outcome"])
    source_ids: dict[str, str] = {}
    outcomes: dict[str, str] = {}
    for article_id, source_id, outcome in articles.iter_rows():
        if source_id is not None:
            source_ids[article_id] = source_id
            outcomes[source_id] = outcome
    columns = ["claim_id", "article_id", "evidence_text", "supplier_id", "recipient_id", "support_type", "stage"]
    columns += ["factuality", "claimant_id", "quantity_low", "quantity_high", "confidence"]
    claims: dict[str, list[CodedClaim]] = defaultdict(list)
    for row in pl.read_parquet(release_dir / "claims.parquet", columns=columns).iter_rows(named=True):
        if row["article_id"] in source_ids:
            claims[source_ids[row["article_id"]]].append(_published_claim(row))
    return Predictions(dict(claims), outcomes)


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read ({error}); give a JSON Lines file in UTF-8") from error


def _gold_claim(raw: dict[str, Any], where: str) -> CodedClaim:
    values = {field: _alternatives(raw[field]) for field in _CODED}
    for field in _CLOSED:
        for value in values[field]:
            if value not in vocabulary(field):
                raise GoldError(f"{where}: {field} {value!r} is not in the vocabulary (see `materiel schema {field}`)")
    return CodedClaim(
        sentence=raw["sentence"],
        quantity=_quantities(raw.get("quantity_low"), raw.get("quantity_high")),
        is_optional=bool(raw.get("optional")),
        supplier=values["supplier"],
        recipient=values["recipient"],
        support_type=values["support_type"],
        stage=values["stage"],
        factuality=values["factuality"],
        claimant=values["claimant"],
    )


def _published_claim(row: dict[str, Any]) -> CodedClaim:
    return CodedClaim(
        sentence=row["evidence_text"],
        supplier=(row["supplier_id"],),
        recipient=(row["recipient_id"],),
        support_type=(row["support_type"],),
        stage=(row["stage"],),
        factuality=(row["factuality"],),
        claimant=(row["claimant_id"],),
        quantity=((row["quantity_low"], row["quantity_high"]),),
        confidence=row["confidence"],
        claim_id=row["claim_id"],
    )


def _alternatives(value: str | list[str]) -> Alternatives:
    return tuple(value) if isinstance(value, list) else (value,)


def _quantities(low: Any, high: Any) -> tuple[Quantity, ...]:
    """Bounds as coded; where two coders differed, low and high are lists of the same length, read side by side."""
    if not isinstance(low, list) and not isinstance(high, list):
        return ((low, high),)
    lows = low if isinstance(low, list) else [low] * len(high)
    highs = high if isinstance(high, list) else [high] * len(low)
    return tuple(zip(lows, highs, strict=True))
