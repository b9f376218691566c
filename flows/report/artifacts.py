"""Shows the report of a release in Prefect, as artifacts of the flow run: the page, and each chart as an image."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

from prefect.artifacts import create_image_artifact, create_markdown_artifact

from flows.report.writing import PAGE

IMAGE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\((\S+?\.svg)\)")
"""An image of the page; texts in its stead have brackets escaped."""


def show_report(folder: Path) -> None:
    """Makes the artifacts of a release's report. Prefect cannot reach the folder, so the charts go along as data.

    Raises what Prefect raises where its server does not answer, and FileNotFoundError if the release has no report.
    """
    page = (folder / PAGE).read_text(encoding="utf-8")
    for name, alt, address in charts_of(page, folder):
        create_image_artifact(address, key=f"materiel-{name.replace('_', '-')}", description=alt)
    create_markdown_artifact(embedded(page, folder), key="materiel-report", description=f"Report of {folder.name}")


def charts_of(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, text in its stead and data address of every chart of the page."""
    for alt, path in IMAGE.findall(page):
        yield Path(path).stem, alt, data_address(folder / path)


def embedded(page: str, folder: Path) -> str:
    """The page with its charts within it."""
    return IMAGE.sub(lambda found: f"![{found[1]}]({data_address(folder / found[2])})", page)


def data_address(chart: Path) -> str:
    """The chart as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(chart.read_bytes()).decode('ascii')}"
