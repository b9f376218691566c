"""`materiel explore` serves a release until Ctrl-C, and says what to do where it cannot."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from flows.explore import libraries
from tests.commands.calling import materiel

ROOT = Path(__file__).parents[2]


def test_serves_a_release_without_an_explorer_until_ctrl_c(output: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "explore",
        "--output",
        str(output),
        "--no-browser",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        with urllib.request.urlopen(address) as page:
            assert b"2024.09.08-bbbbbbbb" in page.read()
        with urllib.request.urlopen(address.replace("explorer/", "claims.parquet")) as claims:
            assert claims.read(4) == b"PAR1"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 0
    assert "was published without an explorer" in said
    assert "Traceback" not in said
    assert not (output / "releases" / "2024.09.08-bbbbbbbb" / "explorer").exists()


def test_a_port_in_use_is_wrong_usage(output: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = materiel("explore", "--output", output, "--port", str(taken.getsockname()[1]), "--no-browser")
    assert answer.code == 2
    assert "name another with --port" in answer.err


def test_missing_libraries_are_wrong_usage(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.require_libraries, "__defaults__", (tmp_path,))
    answer = materiel("explore", "--output", output, "--no-browser")
    assert answer.code == 2
    assert "run `make install`" in answer.err


def test_a_folder_without_releases_is_wrong_usage(tmp_path: Path) -> None:
    answer = materiel("explore", "--output", tmp_path, "--no-browser")
    assert answer.code == 2
    assert "holds no release" in answer.err
