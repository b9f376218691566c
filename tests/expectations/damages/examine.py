"""Runs the real checks on damaged releases and says which of them would have stopped each."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.release import read_release
from flows.link.flow import link_files
from flows.publish.flow import row_counts
from flows.publish.release import Staged, seal
from flows.publish.verify import findings
from tests.expectations.counterexample import Examined
from tests.expectations.damages import files, readings, tables, values
from tests.expectations.damages.draft import REGISTER, Damage, Draft
from tests.expectations.damages.readings import Readings
from tests.link.corpus import LEXICONS, StagePaths

REGISTERED = (files, readings, tables, values)
"""Imported for what they register."""


@dataclass(frozen=True)
class Bench:
    """What damages are tried on: the good release as examined, staged and sealed, and what it was linked from."""

    good: Examined
    staged: Path
    sealed: Path
    stages: StagePaths

    @classmethod
    def of(cls, good: Examined, staged: Staged, stages: StagePaths, folder: Path) -> Bench:
        """Seals a copy of the staged release in `folder`."""
        sealed = shutil.copytree(staged.folder, folder / staged.version)
        seal(dataclasses.replace(staged, folder=sealed), row_counts(sealed))
        return cls(good, staged.folder, sealed, stages)

    def caught_by(self, damage: Damage, folder: Path) -> list[str]:
        """The rules of the gate, or the checks of the manifest, that stop the damaged release; sorted."""
        if damage.kind == "sealed":
            copy = shutil.copytree(self.sealed, folder / "sealed")
            damage.do(copy)
            return sorted({finding.partition(":")[0] for finding in findings(copy)})
        if damage.kind == "staged":
            copy = shutil.copytree(self.staged, folder / "staged")
            damage.do(copy)
            bad = read_release(copy, self.staged, self.stages.articles)
        elif damage.kind == "relinked":
            bad = self._relinked(damage, folder)
        else:
            assert self.good.release.texts is not None
            draft = Draft(dict(self.good.release.tables), pl.read_parquet(self.good.release.texts))
            damage.do(draft)
            bad = draft.release(self.good.release, folder)
        return sorted(result.rule for result in self.good.but(bad).report().blocking)

    def _relinked(self, damage: Damage, folder: Path) -> Any:
        """The release that link makes of other readings; its files name their origin as those of the good one do."""
        paths = vars(self.stages)
        read: dict[str, Any] = {name: pq.read_table(path).to_pylist() for name, path in paths.items()}
        rejects = read.pop("rejects")
        changed = Readings(**read)
        damage.do(changed)
        rows = {**vars(changed), "rejects": rejects}
        for name, path in paths.items():
            pq.write_table(pa.Table.from_pylist(rows[name], pq.read_schema(path)), folder / f"{name}.parquet")
        inputs = [folder / f"{name}.parquet" for name in paths]
        link_files(*inputs, folder / "linked", LEXICONS)
        for path in (folder / "linked").glob("*.parquet"):
            metadata = pq.read_schema(self.staged / path.name).metadata
            pq.write_table(pq.read_table(path).replace_schema_metadata(metadata), path)
        previous = self.staged if changed.has_previous else None
        return read_release(folder / "linked", previous, folder / "articles.parquet")


def damages() -> list[Damage]:
    """All damages, in the order in which they are written down."""
    return list(REGISTER.values())
