"""Keeps the account of a run: seconds and peak memory of every stage, counts, outcome; written to `output/runs/`."""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from flows.progress import report
from flows.publish.durable import json_bytes, replace_file
from flows.redaction import redacted, redacted_values
from flows.schedule.names import corpus_name

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what getrusage calls one: kilobytes everywhere but on macOS."""

PACKAGES = ("materiel", "prefect", "polars", "pyarrow", "spacy", "great-expectations", "onnxruntime")
"""Packages whose versions bear on what a run gives; `sbom.cdx.json` of a release lists all."""


@cache
def versions() -> dict[str, str]:
    """The versions of Python and of the chief packages, as installed; those that are not installed are left out."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    return found


@dataclass
class RunAccount:
    """What a run did. `stage` is the stage now running, or the last one."""

    run_id: str
    parameters: dict[str, Any]
    stage: str = "start"
    seconds: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    outcome: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def begin(cls, parameters: dict[str, Any]) -> RunAccount:
        """A new account; its id is the time (UTC) to the microsecond."""
        return cls(f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}", parameters)

    @contextmanager
    def timed(self, stage: str, n_stages: int) -> Iterator[None]:
        """Times a stage and reports it as progress of the run."""
        self.stage = stage
        report("run", len(self.seconds), n_stages, stage)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = round(time.perf_counter() - started, 3)
            report("run", len(self.seconds), n_stages, stage)

    def content(self) -> dict[str, Any]:
        """The account as JSON values without credentials; memory in bytes."""
        content = {
            "run_id": self.run_id,
            "versions": versions(),
            "parameters": self.parameters,
            **self.outcome,
            "counts": self.counts,
            "seconds": self.seconds,
            "seconds_total": round(sum(self.seconds.values()), 3),
            "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT,
            "peak_rss_bytes_of_largest_child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * RSS_UNIT,
        }
        masked: dict[str, Any] = redacted_values(content)
        return masked

    def manifest(self) -> dict[str, Any]:
        """What `release.json` tells of the run: all that is known before publishing, and of corpora only their names.

        A release is read by others, who need not know where on a machine its corpora lay.
        """
        names: dict[str, Any] = {"corpora": [corpus_name(corpus) for corpus in self.parameters.get("corpora", [])]}
        if "model" in self.parameters:
            names["model"] = corpus_name(str(self.parameters["model"]))
        shown: dict[str, Any] = redacted_values(
            {
                "run_id": self.run_id,
                "versions": versions(),
                "parameters": self.parameters | names,
                "counts": self.counts,
                "seconds": self.seconds,
            }
        )
        return shown

    def write(self, output: Path) -> Path:
        """Writes `runs/<run id>.json`; returns its path."""
        path = output / "runs" / f"{self.run_id}.json"
        replace_file(path, json_bytes(self.content()))
        return path

    def markdown(self) -> str:
        """The account for people."""
        content = self.content()
        lines = [f"# Run {self.run_id}", ""]
        lines += [f"- {key}: {redacted(str(value))}" for key, value in self.outcome.items() if value is not None]
        lines += ["", "| count | |", "|---|---:|", *(f"| {key} | {value:,} |" for key, value in self.counts.items())]
        lines += [
            "",
            "| stage | seconds |",
            "|---|---:|",
            *(f"| {key} | {value:.1f} |" for key, value in self.seconds.items()),
        ]
        lines += ["", f"Peak memory: {content['peak_rss_bytes'] / 2**20:,.0f} MiB, largest worker "]
        lines[-1] += f"{content['peak_rss_bytes_of_largest_child'] / 2**20:,.0f} MiB."
        return "\n".join(lines) + "\n"
