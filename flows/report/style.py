"""How charts look and are written: colours that the colour-blind tell apart, opaque paper, the same SVG every time."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from flows.report.summary import STANCES
from flows.report.text import one_line, shortened

PAPER = "#ffffff"
INK = "#1a1a1a"
MUTED = "#595959"
GRID = "#dedede"
BLUE = "#0b5394"
LIGHT_BLUE = "#4a90c8"
VERMILION = "#c9480a"

STANCE_COLOURS = dict(zip(STANCES, (BLUE, LIGHT_BLUE, VERMILION), strict=True))
STANCE_HATCHES = dict(zip(STANCES, (None, None, "////"), strict=True))
"""What is denied is hatched too, so that it does not rest on colour."""

WIDTH = 8.0
"""Width of a chart in inches of 72 points."""

FONT = "DejaVu Sans"
"""Texts are laid out in this one, which matplotlib brings; it is wider than those that may stand in for it."""

FONTS = f"'{FONT}', Verdana, Arial, sans-serif"

SETTINGS = {
    "font.family": FONT,
    "font.size": 9.0,
    "svg.fonttype": "none",
    "svg.hashsalt": "materiel",
    "text.parse_math": False,
    "hatch.linewidth": 1.0,
}
MAX_LABEL = 34
"""Longest label, in characters."""


def ink_on(colour: str) -> str:
    """The colour of a text on a field of `colour`: ink or paper, whichever stands out."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2 reckons it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def canvas(title: str, subtitle: str, height: float) -> Figure:
    """An empty chart with its title and, below, what is counted; `height` in inches."""
    figure = Figure(figsize=(WIDTH, height), facecolor=PAPER)
    figure.text(0.02, 1 - 0.16 / height, title, size=12, weight="bold", color=INK, va="top")
    figure.text(0.02, 1 - 0.42 / height, subtitle, size=9, color=MUTED, va="top")
    return figure


def panel(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes without a frame. `left` and `right` are inches from the left edge, `bottom` and `top` from the bottom."""
    height = figure.get_figheight()
    axes = figure.add_axes((left / WIDTH, bottom / height, (right - left) / WIDTH, (top - bottom) / height))
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(colors=MUTED, length=0)
    axes.set_axisbelow(True)
    return axes


def name_rows(axes: Axes, names: list[str]) -> None:
    """Names the rows of a chart of bars, the first one on top; no scale, as the bars bear their numbers."""
    axes.set_yticks(range(len(names)), [shortened(name, MAX_LABEL) for name in names], color=INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def number(axes: Axes, x: float, y: float, text: str, colour: str = INK) -> None:
    """Writes a number just right of the end of a bar."""
    axes.annotate(text, (x, y), (4, 0), textcoords="offset points", va="center", color=colour, annotation_clip=False)


def key_of_stances(figure: Figure) -> None:
    """Names the colours of the stances in a line below the subtitle."""
    height = figure.get_figheight()
    axes = panel(figure, 0.16, height - 0.92, WIDTH - 0.16, height - 0.68)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH - 0.32)
    axes.set_ylim(0, 1)
    left = 0.0
    for stance, colour in STANCE_COLOURS.items():
        axes.barh(0.5, 0.2, left=left, height=0.6, color=colour, hatch=STANCE_HATCHES[stance], edgecolor=PAPER)
        axes.text(left + 0.28, 0.5, stance, va="center", color=INK)
        left += 0.6 + 0.085 * len(stance)


def write_svg(figure: Figure, path: Path, title: str, description: str) -> None:
    """Writes a chart; the same chart gives the same bytes.

    A character that the laying-out font lacks is drawn by the reader's own fonts, so that it is no cause for warning.
    """
    buffer = io.BytesIO()
    metadata = {"Title": one_line(title), "Description": one_line(description), "Date": None, "Creator": None}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        figure.savefig(buffer, format="svg", metadata=metadata)
    text = buffer.getvalue().decode("utf-8")
    path.write_text(text.replace(f"'{FONT}'", FONTS), encoding="utf-8")


def settings() -> Any:
    """The settings of matplotlib under which charts are drawn and written, whatever the user's own are."""
    return {**matplotlib.rcParamsDefault, "backend": "svg", **SETTINGS}
