"""Dates in a sentence, absolute and relative to the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from flows.extract.dates import find_dates

PUBLISHED = date(2023, 3, 15)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("The tanks arrived on 24 February 2022.", "2022-02-24"),
        ("The tanks arrived on February 24, 2022.", "2022-02-24"),
        ("The tanks arrived on February 24.", "2023-02-24"),
        ("The tanks arrived on 5 November.", "2022-11-05"),
        ("The tanks arrived in August 2021.", "2021-08"),
        ("The tanks arrived at the end of January 1986.", "1986-01"),
        ("The tanks arrived in 2016.", "2016"),
        ("The tanks arrived in the 1980s.", "1980/1989"),
        ("The tanks arrived in the late 1990s.", "1997/1999"),
        ("The tanks arrived between 2002 and 2009.", "2002/2009"),
        ("The tanks arrived last September.", "2022-09"),
        ("The tanks arrived in September.", "2022-09"),
        ("The tanks will arrive in September.", "2023-09"),
        ("The tanks arrived in August last year.", "2022-08"),
        ("The tanks arrived on Monday.", "2023-03-13"),
        ("The tanks arrived on Wednesday.", "2023-03-15"),
        ("The tanks will arrive on Monday.", "2023-03-20"),
        ("The tanks arrived today.", "2023-03-15"),
        ("The tanks arrived yesterday.", "2023-03-14"),
        ("The tanks arrived earlier this year.", "2023"),
        ("The tanks arrived last year.", "2022"),
        ("The tanks arrived last month.", "2023-02"),
        ("The tanks arrive next month.", "2023-04"),
        ("The tanks arrived last week.", "2023-03-06/2023-03-12"),
        ("The tanks arrive next week.", "2023-03-20/2023-03-26"),
        ("The tanks arrived this week.", "2023-03-13/2023-03-15"),
        ("The tanks arrived two weeks ago.", "2023-02-27/2023-03-05"),
        ("The tanks arrived three months ago.", "2022-12"),
        ("The tanks arrived two years ago.", "2021"),
        ("Tanks have come since February.", "2023-02/2023-03"),
        ("Tanks have come since August 2021.", "2021-08/2023-03"),
        ("Tanks have come since Russia invaded Ukraine on February 24, 2022.", "2022-02-24/2023-03-15"),
        ("Tanks have come since 2014.", "2014/2023"),
        ("Tanks have come over the past year.", "2022-03/2023-03"),
        ("The tanks arrived last fall.", "2022-09/2022-11"),
        ("The tanks arrive by the end of the year.", "2023"),
        ("Deliveries start in the third quarter of 2023.", "2023-07/2023-09"),
    ],
)
def test_a_date_is_resolved(sentence: str, code: str) -> None:
    assert [one.code for one in find_dates(sentence, PUBLISHED)] == [code]


@pytest.mark.parametrize(
    "sentence",
    [
        "They may send 2000 troops and 1990 rounds.",
        "The march through May Street and the Act of 1961 mattered.",
        "It cost $2010 and weighed 2016.5 kg.",
        "The F-2000 and MIL-2015-x are names.",
    ],
)
def test_other_numbers_and_words_are_no_dates(sentence: str) -> None:
    assert find_dates(sentence, PUBLISHED) == []


def test_relative_dates_need_a_publication_date() -> None:
    sentence = "The deal of 12 May 2001 was renewed on Monday and last year."
    assert [one.code for one in find_dates(sentence, None)] == ["2001-05-12"]


def test_mentions_carry_offsets_days_and_precision() -> None:
    sentence = "It came in August 2021."
    (found,) = find_dates(sentence, PUBLISHED)
    assert sentence[found.start : found.end] == found.text == "August 2021"
    assert (found.start_date, found.end_date, found.precision) == (date(2021, 8, 1), date(2021, 8, 31), "month")


def test_an_impossible_day_is_left_out() -> None:
    assert [one.precision for one in find_dates("On 31 February 2020 nothing happened.", PUBLISHED)] != ["day"]
