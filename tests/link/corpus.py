"""A small corpus as the stages before link hand it on: articles with texts, claims at their offsets, readings."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import ARTICLE_TEXT_SCHEMA, arrow_schema
from schemas.tables import stage_group

LEXICONS = Path(__file__).parent / "lexicons"
WIRE = "wire-2024.jsonl"
DESK = "desk.jsonl"
PLOVER = {
    "delivered/affirmed": "AID-military",
    "delivered/suspected": "ACCUSE-aid",
    "in_transit/suspected": "ACCUSE-aid",
    "delivered/denied": "REJECT-accusation",
    "requested/affirmed": "REQUEST-aid",
    "pledged/affirmed": "AGREE-aid",
}
STORIES: dict[str, tuple[str, str, str, str | None, datetime | None]] = {
    # name: corpus file, story, text, publisher, published_at
    "accusation": (
        WIRE,
        "s1",
        "Washington accuses Tehran\n\nThe United States said on Tuesday that Iran has sent dozens of Fath-360 "
        "ballistic missiles to Russia. Iran denies having sent any missiles to Russia. "
        "Ukraine asked Germany for 18 Leopard 2 tanks.",
        "Example Wire",
        datetime(2024, 9, 3, 12, tzinfo=UTC),
    ),
    "accusation_copy": (
        WIRE,
        "s1",
        "US accuses Tehran\n\nThe United States said on Tuesday that Iran has sent dozens of Fath-360 ballistic "
        "missiles to Russia.",
        "Morning Paper",
        datetime(2024, 9, 4, 6, tzinfo=UTC),
    ),
    "tanks": (
        WIRE,
        "s2",
        "Berlin decides\n\nGermany will give Ukraine 18 Leopard 2 tanks worth 300 million euros, the chancellor said. "
        "Iran arms Hezbollah with missiles.",
        "Example Wire",
        datetime(2024, 10, 2, 9, tzinfo=UTC),
    ),
    "undated": (
        DESK,
        "s3",
        "North Korea may be shipping artillery shells to Russia. France is reported to have received missiles.",
        None,
        None,
    ),
    "quiet": (DESK, "s4", "The ministers met and talked about weapons for an hour.", "Desk", None),
    "weather": (DESK, "s5", "Rain is expected over the weekend.", "Desk", datetime(2024, 10, 5, tzinfo=UTC)),
}


@dataclass(frozen=True)
class StagePaths:
    """What link reads."""

    articles: Path
    claims: Path
    readings: Path
    rejects: Path
    corpus_files: Path


def article_id(name: str) -> str:
    """The id of a story of the corpus."""
    return _hashed("a", name)


def claim(name: str, sentence: str, pair: str, said: str, **values: Any) -> dict[str, Any]:
    """A claim of `STORIES[name]`: `pair` is `IRN-RUS`, `said` is `delivered/affirmed/USA`."""
    supplier, recipient = pair.split("-")
    stage, factuality, claimant = said.split("/")
    start = STORIES[name][2].index(sentence)
    row: dict[str, Any] = dict.fromkeys(arrow_schema("claims").names)
    row |= {
        "article_id": article_id(name),
        "evidence_text": sentence,
        "evidence_start": start,
        "evidence_end": start + len(sentence),
        "supplier_id": supplier,
        "recipient_id": recipient,
        "support_type": "missiles",
        "stage": stage,
        "stage_group": stage_group(stage),
        "factuality": factuality,
        "claimant_id": claimant,
        "claimant_type": "author" if claimant == "AUTHOR" else "government",
        "claimant_is_anonymous": False,
        "source_chain": [claimant],
        "reported_at": STORIES[name][4],
        "is_via_company": False,
        "is_implied": False,
        "confidence": 0.75,
        "rule": "verb_active",
        "extractor_version": "1",
        **values,
    }
    row["claim_id"] = claim_id(row)
    row["plover_code"] = PLOVER[said.rpartition("/")[0]]
    row["unroca_category"] = {"missiles": "VII", "armour": "I"}.get(row["support_type"])
    return row


def claim_id(row: dict[str, Any]) -> str:
    """The id of a claim, as the declaration of the column says: a hash of article, span and coded values."""
    place = f"{row['article_id']}|{row['evidence_start']}|{row['evidence_end']}"
    sides = f"{row['supplier_id']}|{row['recipient_id']}|{row['support_type']}"
    return _hashed("c", f"{place}|{sides}|{row['stage']}|{row['factuality']}|{row['claimant_id']}")


def _hashed(prefix: str, coded: str) -> str:
    return prefix + hashlib.sha256(coded.encode()).hexdigest()[:16]


def claims() -> list[dict[str, Any]]:
    """The claims: accusation and denial, its syndicated copy, request, pledge, party and unknown sides."""
    accusation = "The United States said on Tuesday that Iran has sent dozens of Fath-360 ballistic missiles to Russia."
    coded: dict[str, Any] = {
        "system_id": "Fath-360",
        "supplier_text": "Iran",
        "recipient_text": "Russia",
        "item_text": "Fath-360 ballistic missiles",
        "trigger_text": "has sent",
        "claimant_text": "The United States",
        "quantity_text": "dozens",
        "quantity_low": 24.0,
        "quantity_unit": "units",
    }
    tank: dict[str, Any] = {"support_type": "armour", "system_id": "Leopard 2"}
    tanks = {"quantity_text": "18", "quantity_low": 18.0, "quantity_high": 18.0, "quantity_unit": "units"}
    dated = {
        "date_text": "on Tuesday",
        "event_start_date": date(2024, 9, 3),
        "event_end_date": date(2024, 9, 3),
        "event_date_precision": "day",
    }
    pledge = "Germany will give Ukraine 18 Leopard 2 tanks worth 300 million euros, the chancellor said."
    shells = "North Korea may be shipping artillery shells to Russia."
    return [
        claim("accusation", accusation, "IRN-RUS", "delivered/affirmed/USA", **coded, **dated),
        claim("accusation", "Iran denies having sent any missiles to Russia.", "IRN-RUS", "delivered/denied/IRN"),
        claim(
            "accusation", "Ukraine asked Germany for 18 Leopard 2 tanks.", "DEU-UKR", "requested/affirmed/UKR", **tank
        ),
        claim("accusation_copy", accusation, "IRN-RUS", "delivered/affirmed/USA", **coded),
        claim("tanks", pledge, "DEU-UKR", "pledged/affirmed/DEU", **tank, **tanks, intermediary_id="FRA"),
        claim("tanks", "Iran arms Hezbollah with missiles.", "IRN-NSA:Hezbollah", "delivered/affirmed/AUTHOR"),
        claim("undated", shells, "PRK-RUS", "in_transit/suspected/AUTHOR", support_type="ammunition"),
        claim(
            "undated",
            "France is reported to have received missiles.",
            "UNK-FRA",
            "delivered/suspected/UNK",
            claimant_type="unknown",
        ),
    ]


def article_rows() -> list[dict[str, Any]]:
    """The articles of the corpus as ingest hands them on, sorted by id."""
    rows = []
    for name, (corpus, story, text, publisher, published) in STORIES.items():
        rows.append(
            {
                "article_id": article_id(name),
                "source_id": name,
                "url": None,
                "publisher": publisher,
                "title": text.split("\n\n")[0] if "\n\n" in text else None,
                "published_at": published,
                "language": "en",
                "text": text,
                "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "n_chars": len(text),
                "story_id": story,
                "corpus": corpus,
                "format": "jsonl",
            }
        )
    return sorted(rows, key=lambda row: str(row["article_id"]))


def reading_rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What extract says of each article: the weather report passed no screening."""
    counts = Counter(row["article_id"] for row in found)
    return [
        {
            "article_id": article_id(name),
            "n_sentences": 3,
            "n_candidate_sentences": 0 if name == "weather" else 2,
            "n_claims": counts[article_id(name)],
        }
        for name in STORIES
    ]


