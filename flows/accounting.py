"""Keeps the account of a run: seconds and peak memory of every stage, counts, outcome; written to `output/runs/`."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.progress import report
from flows.publish.durable import json_bytes, replace_file
from flows.redaction import redacted, redacted_values

RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in what getrusage calls one: kilobytes everywhere but on macOS."""


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
