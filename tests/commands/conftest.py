"""An output folder with two releases and a failed run; the later release holds claims that the tests look for."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from tests.small_release import actor, article, claim, event, write_release

SUSPECTED = (
    "Washington suspects that Tehran has shipped more than 200 ballistic missiles to Russia, two officials said."
)
DENIED = "Iran's foreign ministry rejected the report and said no missiles had gone to Moscow."
SHELLS = "North Korea has sent Russia three million artillery shells since last autumn."
PLEDGED = "Norway promised Kyiv six more launchers."
MILITIA = "Iran has armed Hezbollah with guided rockets for decades."
OLD = "France sold Iraq fighter jets in the 1980s."


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder; read-only for the tests."""
    folder = tmp_path_factory.mktemp("output")
    _release(folder, "2024.09.01-aaaaaaaa", claims=[], articles=[article()])
    _release(
        folder,
        "2024.09.08-bbbbbbbb",
        claims=_claims(),
        claims_nonstate=[claim(MILITIA, "IRN", "NSA:Hezbollah", claim_id="n1", article_id="a2")],
        events=[
            event("e1", "IRN", "RUS", status="contested", affirmed_by=["USA"], denied_by=["IRN"], n_claims=2),
            event("e2", "PRK", "RUS", support_type="ammunition", quantity_low=3e6, quantity_high=3e6),
        ],
        articles=[article("a1", source_id="wire-1", title="Missiles for Moscow"), article("a2", source_id="wire-2")],
        actors=[
            actor("IRN", "Iran"),
            actor("RUS", "Russia"),
            actor("PRK", "North Korea"),
            actor("USA", "United States"),
            actor("NSA:Hezbollah", "Hezbollah", "nonstate"),
        ],
    )
    failure = folder / "failures" / "2024.09.09-cccccccc"
    failure.mkdir(parents=True)
    record = {"stage": "validate", "reasons": ["claims: supplier equals recipient in 3 rows"]}
    record["created_at"] = "2024-09-09T06:00:00+00:00"  # type: ignore[assignment]
    (failure / "failure.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "latest.json").write_text(json.dumps({"version": "2024.09.08-bbbbbbbb"}), encoding="utf-8")
    return folder


def _claims() -> list[dict[str, object]]:
    return [
        claim(SUSPECTED, "IRN", "RUS", claim_id="c1aa", article_id="a1", factuality="suspected", claimant_id="USA",
              claimant_type="government", claimant_is_anonymous=True, claimant_text="two officials",
              supplier_text="Tehran", recipient_text="Russia", item_text="ballistic missiles",
              trigger_text="has shipped", quantity_text="more than 200", quantity_low=200.0, quantity_unit="units",
              source_chain=["USA"], confidence=0.92, event_id="e1", rule="give.verb.ship"),
        claim(DENIED, "IRN", "RUS", claim_id="c1bb", article_id="a1", factuality="denied", claimant_id="IRN",
              claimant_type="government", supplier_text="Islamic Republic", recipient_text="Moscow",
              confidence=0.81, event_id="e1"),
        claim(SHELLS, "PRK", "RUS", claim_id="c2cc", article_id="a2", support_type="ammunition", confidence=0.8,
              reported_at=dt.datetime(2024, 9, 5, 23, 30, tzinfo=dt.UTC), event_id="e2"),
        claim(PLEDGED, "NOR", "UKR", claim_id="c3dd", article_id="a2", stage="pledged", confidence=0.55,
              reported_at=dt.datetime(2024, 9, 1, 8, tzinfo=dt.UTC)),
        claim(OLD, "FRA", "IRQ", claim_id="c4ee", article_id="a2", support_type="aircraft", reported_at=None,
              confidence=0.4),
    ]  # fmt: skip


def _release(output: Path, version: str, **tables: list[dict[str, object]]) -> None:
    folder = write_release(output / "releases" / version, **tables)
    manifest = {
        "created_at": f"2024-09-{version[8:10]}T06:00:00+00:00",
        "tables": {name: {"rows": len(rows)} for name, rows in tables.items()},
    }
    (folder / "release.json").write_text(json.dumps(manifest), encoding="utf-8")