def write_stages(folder: Path, found: list[dict[str, Any]] | None = None) -> StagePaths:
    """Writes the files that link reads; `found` replaces the claims of the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    found = claims() if found is None else found
    declared = arrow_schema("claims")
    unlinked = declared.remove(declared.get_field_index("event_id"))
    reject = {"corpus": WIRE, "format": "jsonl", "byte_offset": 4100}
    replaced = "a00000000000000dd was replaced by a later version"
    rejects = [
        {**reject, "reject_id": _hashed("r", f"{WIRE}\x1f{n}\x1f{why}"), "record": n, "reason": why, "detail": detail}
        for n, why, detail in ((3, "malformed_record", "cut off"), (5, "superseded", replaced))
    ]
    counts = {"format": "jsonl", "n_articles": 3}
    files = [
        {"corpus": DESK, **counts, "n_records": 5, "n_duplicates": 0, "n_rejects": 0, "n_skipped": 2},
        {"corpus": WIRE, **counts, "n_records": 6, "n_duplicates": 1, "n_rejects": 2, "n_skipped": 0},
    ]
    reading_schema = pa.schema([("article_id", pa.string()), *((n, pa.int32()) for n in _COUNTS)])
    written = {
        "articles": (article_rows(), ARTICLE_TEXT_SCHEMA),
        "claims": (found, unlinked),
        "readings": (reading_rows(found), reading_schema),
        "rejects": (rejects, arrow_schema("rejects")),
        "corpus_files": (files, arrow_schema("corpus_files")),
    }
    for name, (rows, schema) in written.items():
        kept = [{key: row[key] for key in schema.names} for row in rows]
        pq.write_table(pa.Table.from_pylist(kept, schema=schema), folder / f"{name}.parquet")
    return StagePaths(**{name: folder / f"{name}.parquet" for name in written})


_COUNTS = ("n_sentences", "n_candidate_sentences", "n_claims")
