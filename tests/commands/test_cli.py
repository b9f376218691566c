"""The command as a whole: it answers at once, explains itself, and never shows a traceback for a person's error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import app
from tests.commands.calling import materiel

COMMANDS = [command.name or "" for command in app.registered_commands]
ROOT = Path(__file__).parents[2]
HEAVY = ("prefect", "spacy", "great_expectations", "pandas", "numpy", "trafilatura")


def test_the_commands_are_the_documented_ones() -> None:
    commands = "run serve status claims events explain explore releases diff evaluate schema verify version"
    assert commands.split() == COMMANDS
    documentation = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"materiel {command}" in documentation for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_has_examples_and_exit_codes(command: str) -> None:
    answer = materiel(command, "--help")
    assert answer.code == 0
    _, _, ending = answer.out.partition("Examples")
    assert f"materiel {command}" in ending
    assert "Exit codes: 0 done, 1 failed run, 2 wrong usage or missing input." in ending


def test_help_and_lookups_load_no_heavy_library(output: Path) -> None:
    code = "\n".join(
        [
            "import sys",
            "from flows.cli import app",
            f"app(['claims', '--output', {str(output)!r}, '--supplier', 'IRN'], standalone_mode=False)",
            f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "c1aa" in done.stdout
    assert done.stdout.endswith("loaded: []\n")


def test_a_user_sees_a_message_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "claims", "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_an_unknown_command_is_wrong_usage() -> None:
    assert materiel("publish").code == 2


def test_the_version_is_printed() -> None:
    assert materiel("--version").out.startswith("materiel ")
    assert materiel("version").lines[1].startswith("schema ")
