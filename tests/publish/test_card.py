"""The card of a release tells what it covers, how good the reading is, and whose figures those are."""

from __future__ import annotations

from pathlib import Path

import yaml

from flows.publish.card import card
from flows.publish.coverage import coverage
from flows.publish.writer import Provenance
from schemas.quality import measurements
from schemas.tables import CHANGE_TABLES, RELEASE_TABLES
from tests.small_release import write_release


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ")[0]


def test_front_matter_is_what_dataset_hubs_read(published: Path) -> None:
    text = (published / "README.md").read_text(encoding="utf-8")
    stated = yaml.safe_load(text.split("---\n")[1])
    assert (stated["license"], stated["language"], stated["size_categories"]) == ("cc-by-4.0", ["en", "fr"], ["n<1K"])
    tables = (*RELEASE_TABLES, *CHANGE_TABLES)
    assert [one["data_files"] for one in stated["configs"]] == [f"{name}.parquet" for name in tables]


def test_it_tells_coverage_and_claims(published: Path) -> None:
    text = (published / "README.md").read_text(encoding="utf-8")
    told = section(text, "Coverage")
    assert "4 articles (2 stories, where near-copies count once) of 2 publishers" in told
    assert "published from 2022-03-01 to 2024-09-03; 1 have no date." in told
    assert "| The Wire \\| Daily | 2 | 50.0% |" in told
    assert "| undated | 1 | 1 | 1 |" in told
    assert "| `delivered` | 2 | 0 | 1 | 0 | 0 | 3 |" in section(text, "Claims between states")


def test_it_tells_the_quality_figures_and_whose_they_are(published: Path) -> None:
    covered = coverage(published)
    measured = measurements()[0]
    ours, other = (
        section(card([], Provenance("2026.11.23-0a1b2c3d", version), covered), "Quality")
        for version in (measured.extractor_version, "another")
    )
    precision, recall, f1 = next(row.values for row in measured.tables[0].rows if row.row == "dyad")
    assert f"| and supplier and recipient | {precision:.3f} | {recall:.3f} | {f1:.3f} |" in ours
    assert "the reader of this release" in ours
    assert "the reader of this release" not in other


def test_a_release_of_nothing_has_a_card(tmp_path: Path) -> None:
    nothing = coverage(write_release(tmp_path))
    assert "No article was read." in card([], Provenance("2026.11.23-0a1b2c3d", "test-1"), nothing)
