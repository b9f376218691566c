"""Hooks of the flow `dataset`: what Prefect calls when a run has failed, or has died without a word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.narration import Say
from flows.publish.release import latest
from flows.redaction import redacted
from flows.schedule.notice import Kind, Notice
from flows.schedule.sending import send


def notify_of_failure(flow: Any, flow_run: Any, state: Any) -> None:
    """Sends a notice of a failed run, with stage and reasons as its failure record has them."""
    send(failure_notice(flow_run.name, flow_run.parameters, failure_of(state)), voice(flow, flow_run))


def notify_of_crash(flow: Any, flow_run: Any, state: Any) -> None:
    """Sends a notice of a run that was stopped or whose process is gone (out of memory, power)."""
    send(crash_notice(flow_run.name, flow_run.parameters, str(state.message)), voice(flow, flow_run))


def failure_of(state: Any) -> BaseException | None:
    """The error that made a state a failure, where Prefect still has it at hand."""
    error = state.result(raise_on_failure=False)
    return error if isinstance(error, BaseException) else None


def failure_notice(run: str, parameters: Mapping[str, Any], error: BaseException | None) -> Notice:
    """What to tell of a run that failed with this error; RunFailedError carries the result with stage and record."""
    output = Path(parameters.get("output") or "output")
    result = getattr(error, "result", None)
    stage = result.failed_stage if result is not None else None
    reason = redacted(str(result.reason if result is not None else error))
    kind: Kind = "validation_failed" if stage == "validate" else "run_failed"
    version = latest_version(output)
    text = f"Materiel: run {run!r} failed{f' in stage {stage}' if stage else ''}: {shortened(reason)}. {stays(version)}"
    return Notice(
        kind,
        text,
        output=str(output),
        run_id=result.run_record.stem if result is not None and result.run_record else None,
        stage=stage,
        reasons=[reason],
        failure_dir=str(result.failure_dir) if result is not None and result.failure_dir else None,
        latest_version=version,
    )


def crash_notice(run: str, parameters: Mapping[str, Any], reason: str) -> Notice:
    """What to tell of a run whose process has gone."""
    output = Path(parameters.get("output") or "output")
    version = latest_version(output)
    text = f"Materiel: run {run!r} was stopped or died: {shortened(redacted(reason))}. {stays(version)}"
    return Notice("run_crashed", text, output=str(output), reasons=[reason], latest_version=version)


def latest_version(output: Path) -> str | None:
    """The version of the latest release; None where there is none, or the pointer cannot be read."""
    try:
        pointer = latest(output)
    except (OSError, ValueError):
        return None
    return str(pointer["version"]) if pointer else None


def stays(version: str | None) -> str:
    """What users of the dataset see now."""
    return f"Release {version} stays the latest." if version else "Nothing is published yet."


def shortened(reason: str, limit: int = 600) -> str:
    """As much of a reason as fits into a chat message."""
    return reason if len(reason) <= limit else f"{reason[:limit]}…"


def voice(flow: Any, flow_run: Any) -> Say:
    """Writes to the log of a flow run from a hook, where no run is under way any more."""
    from prefect.logging.loggers import flow_run_logger

    logger = flow_run_logger(flow_run, flow)
    return lambda line: logger.info("%s", line)
