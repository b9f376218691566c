"""How the command line speaks: results to standard output, all else to standard error, exit codes for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from typer import Exit
from typer.core import TyperGroup

if TYPE_CHECKING:
    from rich.console import Console

FAILED = 1
"""The run was done and failed: nothing is published, and a failure record says why."""
WRONG_USAGE = 2
"""The command could not start: wrong options, or an input that is not there."""

EXIT_CODES = "Exit codes: 0 done, 1 failed run, 2 wrong usage or missing input."


class CommandError(Exception):
    """An error that a person can mend. The message says what is wrong and what to do; no traceback is shown."""

    def __init__(self, message: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class MaterielGroup(TyperGroup):
    """Commands whose CommandError becomes a line on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            complain(f"error: {error}")
            raise Exit(error.exit_code) from None


def examples(*lines: str) -> str:
    """The end of a help text: examples of use, and the exit codes. \\b keeps the lines of a paragraph as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines), "", EXIT_CODES])


def output_console() -> Console:
    """Standard output: coloured on a terminal, plain and unwrapped in a pipe."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def complain(message: str) -> None:
    """One line to standard error."""
    from rich.console import Console

    Console(stderr=True, highlight=False, soft_wrap=True).print(
        message, markup=False, style="bold red" if message.startswith("error") else ""
    )
