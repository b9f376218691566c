"""Writes what a release changes against the one before: `delta`, `event_mapping`, `changes.json` and `changes.md`."""

from __future__ import annotations

from pathlib import Path

from flows.compare.page import as_markdown
from flows.compare.releases import compare_releases
from flows.compare.summary import summary
from flows.publish.durable import json_bytes, sha256_of
from flows.publish.writer import Provenance, conformed, write_table
from schemas.dataset import TableFile


def write_changes(folder: Path, previous: Path | None, provenance: Provenance) -> list[TableFile]:
    """Compares the tables of `folder` with those of `previous` (None for the first release); returns the new tables.

    Same tables and same release before, same bytes. ReleaseUnreadableError if a table of either is damaged.
    """
    comparison = compare_releases(previous, folder)
    told = summary(comparison)
    (folder / "changes.json").write_bytes(json_bytes(told))
    (folder / "changes.md").write_text(as_markdown(told), encoding="utf-8")
    frames = {"delta": comparison.delta, "event_mapping": comparison.event_mapping}
    files = []
    for name, frame in frames.items():
        target = folder / f"{name}.parquet"
        written = write_table(name, conformed(name, frame.to_arrow(), target), target, provenance)
        files.append(TableFile(name, written.n_rows, written.n_bytes, sha256_of(target)))
    return files
