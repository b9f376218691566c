"""Publication dates in whatever form a corpus has them, as UTC timestamps; what cannot be read for sure is null."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from dateutil import parser

from flows.ingest.record import RawDate

# Two fillers for the parts that a date does not give: where the results differ, the date is not complete.
FILLERS = (datetime(2000, 1, 1), datetime(2001, 2, 2))
# Abbreviations of RFC 5322 and the commonest others of news feeds, in hours east of Greenwich.
ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "EST": -5,
    "EDT": -4,
    "ET": -5,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "JST": 9,
}
FIRST_EPOCH_SECOND, FIRST_EPOCH_MILLISECOND = 1e8, 1e11
EARLIEST_YEAR, LATEST_YEAR = 1400, 2200
LONGEST_DATE = 200
"""Characters; a longer text is no date, and would be taken apart word by word all the same."""


def published_at(raw: RawDate) -> datetime | None:
    """The time in UTC; midnight UTC for a date without time; None where it cannot be told.

    A date without day ("March 2017") or with an unknown zone is None rather than a guess. `03/04/2017` is read in the
    American order, as dateutil does. Numbers are seconds since 1970 (milliseconds from 1e11 on).
    """
    try:
        moment = _moment(raw)
        if moment is None:
            return None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError, AttributeError):
        return None
    return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None


def _moment(raw: RawDate) -> datetime | None:
    if raw is None or isinstance(raw, bool):
        return None
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime(raw.year, raw.month, raw.day)
    if isinstance(raw, int | float):
        return _from_epoch(float(raw))
    text = raw.strip()
    if len(text) > LONGEST_DATE:
        return None
    try:
        # Python also reads a week ("2021-W05") as its Monday, which is a guess.
        return datetime.fromisoformat("" if "W" in text else text)
    except ValueError:
        readings = [parser.parse(text, default=filler, tzinfos=_zone) for filler in FILLERS]
        return readings[0] if readings[0] == readings[1] else None


def _from_epoch(number: float) -> datetime | None:
    if number < FIRST_EPOCH_SECOND:
        return None
    return datetime.fromtimestamp(number / 1000 if number >= FIRST_EPOCH_MILLISECOND else number, tz=UTC)


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    if name is None and offset is None:
        return None
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name not in ZONES:
        raise ValueError(f"unknown time zone {name}")
    return timezone(timedelta(hours=ZONES[name]))
