"""Many increments in a row on a real Prefect server, and what grows: memory, disk, the server's database, seconds.

`python -m tests.reliability.soak FOLDER [RUNS] [scheduled|called]`: each run finds a few more articles than the one
before. `scheduled` serves a deployment with an interval, so that every run is a process of its own as in production;
`called` calls the flow in one process, whose memory would show what a run leaves behind.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.publish.release import latest
from flows.publish.verify import findings
from tests.reliability.arena import write_articles
from tests.reliability.runs import passed, prefect_server

ENGINE = "tests.reliability.soak_engine"
ARTICLES = 4
"""Articles that each increment adds; about 25 kB."""
INTERVAL = 20.0
"""Seconds from one scheduled run to the next."""
PATIENCE = 600.0


@dataclass(frozen=True)
class Sample:
    """The state after a run; sizes in KiB, `seconds` those of its stages, `n_open` open files of the process."""

    run: int
    seconds: float
    rss: int
    n_open: int
    database: int
    prefect_home: int
    cache: int
    release: int
    other: int
    rows: int


def size(folder: Path) -> int:
    """KiB of all files of a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) >> 10


def measured(run: int, output: Path, home: Path, pid: int) -> Sample:
    """Looks at everything that could grow."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    accounts = sorted((output / "runs").glob("*.json"))
    newest = output / str((latest(output) or {})["path"])
    parts = {name: size(output / name) for name in ("cache", "releases")}
    with sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        rows = sum(database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables)
    return Sample(
        run,
        round(float(json.loads(accounts[-1].read_text())["seconds_total"]), 2),
        int(status["VmRSS"].split()[0]),
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        sum(path.stat().st_size for path in home.glob("prefect.db*")) >> 10,
        size(home),
        parts["cache"],
        size(newest),
        size(output) - sum(parts.values()),
        rows,
    )


def grow(corpus: Path, run: int) -> None:
    """Adds the articles of one increment."""
    corpus.mkdir(exist_ok=True)
    partial = corpus.parent / "arriving"
    write_articles(partial, 20 * run, ARTICLES)
    partial.replace(corpus / f"increment_{run:03}.jsonl")


def show(sample: Sample) -> None:
    """One line of the table."""
    if sample.run == 1:
        print("| " + " | ".join(asdict(sample)) + " |\n|" + "---:|" * len(asdict(sample)))
    print("| " + " | ".join(f"{value:,}" for value in asdict(sample).values()) + " |", flush=True)


def called(folder: Path, runs: int, home: Path) -> None:
    """Calls the flow in this process again and again."""
    from unittest import mock

    from flows.dataset import run_dataset

    output = folder / "output"
    for run in range(1, runs + 1):
        grow(folder / "corpus", run)
        with mock.patch("flows.dataset.validate", passed):
            result = run_dataset([str(folder / "corpus")], output, model=str(folder / "read.log"), engine=ENGINE)
        assert result.status == "published", result.reason
        show(measured(run, output, home, os.getpid()))


SERVE = """
import sys
from datetime import timedelta
from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType
from flows.dataset import dataset
corpus, output, log, engine, seconds = sys.argv[1:]
serve(RunnerDeployment.from_flow(
    dataset, "soak", interval=timedelta(seconds=float(seconds)), entrypoint_type=EntrypointType.MODULE_PATH,
    parameters={"corpora": [corpus], "output": output, "model": log, "engine": engine},
), limit=1, print_starting_message=False)
"""


def scheduled(folder: Path, runs: int, home: Path) -> None:
    """Serves a deployment on an interval; the corpus grows after each of its runs."""
    output, corpus = folder / "output", folder / "corpus"
    grow(corpus, 1)
    command = [sys.executable, "-c", SERVE, str(corpus), str(output), str(folder / "read.log"), ENGINE, str(INTERVAL)]
    with (folder / "serve.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as serving:
        try:
            for run in range(1, runs + 1):
                wait_for_release(output, run)
                show(measured(run, output, home, serving.pid))
                grow(corpus, run + 1)
        finally:
            serving.terminate()


def wait_for_release(output: Path, number: int) -> None:
    """Waits until so many releases are indexed; AssertionError if none comes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        index, accounts = output / "releases.json", list((output / "runs").glob("2*.json"))
        if len(accounts) >= number and len(json.loads(index.read_text())["releases"]) >= number:
            return
        time.sleep(0.2)
    raise AssertionError(f"release {number} did not come within {PATIENCE:.0f} s")


def main(folder: Path, runs: int = 50, how: str = "scheduled") -> None:
    """Runs the increments and prints a row for each, then what is left lying about."""
    home = folder / "prefect"
    with prefect_server(home) as (url, _):
        os.environ["PREFECT_API_URL"] = url
        print(f"{runs} increments of {ARTICLES} articles, {how}; sizes in KiB")
        (called if how == "called" else scheduled)(folder, runs, home)
    output = folder / "output"
    left = [path.name for name in ("staging", "work", "failures") for path in (output / name).glob("*")]
    damaged = [name for name in sorted((output / "releases").iterdir()) if findings(name)]
    print(f"left lying about: {left or 'nothing'}; damaged releases: {damaged or 'none'}")


if __name__ == "__main__":
    given = sys.argv[2:]
    main(Path(sys.argv[1]), *(int(value) for value in given[:1]), *given[1:])
