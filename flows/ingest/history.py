"""What earlier runs of an output folder leave for the next one: files read, showings of feeds, days, withdrawals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.ingest.fates import Choice, VersionsBy
from flows.ingest.feed_archive import FOLDER as FEEDS
from flows.ingest.periods import Periods
from flows.ingest.version import reading_version
from flows.ingest.withdrawals import Withdrawals

CACHE = Path("cache") / "files"


@dataclass(frozen=True)
class History:
    """Where earlier runs left what the next one builds on; None where nothing is to be kept.

    `packs` holds the files read by this version of the readers, `feeds` the showings of feeds.
    """

    packs: Path | None = None
    feeds: Path | None = None


def history_of(output: Path) -> History:
    """The history of an output folder."""
    return History(output / CACHE / reading_version(), output / FEEDS)


def choice_of(output: Path, since: date | None, until: date | None, versions_by: VersionsBy | None) -> Choice:
    """What a run wants: the days asked for and those of earlier runs, without what the list of withdrawals names."""
    return Choice(Periods.load(output).with_span(since, until), Withdrawals.load(output), versions_by)
