"""Credentials in addresses and in the environment: a whole run tells them to nobody, not even to Prefect's database."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.timeout(2000)
pytest.importorskip("aiohttp", reason="addresses of the web need aiohttp, which the extra cloud brings")

USER, PASSWORD, TOKEN, KEY = "fake-reader-31", "fake-hunter-41", "fake-token-59", "fake-aws-key-26"
SECRETS = (USER, PASSWORD, TOKEN, KEY, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
ARTICLE = "Die Regierung in Oslo hat mitgeteilt, dass sie der Ukraine weitere Raketen zur Flugabwehr schickt."
"""In German, so that no network has to be loaded to read it."""
RUNS = """
import sys
from flows.cli import app
for corpus in sys.argv[2:]:
    try:
        app(["run", corpus, "--output", sys.argv[1], "--allow-empty", "--verbose"], standalone_mode=False)
    except BaseException as error:
        print(type(error).__name__, getattr(error, "exit_code", ""))
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A file behind a password and a token."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "feed.jsonl").write_text(json.dumps({"id": "1", "text": ARTICLE, "published": "2024-05-01"}) + "\n")
    expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(SimpleHTTPRequestHandler):
        def send_head(self) -> Any:
            if self.headers.get("Authorization") != expected or TOKEN not in self.path:
                self.send_error(403)
                return None
            return super().send_head()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://{USER}:{PASSWORD}@127.0.0.1:{server.server_port}/feed.jsonl?X-Token={TOKEN}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def told(address: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The output folder of a run that succeeds and one that is refused, and what both printed, with the log shown."""
    output = tmp_path_factory.mktemp("secret_run") / "output"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"AWS_SECRET_ACCESS_KEY": KEY, "PREFECT_HOME": str(output / ".prefect")}
    environment |= {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "900"}
    environment |= {"FEED_PASSWORD": PASSWORD, "FEED_TOKEN": TOKEN, "NO_COLOR": "1"}
    referring = address.replace(PASSWORD, "${FEED_PASSWORD}").replace(TOKEN, "${FEED_TOKEN}")
    corpora = [address, referring, address.replace("feed.jsonl", "none.jsonl")]
    done = subprocess.run(
        [sys.executable, "-c", RUNS, str(output), *corpora],
        capture_output=True,
        text=True,
        timeout=1800,
        env=environment,
        check=False,
    )
    return output, done.stdout + done.stderr


def texts(output: Path) -> Iterator[tuple[str, str]]:
    """Every file as text: tables as rows, what is no text as its bytes."""
    for path in sorted(output.rglob("*")):
        if path.is_file():
            is_table = path.suffix == ".parquet"
            yield str(path), repr(pq.read_table(path).to_pylist()) if is_table else path.read_bytes().decode("latin-1")


def test_the_runs_came_to_what_they_should(told: tuple[Path, str]) -> None:
    output, printed = told
    assert "published" in printed, printed[-3000:]
    assert "unchanged" in printed, printed[-3000:]
    assert (output / "latest.json").is_file()
    assert any((output / "failures").iterdir())
    tables = list(output.rglob("corpus_files.parquet"))
    assert pq.read_table(tables[0])["corpus"].to_pylist() == ["feed.jsonl?***"]


def test_no_file_of_the_output_tells_them(told: tuple[Path, str]) -> None:
    found = [(name, secret) for name, text in texts(told[0]) for secret in SECRETS if secret in text]
    assert found == []


def test_nothing_printed_tells_them(told: tuple[Path, str]) -> None:
    assert [secret for secret in SECRETS if secret in told[1]] == []


def test_prefect_has_the_runs_in_its_database_without_them(told: tuple[Path, str]) -> None:
    import sqlite3

    (path,) = (told[0] / ".prefect").glob("prefect-*.db")
    with sqlite3.connect(path) as database:
        parameters = [str(row[0]) for row in database.execute("select parameters from flow_run")]
        everything = "\n".join(database.iterdump())
    database.close()
    assert any("feed.jsonl?X-Token=***" in one for one in parameters)
    assert [secret for secret in SECRETS if secret in everything] == []
