"""Table files as linking hands them to publishing, from a few rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flows.publish.flow import row_counts
from flows.publish.release import Staged, publish, stage
from schemas.tables import RELEASE_TABLES
from tests.small_release import actor, article, claim, event, write_release

DAY = date(2026, 11, 23)
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
