"""Calls `materiel` as a shell would, and gives what it printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from flows.cli import app


@dataclass(frozen=True)
class Answer:
    """Exit code, standard output and standard error of one call."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Lines of standard output."""
        return self.out.splitlines()


def materiel(*arguments: str | Path, width: int = 200) -> Answer:
    """Run one command; an exception that is no exit is raised, as a user would see a traceback."""
    result = CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": str(width), "NO_COLOR": "1"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)
