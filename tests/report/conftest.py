"""A release with a bit of everything that the report counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.report.writing import write_report
from schemas.tables import RELEASE_TABLES
from tests.small_release import Row, actor, article, claim, event, write_release

VERSION = "2026.11.23-0a1b2c3d"
BEFORE = "2026.11.22-00000000"
ACTORS = [actor("IRN", "Iran"), actor("RUS", "Russia"), actor("PRK", "North Korea")]
EVENTS = [event("e0000000000000001", "IRN", "RUS")]
MakeRelease = Callable[..., Path]


def on(year: int, month: int, day: int = 3) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def articles_and_claims() -> tuple[list[Row], list[Row]]:
    """Six claims in five articles of three publishers, one of which is not stated; one article has no date."""
    articles = [
        article("a1", publisher="Example Wire", published_at=on(2024, 9)),
        article("a2", publisher="Example Wire", published_at=on(2024, 11)),
        article("a3", publisher="Example Wire", published_at=on(2024, 11), n_claims=0, outcome="no_claims"),
        article("a4", publisher="The Quay & Dock", published_at=None),
        article("a5", publisher=None, published_at=on(2024, 12), n_claims=0, outcome="screened_out"),
    ]
    shells = {"support_type": "ammunition"}
    claims = [
        claim("Iran sent missiles to Russia.", "IRN", "RUS", article_id="a1", reported_at=on(2024, 9)),
        claim(
            "Iran may have sent missiles.",
            "IRN",
            "RUS",
            article_id="a1",
            reported_at=on(2024, 9),
            factuality="suspected",
        ),
        claim("Iran denied it.", "IRN", "RUS", article_id="a2", reported_at=on(2024, 11), factuality="denied"),
        claim("Pyongyang sold shells.", "PRK", "RUS", article_id="a2", reported_at=on(2024, 11), **shells),
        claim("Pyongyang offered shells.", "PRK", "RUS", article_id="a4", reported_at=None, stage="offered", **shells),
        claim("No state sent it.", "IRN", "RUS", article_id="a4", reported_at=None, factuality="negated"),
    ]
    return articles, claims


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> MakeRelease:
    """Writes a release folder with the tables given and, as `changes.json`, the counts of `changes` by table."""
    root, made = tmp_path_factory.mktemp("report"), 0

    def write(changes: dict[str, tuple[int, int, int]] | None = None, **tables: Any) -> Path:
        nonlocal made
        made += 1
        folder = write_release(root / f"release{made}", **tables)
        counts = dict.fromkeys(RELEASE_TABLES, (0, 0, 0)) | (changes or {})
        told = {
            "previous_version": None if changes is None else BEFORE,
            "tables": {n: dict(zip(("n_added", "n_removed", "n_changed"), c, strict=True)) for n, c in counts.items()},
        }
        (folder / "changes.json").write_text(json.dumps(told))
        return folder

    return write


@pytest.fixture(scope="session")
def release(make: MakeRelease) -> Path:
    """The first release of a few claims."""
    articles, claims = articles_and_claims()
    return make(articles=articles, claims=claims, actors=ACTORS, events=EVENTS)


@pytest.fixture(scope="session")
def reported(release: Path) -> Path:
    """The release with its report."""
    write_report(release, VERSION)
    return release
