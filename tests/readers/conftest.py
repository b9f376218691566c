"""A release with every table filled, written as releases are, and the tools that read it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.publish.flow import row_counts
from flows.publish.release import publish, stage
from schemas.tables import RELEASE_TABLES, Column, Table, table, vocabulary
from tests.readers.tools import TOOLS, Spark, Tool, within
from tests.small_release import Row, article, claim, event, write_release

VALUES: dict[str, Any] = {
    "string": "„Жито“ 'n' \"quotes\",\nline 2 $ 𝄞",
    "int32": 2**31 - 1,
    "int64": 2**53 + 1,
    "float32": 0.1,
    "float64": 0.1,
    "bool": True,
    "date": dt.date(1969, 2, 28),
    "timestamp": dt.datetime(1987, 6, 5, 4, 3, 2, 123456, tzinfo=dt.UTC),
    "list<string>": ["USA", "", "Ὀδυσσεύς"],
}
"""A value of every declared type that a careless reader gets wrong."""


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime(2024, month, day, hour, minute, tzinfo=dt.UTC)


def drones(words: str, supplier: str, article_id: str, reported_at: dt.datetime | None, **values: Any) -> Row:
    told = {"support_type": "drones", "event_id": f"e-{supplier}"} | values
    return claim(words, supplier, "RUS", article_id=article_id, reported_at=reported_at, **told)


def claims() -> list[Row]:
    """Drones for Russia at the turn of a month, and what must not count: denials, plans, other dyads, no date."""
    denied = {"factuality": "denied", "claimant_id": "IRN", "source_chain": ["USA", "IRN"]}
    return [
        drones("Iran sent drones.", "IRN", "a1", at(9, 30, 23, 59)),
        drones("Iran sent the drones.", "IRN", "a2", at(9, 30, 23, 30)),
        drones("Drones came from Iran.", "IRN", "a3", at(10, 1, 0, 1)),
        drones("China sent drones.", "CHN", "a3", at(10, 1, 0, 1)),
        drones("Iran sent drones once.", "IRN", "a4", None),
        drones("Iran says it sent none.", "IRN", "a3", at(10, 1, 0, 1), **denied),
        drones("Iran may send drones.", "IRN", "a3", at(10, 1, 0, 1), stage="considered"),
        claim("Berlin sent missiles.", "DEU", "UKR", article_id="a1", reported_at=at(9, 30, 23, 59), event_id="e-DEU"),
        claim("Minsk denied it.", "BLR", "UKR", article_id="a4", reported_at=None, event_id="e-BLR", **denied),
    ]


def other_tables() -> dict[str, list[Row]]:
    """Articles of which two tell one story; events of which one is contested, one denied, one agreed on."""
    told = {"a1": at(9, 30, 23, 59), "a2": at(9, 30, 23, 30), "a3": at(10, 1, 0, 1), "a4": None}
    stories = {"a1": "s1", "a2": "s1", "a3": "s2", "a4": "s3"}
    drones_of = {"support_type": "drones", "n_claims": 4}
    return {
        "articles": [article(key, published_at=time, story_id=stories[key]) for key, time in told.items()],
        "events": [
            event(
                "e-IRN", "IRN", "RUS", status="contested", affirmed_by=["UKR", "USA"], denied_by=["IRN"], **drones_of
            ),
            event("e-CHN", "CHN", "RUS", **drones_of),
            event("e-DEU", "DEU", "UKR"),
            event("e-BLR", "BLR", "UKR", status="denied", affirmed_by=[], denied_by=["IRN"], n_claims=1),
        ],
    }


def value_of(column: Column) -> Any:
    """A coded value where the column has a vocabulary, else the trying value of its type."""
    return next(iter(vocabulary(column.vocabulary))) if column.vocabulary else VALUES[column.type]


def trying_rows(declared: Table) -> list[Row]:
    """A full row, and one with a null wherever one may be."""
    full = {column.name: value_of(column) for column in declared.columns}
    nulls = full | {column.name: None for column in declared.columns if column.nullable}
    nulls |= {column.name: [] for column in declared.columns if column.type == "list<string>"}
    keys = {key: "ключ-2" for key in declared.primary_key if declared.column(key).type == "string"}
    return [full, nulls | keys]


@pytest.fixture(scope="session")
def rows() -> dict[str, list[Row]]:
    """The rows of every table, as they are put in."""
    given = {"claims": claims(), **other_tables()}
    return {name: [*given.get(name, []), *trying_rows(table(name))] for name in RELEASE_TABLES}


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[Row]]) -> Path:
    """A published release of those rows; the one before it had a claim and an event less."""
    root = tmp_path_factory.mktemp("readers")
    fewer = rows | {"claims": rows["claims"][1:], "events": rows["events"][1:]}
    folder = root
    for day, tables in enumerate((fewer, rows), start=22):
        linked = write_release(root / f"linked{day}", **tables)
        files = {name: linked / f"{name}.parquet" for name in RELEASE_TABLES}
        staged = stage(files, root / "output", "test-1", dt.date(2026, 11, day))
        folder = publish(staged, root / "output", row_counts(staged.folder))
    return folder


@pytest.fixture(scope="session")
def spark(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """Spark on one core, started in the folder of the release; its time zone is far from UTC."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed; `make spark` installs it")
    if shutil.which("java") is None:
        pytest.skip("there is no Java, which Spark needs")
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.ERROR)
    scratch = str(tmp_path_factory.mktemp("spark"))
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "Asia/Tokyo",
        "spark.sql.warehouse.dir": scratch,
        "spark.local.dir": scratch,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.log.level": "ERROR",
        # A few rows are sooner read than code for them is compiled.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    with within(release):
        session = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
    try:
        yield Spark(session)
    finally:
        session.stop()


@pytest.fixture(params=[*(tool.name for tool in TOOLS), "spark"])
def tool(request: pytest.FixtureRequest) -> Tool:
    """Every tool in turn."""
    if request.param == "spark":
        found: Tool = request.getfixturevalue("spark")
        return found
    return next(tool for tool in TOOLS if tool.name == request.param)
