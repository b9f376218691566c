"""The days of publication that a release covers: those asked for now, and those of earlier releases of its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.publish.durable import json_bytes, replace_file

FILE = "periods.json"
UNDATED = np.iinfo(np.int32).min
"""Stands for the day of an article without date."""

Days = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Periods:
    """Spans of days, both ends included, None for an open end; sorted, with a gap between each two."""

    spans: tuple[tuple[date | None, date | None], ...]

    def with_span(self, since: date | None, until: date | None) -> Periods:
        """These days and those from `since` to `until`. ValueError if that is no span."""
        if since and until and until < since:
            raise ValueError(f"until {until} lies before since {since}")
        spans = sorted((*self.spans, (since, until)), key=lambda span: span[0] or date.min)
        joined = [spans[0]]
        for first, last in spans[1:]:
            before = joined[-1]
            if before[1] is not None and first is not None and first - before[1] > timedelta(days=1):
                joined.append((first, last))
            else:
                joined[-1] = (before[0], None if before[1] is None or last is None else max(before[1], last))
        return Periods(tuple(joined))

    def hold(self, days: Days) -> Mask:
        """Which of these days (days since 1970) are covered; articles without a date always are."""
        held: Mask = days == UNDATED
        for first, last in self.spans:
            since = _number(first) if first else UNDATED
            held |= (days >= since) & (days <= (_number(last) if last else np.iinfo(np.int32).max))
        return held

    def write(self, output: Path) -> None:
        """Writes `periods.json` into the output folder."""
        spans = [[day and day.isoformat() for day in span] for span in self.spans]
        replace_file(output / FILE, json_bytes({"periods": spans}))

    @staticmethod
    def load(output: Path) -> Periods:
        """What `write` wrote; no days where there is no file. ValueError names a damaged file."""
        path = output / FILE
        if not path.exists():
            return Periods(())
        try:
            spans = json.loads(path.read_text(encoding="utf-8"))["periods"]
            read = [tuple(day and date.fromisoformat(day) for day in span) for span in spans]
            periods = Periods(())
            for since, until in read:
                periods = periods.with_span(since, until)
            return periods
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{path}: damaged ({error}); restore it, or delete it and give the days of all earlier runs once more"
            ) from error


EVERY_DAY = Periods(((None, None),))


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
