"""Rules of the files themselves: what each Parquet file says of its origin agrees with the others."""

from __future__ import annotations

import json

import polars as pl

from expectations.claim_rules import CLAIM_TABLES
from expectations.release import Release, once
from expectations.rules import Rule, Verdict, verdict_rule
from schemas.dataset import dataset_facts
from schemas.tables import SCHEMA_VERSION, tables

FILES = "files"
_KEYS = ("dataset", "table", "primary_key", "schema_version", "release_version", "extractor_version")


@once
def files_frame(release: Release) -> pl.DataFrame:
    """One row a table of the release: `file` and what the metadata of its file says, null where it says nothing."""
    rows = []
    for table in tables():
        schema = release.schemas.get(table.name)
        said = {} if schema is None else schema.metadata or {}
        values = {key.decode(): value.decode("utf-8", "replace") for key, value in said.items()}
        own = {"own_primary_key": json.dumps(list(table.primary_key))}
        rows.append({"file": table.name, **{key: values.get(key) for key in _KEYS}, **own})
    names = ("file", *_KEYS, "own_primary_key")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def file_rules() -> list[Rule]:
    """The rules on the frame `files`, and that of the extractor version in the claims."""
    rules = [
        verdict_rule(f"files.{name}", FILES, text, _by_file(check)) for name, (text, check) in _file_checks().items()
    ]
    for name in CLAIM_TABLES:
        text = "All claims were read by the extractor that the file names."
        rules.append(verdict_rule(f"{name}.extractor_version.of_release", name, text, _read_by(name)))
    return rules


def _file_checks() -> dict[str, tuple[str, pl.Expr]]:
    def shared(key: str) -> pl.Expr:
        return pl.col(key).is_not_null() & (pl.col(key).n_unique() == 1)

    return {
        "declared": (
            "A file names its dataset, its table and its primary key.",
            (pl.col("dataset") == dataset_facts().name)
            & (pl.col("table") == pl.col("file"))
            & (pl.col("primary_key") == pl.col("own_primary_key")),
        ),
        "schema_version": (
            "A file has the version of the declared tables.",
            pl.col("schema_version") == SCHEMA_VERSION,
        ),
        "one_release": ("All files name the same release.", shared("release_version")),
        "one_extractor": ("All files name the same extractor.", shared("extractor_version")),
    }


def _by_file(check: pl.Expr) -> Verdict:
    return lambda release: files_frame(release).select(check.fill_null(False)).to_series()


def _read_by(name: str) -> Verdict:
    def verdict(release: Release) -> pl.Series:
        named = files_frame(release).filter(pl.col("file") == name)["extractor_version"][0]
        same = pl.col("extractor_version") == pl.lit(named, pl.String)
        return release.table(name).select(same.fill_null(named is not None)).to_series()

    return verdict
