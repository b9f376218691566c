"""Shows what came of a run in Prefect, as artifacts of the flow run: quality, changes, links, report and charts."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prefect.artifacts import create_image_artifact, create_link_artifact, create_markdown_artifact

from flows.report.quality import changes_page, links, quality_page
from flows.report.writing import PAGE

IMAGE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\((\S+?\.svg)\)")
"""An image of the page; texts in its stead have brackets escaped."""


def show_outcome(outcome: Mapping[str, Any], published: Path | None) -> None:
    """Makes the artifacts of a run that has ended: all of a new release, the validation of one that was refused."""
    folder = published or (Path(outcome["failure_dir"]) if outcome.get("failure_dir") else None)
    if folder is None:
        return
    quality = quality_page(folder)
    if quality is not None:
        create_markdown_artifact(quality, key="materiel-quality", description=f"Validation of {folder.name}")
    if published is None:
        return
    changes = changes_page(published)
    if changes is not None:
        create_markdown_artifact(changes, key="materiel-diff", description=f"What {published.name} changes")
    for key, (address, description) in links(published).items():
        create_link_artifact(address, key=key, link_text=f"{description}: {published.name}", description=description)
    show_report(published)


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
