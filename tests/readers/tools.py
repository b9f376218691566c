"""The tools that releases are read with, each as the same three questions: rows of a table, its types, an answer."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Protocol

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from schemas.arrow import ARROW_TYPES

QUERIES = Path(__file__).parents[2] / "docs" / "queries"
Row = tuple[Any, ...]


class Tool(Protocol):
    """One tool. `types` gives, for each declared type, what a column of it must be here."""

    name: str
    types: dict[str, Any]

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        """All rows of a table, and the type of every column."""
        ...

    def answer(self, question: str, release: Path) -> list[Row]:
        """What the documented query gives in the folder of a release."""
        ...


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Works in a folder, as the documented queries do."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def run_python(source: str, release: Path) -> Any:
    """The `answer` of a documented query."""
    names: dict[str, Any] = {}
    with within(release):
        exec(source, names)
    return names["answer"]


def query(question: str, name: str) -> str:
    """The text of a documented query."""
    return next(QUERIES.glob(f"{question}.{name}.*")).read_text(encoding="utf-8")


class DuckDB:
    name = "duckdb"
    types: ClassVar = {
        "string": "VARCHAR",
        "int32": "INTEGER",
        "int64": "BIGINT",
        "float32": "FLOAT",
        "float64": "DOUBLE",
        "bool": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
        "list<string>": "VARCHAR[]",
    }

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        with self.connection() as connection:
            found = connection.sql(f"SELECT * FROM '{path}'")
            return found.fetchall(), dict(zip(found.columns, map(str, found.types), strict=True))

    def answer(self, question: str, release: Path) -> list[Row]:
        with within(release), self.connection() as connection:
            return connection.sql(query(question, self.name)).fetchall()

    @staticmethod
    def connection() -> duckdb.DuckDBPyConnection:
        """A session whose time zone is far from UTC, where a query that counts by local time gives itself away."""
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'Asia/Tokyo'")
        return connection


class Polars:
    name = "polars"
    types: ClassVar = {
        "string": pl.String(),
        "int32": pl.Int32(),
        "int64": pl.Int64(),
        "float32": pl.Float32(),
        "float64": pl.Float64(),
        "bool": pl.Boolean(),
        "date": pl.Date(),
        "timestamp": pl.Datetime("us", "UTC"),
        "list<string>": pl.List(pl.String()),
    }

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        scan = pl.scan_parquet(path)
        return scan.collect().rows(), dict(scan.collect_schema())

    def answer(self, question: str, release: Path) -> list[Row]:
        return run_python(query(question, self.name), release).rows()


class Arrow:
    name = "pyarrow"
    types: ClassVar = ARROW_TYPES

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        found = ds.dataset(path).to_table()
        return self.rows(found), {field.name: field.type for field in found.schema}

    def answer(self, question: str, release: Path) -> list[Row]:
        return self.rows(run_python(query(question, self.name), release))

    @staticmethod
    def rows(table: pa.Table) -> list[Row]:
        return [tuple(row.values()) for row in table.to_pylist()]


class Pandas:
    """pandas with one of its two kinds of types that know nulls; the queries name the other one too."""

    def __init__(self, backend: str, types: dict[str, Any]) -> None:
        self.name = f"pandas-{backend}"
        self.backend = backend
        self.types = types

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        found = pd.read_parquet(path, dtype_backend=self.backend)
        return self.rows(found), {str(name): str(kind) for name, kind in found.dtypes.items()}

    def answer(self, question: str, release: Path) -> list[Row]:
        shown = 'dtype_backend="pyarrow"'
        source = query(question, "pandas")
        assert shown in source
        return self.rows(run_python(source.replace(shown, f'dtype_backend="{self.backend}"'), release))

    @classmethod
    def rows(cls, frame: pd.DataFrame) -> list[Row]:
        return [tuple(cls.plain(value) for value in row) for row in frame.itertuples(index=False)]

    @staticmethod
    def plain(value: Any) -> Any:
        """Lists are arrays here, numbers numpy's, times Timestamps, and nulls have several names."""
        if isinstance(value, np.ndarray | np.generic):
            return value.tolist()
        if isinstance(value, list):
            return value
        if pd.isna(value):
            return None
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


class Spark:
    name = "spark"

    def __init__(self, session: Any) -> None:
        self.session = session
        self.types = {
            "string": "string",
            "int32": "int",
            "int64": "bigint",
            "float32": "float",
            "float64": "double",
            "bool": "boolean",
            "date": "date",
            "timestamp": "timestamp",
            "list<string>": "array<string>",
        }

    def read(self, path: Path) -> tuple[list[Row], dict[str, Any]]:
        found = self.session.read.parquet(str(path))
        return self.rows(found), dict(found.dtypes)

    def answer(self, question: str, release: Path) -> list[Row]:
        """The session was started in the folder of the release: its Java side never changes folders."""
        return self.rows(run_python(query(question, self.name), release))

    @staticmethod
    def rows(frame: Any) -> list[Row]:
        """Times come as local ones without a zone."""
        return [
            tuple(value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value for value in row)
            for row in frame.collect()
        ]


NULLABLE = {
    "string": "string",
    "int32": "Int32",
    "int64": "Int64",
    "float32": "Float32",
    "float64": "Float64",
    "bool": "boolean",
    # pandas has no type of its own for days and lists: their cells are dates and arrays.
    "date": "object",
    "timestamp": "datetime64[us, UTC]",
    "list<string>": "object",
}
ARROW_BACKED = {name: str(pd.ArrowDtype(kind)) for name, kind in ARROW_TYPES.items()}
TOOLS: list[Tool] = [
    DuckDB(),
    Polars(),
    Arrow(),
    Pandas("numpy_nullable", NULLABLE),
    Pandas("pyarrow", ARROW_BACKED),
]
