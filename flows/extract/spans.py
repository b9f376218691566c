"""Spans of a text, joined and looked up: whether a place lies in one of many takes no longer than in one of few."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same places as sorted spans that neither overlap nor touch; ends are exclusive, empty spans are dropped."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif start < end:
            result.append((start, end))
    return result


def covers(spans: Sequence[Span], place: int) -> bool:
    """Whether `place` lies in one of the spans, which are sorted and do not overlap."""
    before = bisect_right(spans, place, key=lambda span: span[0])
    return before > 0 and place < spans[before - 1][1]
