"""Leaves a record of a failed run: what stage failed and why, with the validation report, but none of the tables."""

from __future__ import annotations

import os
import shutil
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.publish.durable import json_bytes, sync_tree
from flows.publish.release import Staged, latest
from flows.redaction import redacted_values


@dataclass(frozen=True)
class Failure:
    """What failed. `reasons` are short sentences for people; `error` the exception, if there was one."""

    stage: str
    reasons: list[str]
    error: BaseException | None = None


def record_failure(output: Path, run_id: str, failure: Failure, staged: Staged | None = None) -> Path:
    """Writes `failures/<version or run id>/failure.json` in one step, removes the staged release, returns the folder.

    Whatever the staged release holds beside tables (the validation report and its pages) is kept with the record.
    OSError if the disk refuses the record; the staged release is removed then, too.
    """
    name = staged.version if staged is not None else run_id
    folder = output / "failures" / name
    partial = folder.with_name(f".{name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        if staged is not None and not staged.is_unchanged and staged.folder.exists():
            # Moved without its tables rather than copied: a full disk has no room for a copy.
            for tables in staged.folder.rglob("*.parquet"):
                tables.unlink()
            staged.folder.rename(partial)
        else:
            partial.mkdir()
        (partial / "failure.json").write_bytes(json_bytes(redacted_values(_record(output, run_id, failure, staged))))
        sync_tree(partial)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return folder


def _record(output: Path, run_id: str, failure: Failure, staged: Staged | None) -> dict[str, Any]:
    error = failure.error
    try:
        pointer = latest(output)
    except ValueError:
        pointer = None
    return {
        "run_id": run_id,
        "version": staged.version if staged is not None else None,
        "stage": failure.stage,
        "reason": "; ".join(failure.reasons),
        "reasons": failure.reasons,
        "error_type": type(error).__name__ if error is not None else None,
        "error": str(error) if error is not None else None,
        "traceback": traceback.format_exception(error) if error is not None else [],
        "latest_version": pointer["version"] if pointer else None,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
