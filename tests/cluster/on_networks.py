"""Publishes past one machine and compares with one machine, byte by byte: a script, not part of the suite.

    python -m tests.cluster.on_networks [--kill] [--real] [--articles N] [--news FILE.jsonl[.gz]] [--workers N]

The run, the Dask scheduler, every worker, and the S3-compatible store have network namespaces of their own, and the
workers do not see the run's folder; corpora come from the store and the release goes there. Needs root and iproute2.
`--kill` ends one worker with SIGKILL while it reads. Without `--real` a stand-in reader reads invented articles.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from tests.cluster.networks import Machine, machines
from tests.cluster.processes import ROOT, Cluster
from tests.store.servers import BUCKET, settings

STAND_IN, REAL = "tests.cluster.slow_engine", "flows.extract.engine"
QUIET = "The harbour was quiet through the night and the ferries ran on time, officials at the port said. "
RUN = """
import json, sys
from pathlib import Path
from flows.orchestration import prepare_prefect
options = json.loads(sys.argv[1])
prepare_prefect(Path(options.pop("prefect")))
from flows.dataset import run_dataset
from flows.progress import listening
def tell(step):
    print(json.dumps([step.stage, step.done, step.total]), flush=True)
with listening(tell):
    result = run_dataset(**options)
print(json.dumps({"status": result.status, "reason": result.reason, "folder": str(result.release_dir),
                  "address": result.address, "seconds": result.seconds, "counts": result.counts}), flush=True)
"""
Told = Callable[[str, int, int], None]


def main() -> None:
    """Reads the options, runs twice, prints what came of it; ends with 1 if a byte differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--articles", type=int, default=80)
    parser.add_argument("--news", type=Path, default=ROOT / "tests" / "corpus" / "wire.jsonl")
    parser.add_argument("--workers", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="materiel-networks-") as name:
        folder = Path(name)
        write_corpus(folder / "corpus", options)
        alone = one_machine(folder, options)
        print(f"one machine: {alone['status']}, {alone['seconds']} s, {alone['counts']}", flush=True)
        with several_machines(folder, options.workers) as (cluster, made):
            upload(folder / "corpus", made["store"])
            several = over_the_network(folder, options, cluster, made)
            print(f"{options.workers} machines: {several['status']}, {several['seconds']} s, {several['address']}")
        raise SystemExit(compare(Path(alone["folder"]), Path(several["folder"])))


def write_corpus(folder: Path, options: argparse.Namespace) -> None:
    """The first articles of the news, or invented ones, in four files."""
    folder.mkdir()
    if options.real:
        opened = gzip.open if options.news.suffix == ".gz" else open
        with opened(options.news, "rt", encoding="utf-8") as lines:
            records = list(itertools.islice(lines, options.articles))
    else:
        texts = (f"{QUIET * 60}Irn sends {k} missiles to rus" for k in range(options.articles))
        records = [json.dumps({"id": k, "title": f"Report {k}", "text": text}) + "\n" for k, text in enumerate(texts)]
    for part in range(4):
        (folder / f"{part}.jsonl").write_text("".join(records[part::4]), encoding="utf-8")


def engine_of(options: argparse.Namespace) -> dict[str, str]:
    """The reader; the stand-in's `model` is its log, which nobody reads here."""
    return {"engine": REAL} if options.real else {"engine": STAND_IN, "model": "/dev/null"}


