"""Draws the charts of a report. Each takes the summary and gives a figure, or None where there is nothing to draw."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from flows.report.style import (
    BLUE,
    GRID,
    INK,
    LIGHT_BLUE,
    MAX_LABEL,
    PAPER,
    STANCE_COLOURS,
    STANCE_HATCHES,
    VERMILION,
    WIDTH,
    canvas,
    ink_on,
    key_of_stances,
    name_rows,
    number,
    panel,
)
from flows.report.summary import STANCES, Stances, Summary
from schemas.tables import vocabulary

ROW = 0.27
"""Height of a row of a chart of bars, in inches."""

HEAD = 0.75
"""Room for title and subtitle, in inches."""


def claims_by_month(summary: Summary) -> Figure | None:
    """Bars by month, stacked by stance."""
    if not summary.months:
        return None
    figure = canvas("Claims by month of publication", "number of claims between states", 3.6)
    key_of_stances(figure)
    axes = panel(figure, 0.6, 0.4, WIDTH - 0.2, 2.55)
    places = range(len(summary.months))
    base = [0] * len(summary.months)
    for stance in STANCES:
        heights = [counts[stance] for counts in summary.months.values()]
        style: Any = {"color": STANCE_COLOURS[stance], "hatch": STANCE_HATCHES[stance]}
        axes.bar(places, heights, 0.84, base, edgecolor=PAPER, linewidth=0, **style)
        base = [low + height for low, height in zip(base, heights, strict=True)]
    _scale(axes)
    _name_months(axes, list(summary.months))
    peak = max(places, key=lambda place: base[place])
    axes.annotate(f"{base[peak]:,}", (peak, base[peak]), (0, 2), textcoords="offset points", ha="center", color=INK)
    return figure


def top_dyads(summary: Summary) -> Figure | None:
    """A bar for each of the dyads with most claims, stacked by stance."""
    if not summary.dyads:
        return None
    is_all = summary.n_dyads == len(summary.dyads)
    title = "Claims by dyad" if is_all else f"The {len(summary.dyads)} dyads with most claims"
    figure, axes = _rows(title, "number of claims, supplier → recipient", len(summary.dyads), 2.9, head=HEAD + 0.3)
    key_of_stances(figure)
    for place, dyad in enumerate(summary.dyads):
        total = _stack(axes, place, dyad.claims)
        number(axes, total, place, f"{total:,}")
    name_rows(
        axes,
        [
            f"{_short(dyad.supplier, dyad.supplier_id)} → {_short(dyad.recipient, dyad.recipient_id)}"
            for dyad in summary.dyads
        ],
    )
    return figure


def _short(name: str, actor_id: str) -> str:
    """The name, or the code where the name is too long for two of its length to stand in a line."""
    return name if len(name) <= MAX_LABEL // 2 else actor_id


def _stack(axes: Axes, place: int, counts: Stances) -> int:
    left = 0
    for stance, n in counts.items():
        style: Any = {"color": STANCE_COLOURS[stance], "hatch": STANCE_HATCHES[stance]}
        axes.barh(place, n, 0.68, left, edgecolor=PAPER, linewidth=0, **style)
        left += n
    return left


def support_types(summary: Summary) -> Figure | None:
    """A bar for each support type, with its number and share."""
    if not summary.support_types:
        return None
    subtitle = "number of claims, and share of all claims"
    figure, axes = _rows("Claims by support type", subtitle, len(summary.support_types), 1.3)
    for place, (_, n) in enumerate(summary.support_types):
        axes.barh(place, n, 0.68, color=BLUE)
        number(axes, n, place, f"{n:,}  ({n / summary.n_claims:.1%})")
    name_rows(axes, [name for name, _ in summary.support_types])
    return figure


def factuality_by_stage(summary: Summary) -> Figure | None:
    """A field of numbers, darker where there are more claims."""
    if not summary.n_claims:
        return None
    rows, columns = list(vocabulary("factuality")), list(vocabulary("stage_group"))
    figure = canvas("Claims by factuality and stage group", "number of claims; totals in brackets", 3.6)
    axes = panel(figure, 2.0, 0.15, WIDTH - 0.2, 2.5)
    most = max(summary.stages.values())
    for y, factuality in enumerate(rows):
        for x, group in enumerate(columns):
            n = summary.stages[factuality, group]
            depth = math.log1p(n) / math.log1p(most)
            field = _field(depth)
            axes.add_patch(Rectangle((x - 0.49, y - 0.47), 0.98, 0.94, facecolor=field, edgecolor=GRID, linewidth=0.5))
            axes.text(x, y, f"{n:,}", ha="center", va="center", color=ink_on(field))
    axes.set_xlim(-0.5, len(columns) - 0.5)
    by_row = [sum(summary.stages[factuality, group] for group in columns) for factuality in rows]
    by_column = [sum(summary.stages[factuality, group] for factuality in rows) for group in columns]
    name_rows(axes, [f"{name} ({n:,})" for name, n in zip(rows, by_row, strict=True)])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.tick_top()
    named = [f"{name}\n({n:,})" for name, n in zip(columns, by_column, strict=True)]
    axes.set_xticks(range(len(columns)), named, color=INK)
    return figure


def coverage_by_publisher(summary: Summary) -> Figure | None:
    """Two columns of bars: articles read, and claims made in them."""
    if not summary.publishers:
        return None
    rows = list(summary.publishers)
    if summary.others[0]:
        rows.append((f"{summary.others[0]:,} others", *summary.others[1:]))
    subtitle = "number of articles read, and of claims between states made in them"
    figure, read = _rows("Coverage by publisher", subtitle, len(rows), 2.6, right=4.7, head=HEAD + 0.3)
    made = panel(figure, 5.4, 0.1, WIDTH - 0.7, figure.get_figheight() - HEAD - 0.3)
    for place, (_, n_articles, n_claims) in enumerate(rows):
        for axes, n, colour in ((read, n_articles, LIGHT_BLUE), (made, n_claims, BLUE)):
            axes.barh(place, n, 0.68, color=colour)
            number(axes, n, place, f"{n:,}")
    name_rows(read, [name for name, _, _ in rows])
    name_rows(made, [""] * len(rows))
    for axes, what in ((read, "articles read"), (made, "claims")):
        axes.set_title(what, loc="left", size=9, weight="bold", color=INK)
        axes.set_xlim(0, None if any(row[1 if axes is read else 2] for row in rows) else 1)
    return figure


def coverage_over_time(summary: Summary) -> Figure | None:
    """Two rows of bars over the same time: articles read, and claims made in them."""
    if not summary.coverage:
        return None
    unit = "year" if summary.by_year else "month"
    subtitle = f"number of articles read, and of claims between states, by {unit} of publication"
    figure = canvas("Coverage over time", subtitle, 4.8)
    starts = [period.start for period in summary.coverage]
    panels = (
        (2.55, "articles read", [period.n_articles for period in summary.coverage], LIGHT_BLUE),
        (0.4, "claims", [period.n_claims for period in summary.coverage], BLUE),
    )
    for bottom, what, heights, colour in panels:
        axes = panel(figure, 0.6, bottom, WIDTH - 0.2, bottom + 1.35)
        axes.bar(range(len(starts)), heights, 0.84, color=colour)
        axes.set_title(what, loc="left", size=9, weight="bold", color=INK)
        _scale(axes)
        if summary.by_year:
            _name_years(axes, starts)
        else:
            _name_months(axes, starts)
    return figure


def changes(summary: Summary) -> Figure | None:
    """Rows added, removed and changed since the release before, by table."""
    if not any(change.n_added or change.n_removed or change.n_changed for change in summary.changes or ()):
        return None
    rows = [
        (f"{change.table}: {what}", n, colour)
        for change in summary.changes or ()
        for what, n, colour in (
            ("added", change.n_added, BLUE),
            ("removed", change.n_removed, VERMILION),
            ("changed", change.n_changed, LIGHT_BLUE),
        )
    ]
    title = f"What changed since release {summary.previous_version}"
    figure, axes = _rows(title, "number of rows, by table", len(rows), 2.0)
    for place, (_, n, colour) in enumerate(rows):
        axes.barh(place, n, 0.68, color=colour, hatch="////" if colour == VERMILION else None, edgecolor=PAPER)
        number(axes, n, place, f"{n:,}")
    name_rows(axes, [name for name, _, _ in rows])
    return figure


def _rows(
    title: str, subtitle: str, n_rows: int, left: float, right: float = WIDTH - 1.2, head: float = HEAD
) -> tuple[Figure, Axes]:
    """A chart with room for so many rows of bars; the bars begin `left` inches from the edge."""
    figure = canvas(title, subtitle, head + n_rows * ROW + 0.1)
    return figure, panel(figure, left, 0.1, right, 0.1 + n_rows * ROW)


def _field(depth: float) -> str:
    """A colour between white (0) and blue (1)."""
    parts = (int(BLUE[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - depth * (255 - part)):02x}" for part in parts)


def _scale(axes: Axes) -> None:
    """A scale of whole numbers at the left, with thin lines."""
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_ylim(0, max(1.0, axes.get_ylim()[1] * 1.06))


def _name_months(axes: Axes, months: list[date]) -> None:
    """Names every month where there are few, else every third one or every January."""
    step = 1 if len(months) <= 8 else 3 if len(months) <= 24 else 12
    places = [place for place, month in enumerate(months) if (month.month - 1) % step == 0]
    axes.set_xticks(places, [f"{months[place]:%Y-%m}" for place in places])
    axes.set_xlim(-0.8, max(len(months), 6) - 0.2)


def _name_years(axes: Axes, years: list[date]) -> None:
    step = max(1, math.ceil(len(years) / 10))
    places = list(range(0, len(years), step))
    axes.set_xticks(places, [f"{years[place]:%Y}" for place in places])
    axes.set_xlim(-0.8, max(len(years), 6) - 0.2)


CHARTS: dict[str, Callable[[Summary], Figure | None]] = {
    "claims_by_month": claims_by_month,
    "top_dyads": top_dyads,
    "support_types": support_types,
    "factuality_by_stage": factuality_by_stage,
    "coverage_by_publisher": coverage_by_publisher,
    "coverage_over_time": coverage_over_time,
    "changes": changes,
}
"""The charts of a report, in its order; the name is also that of the file."""
