"""Dates become UTC timestamps; what does not name a day for sure becomes null."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ingest.dates import published_at


@pytest.mark.parametrize(
    "raw",
    [
        "2023-05-04T09:30:00Z",
        "2023-05-04T11:30:00+02:00",
        "Thu, 04 May 2023 09:30:00 GMT",
        "Thu, 04 May 2023 05:30:00 EDT",
        "May 4, 2023 9:30 AM",
        1683192600,
        1683192600000,
        datetime(2023, 5, 4, 9, 30),
    ],
)
def test_a_time_is_read_in_utc(raw: str | int | datetime) -> None:
    assert published_at(raw) == datetime(2023, 5, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["2023-05-04", "20230504", "4 May 2023", "May 4th, 2023", date(2023, 5, 4)])
def test_a_day_without_time_is_midnight_utc(raw: str | date) -> None:
    assert published_at(raw) == datetime(2023, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        *("", "yesterday", "Thursday", "May 2023", "2023", "2023-05", "2023-W18", "09:30", "9999-99-99"),
        *("4 May 2023 09:30 QQT", "0001-01-01"),
        *(None, True, 2023, float("nan"), float("inf"), 10**30),
    ],
)
def test_what_names_no_day_for_sure_is_null(raw: object) -> None:
    assert published_at(raw) is None  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    moment = published_at(text)
    assert moment is None or moment.tzinfo is UTC