def one_machine(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Publishes the corpus into a folder with two worker processes."""
    call = {"prefect": str(folder / "prefect"), "corpora": [str(folder / "corpus")], "output": str(folder / "alone")}
    return run(call | {"workers": 2, "allow_empty": True} | engine_of(options), [], {})


@contextlib.contextmanager
def several_machines(folder: Path, n_workers: int) -> Iterator[tuple[Cluster, dict[str, Machine]]]:
    """A store, a Prefect server beside the run, a scheduler and workers, each on a machine of its own."""
    workers = [f"worker{number}" for number in range(n_workers)]
    cluster = Cluster(folder)
    with machines("run", "store", "scheduler", *workers) as made, contextlib.ExitStack() as stack:
        stack.callback(cluster.stop)
        address = made["store"].address
        stack.enter_context(_service(made["store"], ["moto.server", "-H", address, "-p", "5000"], folder / "store.log"))
        server = ["prefect", "server", "start", "--host", made["run"].address, "--port", "4200"]
        stack.enter_context(_service(made["run"], server, folder / "prefect.log", PREFECT_HOME=str(folder / "server")))
        os.environ |= settings(f"http://{address}:5000")
        cluster.start_scheduler(made["scheduler"].address, made["scheduler"].within)
        for name in workers:
            cluster.start_worker(made[name].without(folder))
        _wait_for(made["run"], f"http://{made['run'].address}:4200/api/health")
        yield cluster, made


def over_the_network(
    folder: Path, options: argparse.Namespace, cluster: Cluster, made: dict[str, Machine]
) -> dict[str, Any]:
    """Publishes the corpus of the store into the store, with the cluster's workers."""
    killed: list[int] = []

    def tell(stage: str, done: int, total: int) -> None:
        if options.kill and not killed and stage == "extract" and done > 0:
            victim = cluster.workers[-1]
            at_work = subprocess.run(
                [*made["run"].within, sys.executable, "-c", PROCESSING, cluster.address, made[ROLE(options)].address],
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            victim.send_signal(signal.SIGKILL)
            killed.append(victim.pid)
            print(f"killed a worker after {done} of {total} articles; it had {at_work.stdout.strip()} shards in hand")

    call: dict[str, Any] = {"prefect": str(folder / "unused"), "corpora": [f"s3://{BUCKET}/corpus"]}
    call |= {"output": f"s3://{BUCKET}/materiel", "cluster": cluster.address, "allow_empty": True} | engine_of(options)
    environment = {
        "PREFECT_API_URL": f"http://{made['run'].address}:4200/api",
        "MATERIEL_STAGING": str(folder / "staging"),
    }
    result = run(call, made["run"].within, environment, tell)
    assert bool(killed) == options.kill, "the run was over before a worker could be killed"
    return result


PROCESSING = """
import sys
from distributed import Client
with Client(sys.argv[1]) as client:
    print(sum(len(keys) for name, keys in client.processing().items() if f"//{sys.argv[2]}:" in name))
"""


def ROLE(options: argparse.Namespace) -> str:  # noqa: N802
    """The last worker's role."""
    return f"worker{options.workers - 1}"


def run(options: dict[str, Any], within: list[str], environment: dict[str, str], told: Told | None = None) -> Any:
    """Runs the flow in a process of its own and follows its progress; gives what came of it."""
    command = [*within, sys.executable, "-c", RUN, json.dumps(options)]
    patience = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "900"}
    here = os.environ | patience | {"PYTHONPATH": str(ROOT)} | environment
    with subprocess.Popen(command, env=here, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        lines: IO[str] | None = process.stdout
        last: Any = None
        for line in lines or ():
            last = json.loads(line)
            if told is not None and isinstance(last, list):
                told(*last)
    assert isinstance(last, dict) and last["status"] == "published", last
    return last


def upload(corpus: Path, store: Machine) -> None:
    """Puts the corpus into the store, from the store's own machine."""
    code = (
        "import sys; from fsspec.core import url_to_fs; "
        f"fs = url_to_fs('s3://{BUCKET}')[0]; fs.mkdir('{BUCKET}'); fs.put(sys.argv[1] + '/', '{BUCKET}/corpus/', "
        "recursive=True)"
    )
    subprocess.run([*store.within, sys.executable, "-c", code, str(corpus)], check=True)


def compare(alone: Path, several: Path) -> int:
    """Prints how many Parquet files have the same bytes; 1 if any has not."""
    names = sorted(path.name for path in alone.glob("*.parquet"))
    same = [name for name in names if (alone / name).read_bytes() == (several / name).read_bytes()]
    print(f"{len(same)} of {len(names)} Parquet files have the same bytes")
    return int(same != names or not names)


@contextlib.contextmanager
def _service(machine: Machine, module: list[str], log: Path, **environment: str) -> Iterator[None]:
    with log.open("wb") as output:
        command = [*machine.within, sys.executable, "-m", *module]
        process = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(machine: Machine, address: str) -> None:
    code = f"import urllib.request; urllib.request.urlopen({address!r}, timeout=2)"
    for _ in range(900):
        if subprocess.run([*machine.within, sys.executable, "-S", "-c", code], capture_output=True).returncode == 0:
            return
        time.sleep(1)
    raise TimeoutError(f"{address} does not answer")


if __name__ == "__main__":
    main()
