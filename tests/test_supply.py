"""What is installed is locked: every package has a version and hashes, and nothing asked for is missing."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests import supply_advisories
from tests.supply import ROOT, locked

LOCKS = ("requirements.lock", "requirements-spark.lock", "requirements-uv.lock")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    packages = locked(name)
    assert packages
    assert [(name, version) for name, one in packages.items() for version, hashes in one.items() if not hashes] == []


def test_all_that_the_project_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    names = {normal(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in asked}  # type: ignore[index]
    assert names - set(locked("requirements.lock")) == set()


def test_a_lock_without_hashes_would_be_noticed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.lock").write_text("polars==1.0\n")
    monkeypatch.setattr("tests.supply.ROOT", tmp_path)
    assert locked("requirements.lock") == {"polars": {"1.0": []}}
    (tmp_path / "requirements.lock").write_text("polars>=1.0\n")
    with pytest.raises(ValueError, match="neither a pinned package nor a hash"):
        locked("requirements.lock")


def exported_by_uv() -> str:
    """What uv makes of its own lock; skips where there is no uv, or no lock of its own, which is not committed."""
    found = shutil.which("uv") or next((str(path) for path in ROOT.glob(".*/bin/uv")), None)
    if found is None or not (ROOT / "uv.lock").is_file():
        pytest.skip("no uv, or no uv.lock beside pyproject.toml: `make lock` writes it")
    options = re.search(r"uv (export .*) -o requirements\.lock$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert options is not None
    done = subprocess.run([found, *shlex.split(options[1])], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_lock_is_what_uv_exports() -> None:
    assert exported_by_uv() == (ROOT / "requirements.lock").read_text(encoding="utf-8")


@contextmanager
def database(answer: Callable[[list[dict[str, Any]]], Any]) -> Iterator[str]:
    """A stand-in for the database of advisories; `answer` makes its answer from the questions."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            body = json.dumps(answer(asked)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def flawed(name: str, asked: list[dict[str, Any]]) -> Any:
    """The answer of a database that knows of one flawed package."""
    return {"results": [{"vulns": [{"id": "X-1"}]} if one["package"]["name"] == name else {} for one in asked]}


def test_advisories_are_told_by_package_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    with database(lambda asked: flawed("pyarrow", asked)) as source:
        assert supply_advisories.main(["--source", source]) == supply_advisories.SOME_KNOWN
    said = capsys.readouterr().out
    assert re.search(r"^pyarrow [\d.]+: X-1$", said, re.MULTILINE)
    assert f"{len(supply_advisories.pinned())} locked versions asked for, 1 with advisories" in said


def test_no_advisory_and_no_answer_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with database(lambda asked: flawed("", asked)) as source:
        assert supply_advisories.main(["--source", source]) == supply_advisories.NONE_KNOWN
    for answer in ({"results": []}, {"error": "no"}, []):
        with database(lambda asked, given=answer: given) as source:  # type: ignore[misc]
            assert supply_advisories.main(["--source", source]) == supply_advisories.UNREACHED
    assert supply_advisories.main(["--source", "http://127.0.0.1:9/"]) == supply_advisories.UNREACHED
    assert "nothing is known of" in capsys.readouterr().out
