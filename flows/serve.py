"""`python -m flows.serve CORPUS... --output DIR --cron "15 4 * * *"`: the same as `materiel serve`."""

from __future__ import annotations

import typer

from flows.commands.messages import CommandError, complain
from flows.commands.serve import serve


def main() -> None:
    """Runs the command."""
    try:
        typer.run(serve)
    except CommandError as error:
        complain(f"error: {error}")
        raise SystemExit(error.exit_code) from None


if __name__ == "__main__":
    main()
