"""The report in Prefect: an image a chart, and a page that needs no other file."""

from __future__ import annotations

import base64
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import ArtifactSort
from prefect.runtime import flow_run

from flows.report.artifacts import charts_of, embedded, show_report
from flows.report.charts import CHARTS
from flows.report.writing import write_report
from tests.report.conftest import VERSION, MakeRelease
from tests.small_release import article

PREFIX = "data:image/svg+xml;base64,"


@flow
def show(folder: Path) -> str:
    """Shows a report; gives the id of the flow run that it belongs to."""
    show_report(folder)
    return str(flow_run.id)


def test_a_chart_is_found_whatever_stands_in_the_text_in_its_stead(make: MakeRelease) -> None:
    folder = make(articles=[article(publisher="Paper ](x.svg) [1]")])
    write_report(folder, VERSION)
    found = list(charts_of((folder / "report.md").read_text(), folder))
    assert [name for name, _, _ in found] == ["coverage_by_publisher", "coverage_over_time"]
    assert r"Paper \](x.svg) \[1\]" in found[0][1]


def test_the_page_holds_its_charts(reported: Path) -> None:
    page = embedded((reported / "report.md").read_text(), reported)
    assert "](report/" not in page
    chart = page.split(PREFIX)[1].split(")")[0]
    assert base64.b64decode(chart) == (reported / "report" / "claims_by_month.svg").read_bytes()


def test_prefect_keeps_page_and_charts(reported: Path, prefect_harness: Path) -> None:
    run_id = show(reported)
    with get_client(sync_client=True) as client:
        newest = client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
    kept = {artifact.key: artifact for artifact in newest if str(artifact.flow_run_id) == run_id}
    charts = {f"materiel-{name.replace('_', '-')}" for name in CHARTS} - {"materiel-changes"}
    assert set(kept) == charts | {"materiel-report"}
    assert kept["materiel-top-dyads"].type == "image"
    assert kept["materiel-top-dyads"].data.startswith(PREFIX)
    assert "## Who is said to supply whom" in kept["materiel-report"].data
