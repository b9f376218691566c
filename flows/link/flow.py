"""The link stage: claims into events across articles, and every table of a release from what the stages before made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from prefect import flow, task

from flows.limits import TASK_SECONDS
from flows.link.denominator import articles_table
from flows.link.events import dyads_monthly_table, events_table, split_sides, with_events
from flows.link.registers import LEXICONS, actors_table, systems_table
from schemas.arrow import arrow_schema
from schemas.tables import table


@dataclass(frozen=True)
class Linked:
    """One Parquet file for each table of the release."""

    claims: Path
    claims_nonstate: Path
    events: Path
    articles: Path
    actors: Path
    systems: Path
    dyads_monthly: Path
    rejects: Path
    corpus_files: Path

    def paths(self) -> dict[str, Path]:
        """Table name -> file."""
        return asdict(self)


@flow(name="link", flow_run_name="link", log_prints=False)
def link(
    articles: Path,
    claims: Path,
    readings: Path,
    rejects: Path,
    corpus_files: Path,
    work_dir: Path,
    lexicons: Path = LEXICONS,
) -> Linked:
    """Joins claims into events and writes all tables of a release under `work_dir/linked`."""
    return link_tables(articles, claims, readings, rejects, corpus_files, work_dir / "linked", lexicons)


@task(name="link tables", task_run_name="link tables", timeout_seconds=TASK_SECONDS)
def link_tables(
    articles: Path, claims: Path, readings: Path, rejects: Path, corpus_files: Path, folder: Path, lexicons: Path
) -> Linked:
    """One task for the whole corpus: a transfer's claims lie in any of its articles, so there is nothing to shard."""
    return link_files(articles, claims, readings, rejects, corpus_files, folder, lexicons)


def link_files(
    articles: Path,
    claims: Path,
    readings: Path,
    rejects: Path,
    corpus_files: Path,
    folder: Path,
    lexicons: Path = LEXICONS,
) -> Linked:
    """Reads the files of the stages before and writes one Parquet file a table, sorted, in the declared schema."""
    known = pl.scan_parquet(articles).drop("text").collect()
    linked = with_events(pl.read_parquet(claims))
    state, nonstate = split_sides(linked)
    systems = systems_table(lexicons)
    tables = {
        "claims": state,
        "claims_nonstate": nonstate,
        "events": events_table(linked, known),
        "articles": articles_table(known, pl.read_parquet(readings), linked),
        "actors": actors_table(linked, systems, lexicons),
        "systems": systems,
        "dyads_monthly": dyads_monthly_table(state, known),
        "rejects": pl.read_parquet(rejects),
        "corpus_files": pl.read_parquet(corpus_files),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return Linked(**{name: _write(frame, name, folder / f"{name}.parquet") for name, frame in tables.items()})


def _write(frame: pl.DataFrame, name: str, path: Path) -> Path:
    declared = table(name)
    ordered = frame.select(declared.column_names).sort(declared.sort_by)
    pq.write_table(ordered.to_arrow().cast(arrow_schema(name)), path, compression="zstd")
    return path
