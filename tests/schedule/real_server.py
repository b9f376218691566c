"""Starts what a production server is made of: PostgreSQL, a Prefect server on it, and a worker; and asks its API."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.schedule.own_server import free_port, is_up

ROOT = Path(__file__).parents[2]
START_SECONDS = 600.0


def postgres_programs() -> Path | None:
    """Folder with `initdb` and `postgres`: where Debian keeps them, or of the PATH."""
    folders = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)]
    if found := shutil.which("postgres"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def why_not() -> str | None:
    """Why a real server cannot be started here; None if it can."""
    if postgres_programs() is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and ordinary_user() is None:
        return "PostgreSQL does not run as root, and there is no other user to run it as"
    return None


def ordinary_user() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as where the tests run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of our own on a free port, without the safety of a disk; gives the address for Prefect."""
    programs, port = postgres_programs(), free_port()
    assert programs is not None
    as_user: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="materiel-postgres-") as folder:
        if os.geteuid() == 0:
            user = ordinary_user()
            assert user is not None
            os.chown(folder, user.pw_uid, user.pw_gid)
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = Path(folder) / "data"
        made = [programs / "initdb", "-D", data, "-U", "prefect", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **as_user)
        settings = {"fsync": "off", "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": port}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **as_user,
        )
        try:
            state = data / "postmaster.pid"
            until(lambda: state.exists() and "ready" in state.read_text(), 60, "PostgreSQL does not start")
            yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"
        finally:
            # SIGINT: ends at once, where SIGTERM waits for the server's connections to close.
            process.send_signal(signal.SIGINT)
            end(process)


class Prefect:
    """A Prefect server: its environment, its commands and its API."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.environment = os.environ | {
            "PREFECT_HOME": str(folder),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_LEVEL": "INFO",
            "PREFECT_LOGGING_TO_API_ENABLED": "true",
            "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "0.5",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
            # Few runs ahead: those that it adds while a schedule is being stopped come all the same.
            "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
            "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "4",
            "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "2",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_CLI_PROMPT": "false",
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
            "MATERIEL_HOME": str(ROOT),
            "OMP_NUM_THREADS": "1",
        }

    def command(self, *arguments: str) -> str:
        """Runs `prefect ...` to its end, in the root of the project; gives what it printed."""
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=START_SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def process(self, name: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """Runs `prefect ...` beside the test, with its output in a log."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", *arguments],
                env=self.environment | environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            yield process
        finally:
            end(process)

    @contextmanager
    def running(self) -> Iterator[Prefect]:
        """The server, up and answering."""
        with self.process("server", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)) as process:
            until(lambda: is_up(self.api) or process.poll() is not None, START_SECONDS, "the server does not start")
            assert process.poll() is None, (self.folder / "server.log").read_text()
            yield self

    def post(self, path: str, content: Mapping[str, Any]) -> Any:
        """What the API answers to a POST of JSON."""
        return self._ask("POST", path, content)

    def get(self, path: str) -> Any:
        """What the API answers to a GET."""
        return self._ask("GET", path, None)

    def patch(self, path: str, content: Mapping[str, Any]) -> None:
        """Changes something by the API."""
        self._ask("PATCH", path, content)

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(f"{self.api}{path}", body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@contextmanager
def real_server(folder: Path) -> Iterator[Prefect]:
    """A Prefect server on PostgreSQL."""
    folder.mkdir(parents=True, exist_ok=True)
    with postgres() as database, Prefect(folder, database).running() as server:
        yield server


def until(holds: Callable[[], object], seconds: float, otherwise: str) -> None:
    """Waits until something holds; TimeoutError with a reason if it does not."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise} (after {seconds:.0f} s)")
        time.sleep(0.2)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process, by force if it must be."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
