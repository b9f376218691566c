"""Serves the dataset flow on a schedule: `python -m flows.serve CORPUS... --output DIR --cron "15 4 * * *"`.

Needs a Prefect server (`prefect server start`, and PREFECT_API_URL set to it), whose scheduler starts the runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def serve(
    corpora: Annotated[list[str], typer.Argument(help="Files, folders, globs or URLs, as for `materiel run`.")],
    output: Annotated[Path, typer.Option(help="Folder to which releases are published.")] = Path("output"),
    cron: Annotated[str, typer.Option(help="When to run: minute, hour, day, month, weekday.")] = "15 4 * * *",
    timezone: Annotated[str, typer.Option(help="Time zone of --cron.")] = "UTC",
    workers: Annotated[int, typer.Option(help="Worker processes.")] = 1,
    name: Annotated[str, typer.Option(help="Name of the deployment.")] = "scheduled",
) -> None:
    """Registers the flow with the Prefect server and runs it whenever the schedule says, until stopped.

    One run at a time: a run that is still going when the next is due holds the output folder.
    """
    from prefect.schedules import Cron

    from flows.credentials import CredentialsError, refuse_credentials
    from flows.dataset import dataset

    try:
        refuse_credentials(corpora)
    except CredentialsError as error:
        raise typer.BadParameter(str(error)) from None
    dataset.serve(
        name=name,
        schedule=Cron(cron, timezone=timezone),
        parameters={"corpora": corpora, "output": str(output.resolve()), "workers": workers},
        limit=1,
        tags=["materiel"],
    )


def main() -> None:
    """Runs the command."""
    typer.run(serve)


if __name__ == "__main__":
    main()
