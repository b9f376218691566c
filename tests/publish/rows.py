"""Table files as linking hands them to publishing, from a few rows, and releases of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.publish.flow import row_counts
from flows.publish.release import Staged, publish, stage
from schemas.tables import RELEASE_TABLES
from tests.small_release import actor, article, claim, event, write_release

DAY = date(2026, 11, 23)
FIRST, LAST = datetime(2022, 3, 1, 23, 30, tzinfo=UTC), datetime(2024, 9, 3, 12, tzinfo=UTC)
DENIAL = claim("Iran denied that it had sent missiles to Russia.", "IRN", "RUS", factuality="denied", claimant_id="IRN")
SUSPICION = claim("Iran is suspected of sending missiles to Russia.", "IRN", "RUS", factuality="suspected")
SHELLS = claim("North Korea shipped shells to Russia.", "PRK", "RUS", support_type="ammunition")


def table_files(folder: Path, *claims: dict[str, Any]) -> dict[str, Path]:
    """Files of all tables; `claims` as given, the others with a row or none."""
    write_release(
        folder,
        claims=claims,
        articles=[article(n_claims=len(claims))],
        actors=[actor("IRN", "Iran"), actor("RUS", "Russia"), actor("PRK", "North Korea")],
        events=[event("e0000000000000001", "IRN", "RUS")],
    )
    return {name: folder / f"{name}.parquet" for name in RELEASE_TABLES}


def publish_described(folder: Path) -> Path:
    """Publishes a release in which every key resolves: four articles, three of which make four claims; its folder."""
    wire, shahed = "The Wire | Daily", "Shahed-136"
    system = {"system_id": shahed, "name": shahed, "maker_id": "IRN", "support_type": "drones", "unroca_category": None}
    linked = write_release(
        folder / "linked",
        articles=[
            article("a1", published_at=FIRST, publisher=wire, n_claims=2, story_id="s1"),
            article("a2", published_at=LAST, publisher=wire, story_id="s2"),
            article("a3", published_at=None, publisher=None, story_id="s2"),
            article("a4", published_at=LAST, publisher="Gazette", language="fr", n_claims=0, outcome="no_claims"),
        ],
        claims=[
            claim("Iran denied that it had sent missiles.", "IRN", "RUS", article_id="a1", factuality="denied"),
            claim("Iran is suspected of sending Shaheds.", "IRN", "RUS", article_id="a1", system_id=shahed),
            claim("Iran offered 20 drones.", "IRN", "RUS", article_id="a2", stage="offered", quantity_low=20.0),
            claim("Iran sent drones.", "IRN", "RUS", article_id="a3", source_chain=["USA", "AUTHOR"], reported_at=None),
        ],
        events=[event("e0000000000000001", "IRN", "RUS", denied_by=["IRN"], first_reported_at=FIRST, n_claims=4)],
        actors=[actor(code, code) for code in ("AUTHOR", "IRN", "RUS", "USA")],
        systems=[system],
    )
    files = {name: linked / f"{name}.parquet" for name in RELEASE_TABLES}
    staged = stage(files, folder / "output", "test-1", DAY)
    return publish(staged, folder / "output", row_counts(staged.folder))


class Publisher:
    """Publishes into one output folder, with a source folder for every call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.n = 0

    def stage(self, *claims: dict[str, Any], today: date = DAY) -> Staged:
        self.n += 1
        return stage(table_files(self.folder / f"linked{self.n}", *claims), self.output, "test-1", today)

    def publish(self, *claims: dict[str, Any], today: date = DAY) -> Path:
        staged = self.stage(*claims, today=today)
        return publish(staged, self.output, row_counts(staged.folder))
