"""Writes the report of a release into its folder: `report.md`, and the charts under `report/`."""

from __future__ import annotations

import json
from pathlib import Path

from flows.report.page import FOLDER, markdown, sections
from flows.report.summary import summarise

PAGE = "report.md"


def write_report(folder: Path, version: str) -> None:
    """Writes the report of the release in `folder`, whose tables and `changes.json` are there.

    The same tables and changes give the same bytes. A chart with nothing to draw is left out, and the page says why.
    """
    # Matplotlib takes a second to import; whoever only looks into a release does not wait for it.
    from matplotlib import rc_context

    from flows.report.charts import CHARTS
    from flows.report.style import settings, write_svg

    summary = summarise(folder, version, json.loads((folder / "changes.json").read_text(encoding="utf-8")))
    parts = sections(summary)
    (folder / FOLDER).mkdir(exist_ok=True)
    drawn = []
    with rc_context(settings()):
        for part in parts:
            figure = CHARTS[part.chart](summary)
            if figure is not None:
                write_svg(figure, folder / FOLDER / f"{part.chart}.svg", part.heading, part.alt)
                drawn.append(part.chart)
    (folder / PAGE).write_text(markdown(summary, parts, drawn), encoding="utf-8")
