"""Two small releases that differ in everything that a comparison tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.publish.release import Staged, publish, stage
from schemas.tables import RELEASE_TABLES
from tests.publish.rows import DAY
from tests.small_release import actor, article, claim, event, write_release

DENIED = claim("Iran denied it.", "IRN", "RUS", claim_id="c1", factuality="denied", event_id="e1", confidence=0.7)
SENT = claim("Iran sent missiles to Russia.", "IRN", "RUS", claim_id="c2", event_id="e1")
PLEDGED = claim(
    "Norway pledged tanks.", "NOR", "UKR", claim_id="c3", stage="pledged", support_type="armour", event_id="e2"
)
OLD = claim("France sold jets to Iraq.", "FRA", "IRQ", claim_id="c4", support_type="aircraft", event_id="e3")
MILITIA = claim("Iran armed Hezbollah.", "IRN", "NSA:Hezbollah", claim_id="n1", event_id="e4")
REJECT = {"corpus": "wire|2.jsonl", "format": "jsonl", "record": 7, "byte_offset": 90, "reason": "malformed_record"}

BEFORE: dict[str, list[dict[str, Any]]] = {
    "claims": [SENT, PLEDGED, OLD],
    "claims_nonstate": [MILITIA],
    "events": [
        event("e1", "IRN", "RUS"),
        event("e2", "NOR", "UKR", support_type="armour", status="planned"),
        event("e3", "FRA", "IRQ", support_type="aircraft"),
        event("e4", "IRN", "NSA:Hezbollah"),
    ],
    "articles": [article(n_claims=4)],
    "actors": [actor("IRN", "Iran"), actor("RUS", "Russia")],
    "rejects": [REJECT | {"reject_id": "r1", "detail": None}],
}
AFTER = BEFORE | {
    "claims": [
        SENT | {"extractor_version": "other"},
        DENIED,
        PLEDGED | {"confidence": 0.25, "source_chain": ["NOR"], "event_id": "e22"},
    ],
    "events": [
        event("e1", "IRN", "RUS", status="contested", n_claims=2),
        event("e22", "NOR", "UKR", support_type="armour", status="affirmed"),
        event("e4", "IRN", "NSA:Hezbollah"),
    ],
    "articles": [article(n_claims=4, title="Another headline")],
    "rejects": [REJECT | {"reject_id": "r2", "detail": "Expecting *value*"}],
}


def staged_release(
    source: Path, output: Path, tables: dict[str, list[dict[str, Any]]], extractor: str = "test-1"
) -> Staged:
    """Stages a release of the rows given."""
    write_release(source, **tables)
    return stage({name: source / f"{name}.parquet" for name in RELEASE_TABLES}, output, extractor, DAY)


def published_release(
    source: Path, output: Path, tables: dict[str, list[dict[str, Any]]], extractor: str = "test-1"
) -> Path:
    """Publishes a release of the rows given."""
    staged = staged_release(source, output, tables, extractor)
    return publish(staged, output, {name: len(tables.get(name, ())) for name in RELEASE_TABLES})


def two_releases(folder: Path) -> tuple[Path, Path]:
    """Publishes both releases under `folder/output`, the later one with another extractor."""
    output = folder / "output"
    before = published_release(folder / "first", output, BEFORE)
    return before, published_release(folder / "second", output, AFTER, "test-2")
