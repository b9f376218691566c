"""Reads the counterexamples, makes each one's bad release from the good one, and tells which rules it breaks.

A rule whose input is the same as in the good release is not run again: its result there is its result here.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.engine import Evaluation, Frames, build_frames, evaluate
from expectations.gate import ValidationReport, judge
from expectations.release import Release
from expectations.rulebook import rulebook
from expectations.rules import Rule
from schemas.tables import table

FOLDER = Path(__file__).resolve().parents[1] / "counterexamples"


@dataclass(frozen=True)
class Counterexample:
    """`rule` is what must fail, `also` what must fail with it; `change` is done to `table` of the good release."""

    rule: str
    table: str
    change: dict[str, Any]
    also: tuple[str, ...] = ()
    release: str = "current"


def counterexamples() -> list[Counterexample]:
    """All counterexamples, file by file."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8")):
            found.append(Counterexample(**{**entry, "also": tuple(entry.get("also", ()))}))
    return found


@dataclass(frozen=True)
class Examined:
    """A release with its frames and evaluations, so that the next one can be compared with it."""

    release: Release
    frames: Frames
    evaluations: dict[str, Evaluation]

    @classmethod
    def whole(cls, release: Release) -> Examined:
        """Evaluates every rule."""
        frames = build_frames(release, rulebook())
        return cls(release, frames, evaluate(frames, rulebook()))

    def but(self, release: Release) -> Examined:
        """Evaluates the rules whose input differs from this release's."""
        frames = build_frames(release, rulebook())
        again = [rule for rule in rulebook() if self._differs(rule, frames)]
        return Examined(release, frames, {**self.evaluations, **evaluate(frames, again)})

    def report(self) -> ValidationReport:
        """The gate's judgement."""
        heights = {name: frame.height for name, frame in self.frames.frames.items()}
        has_texts, has_previous = self.release.texts is not None, self.release.previous is not None
        return judge(rulebook(), self.evaluations, heights, has_texts, has_previous)

    def broken(self) -> set[str]:
        """The rules that failed or could not be evaluated, whatever their severity."""
        return {result.rule for result in self.report().results if result.outcome in ("failed", "errored")}

    def _differs(self, rule: Rule, frames: Frames) -> bool:
        if rule.name in frames.errors or rule.frame in frames.errors or rule.name in self.frames.errors:
            return True
        old, new = self.frames.frames[rule.frame], frames.frames[rule.frame]
        if self.frames.published[rule.frame] != frames.published[rule.frame] or new.height == 0:
            return True
        if not rule.columns or "Unique" in rule.expectation:
            return old.height != new.height or not old.select(rule.columns).equals(new.select(rule.columns))
        return any(_values_differ(old[name], new[name]) for name in rule.columns)


def _values_differ(old: pl.Series, new: pl.Series) -> bool:
    """Whether other values occur. Expectations other than uniqueness look at each value by itself."""
    if old.dtype != new.dtype:
        return True
    if isinstance(old.dtype, pl.List):
        return not old.equals(new)
    return set(old.unique()) != set(new.unique())


def break_release(good: Release, example: Counterexample, folder: Path) -> Release:
    """The good release with the change of a counterexample made to it, or to its previous release or its texts."""
    if example.table == "texts":
        assert good.texts is not None
        path = folder / "texts.parquet"
        texts = pl.DataFrame(pq.read_table(good.texts))
        pq.write_table(_changed(texts, example.change, None).to_arrow(), path)
        return dataclasses.replace(good, texts=path)
    if example.release == "previous":
        assert good.previous is not None
        return dataclasses.replace(good, previous=_with_change(good.previous, example))
    return _with_change(good, example)


def _with_change(release: Release, example: Counterexample) -> Release:
    frame = _changed(release.tables[example.table], example.change, example.table)
    schema = pa.schema(
        [
            field if field.type != pa.large_string() else pa.field(field.name, pa.string())
            for field in frame.to_arrow().schema
        ]
    )
    kept = release.schemas[example.table]
    # Only a change of columns or types is one of the schema; Polars itself writes other string types than were read.
    schemas = {**release.schemas, example.table: schema if {"cast", "drop_column"} & set(example.change) else kept}
    if "cast" in example.change:
        fields = [schema.field(f.name) if f.name in example.change["cast"] else f for f in kept]
        schemas[example.table] = pa.schema(fields, kept.metadata)
    if "metadata" in example.change:
        told = {**{key.decode(): value.decode() for key, value in kept.metadata.items()}, **example.change["metadata"]}
        schemas[example.table] = kept.with_metadata(told)
    if "drop_column" in example.change:
        schemas[example.table] = kept.remove(kept.get_field_index(example.change["drop_column"]))
    return dataclasses.replace(release, tables={**release.tables, example.table: frame}, schemas=schemas)


def _changed(frame: pl.DataFrame, change: dict[str, Any], name: str | None) -> pl.DataFrame:
    row = frame.with_row_index("n").filter(**change["where"])["n"][0] if "where" in change else 0
    if change.get("remove") == "all":
        return frame.clear()
    if change.get("remove") == "row":
        return frame.with_row_index("n").filter(pl.col("n") != row).drop("n")
    if "drop_column" in change:
        return frame.drop(change["drop_column"])
    if "cast" in change:
        kinds = {"string": pl.String, "int64": pl.Int64, "float64": pl.Float64, "category": pl.Categorical}
        return frame.with_columns(pl.col(column).cast(kinds[kind]) for column, kind in change["cast"].items())
    if change.get("reverse"):
        return frame.reverse()
    rows = frame.to_dicts()
    if "append" in change:
        rows += [{**rows[row], **_values(frame, change["append"])} for _ in range(change.get("times", 1))]
    if "set" in change:
        rows[row] |= _values(frame, change["set"])
    made = pl.DataFrame(rows, schema=frame.schema, orient="row")
    if change.get("sort", True) and name is not None:
        made = made.sort([column for column in table(name).sort_by if column in made.columns])
    return made


def _values(frame: pl.DataFrame, values: dict[str, Any]) -> dict[str, Any]:
    """JSON has no dates: texts become what the column holds."""
    read = {}
    for column, value in values.items():
        kind = frame.schema[column]
        if isinstance(value, str) and kind == pl.Date:
            value = date.fromisoformat(value)
        elif isinstance(value, str) and kind.is_float():
            value = float(value)
        elif isinstance(value, str) and isinstance(kind, pl.Datetime):
            value = datetime.fromisoformat(value)
        read[column] = value
    return read
