"""The `materiel` command: every subcommand has its module in `flows/commands`.

Heavy libraries are imported within the commands that need them, so that help and look-ups answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands import (
    claims,
    diff,
    evaluate,
    events,
    explain,
    explore,
    releases,
    run,
    schema,
    serve,
    status,
    verify,
    version,
)
from flows.commands.messages import MaterielGroup, examples

EPILOG = examples(
    "materiel run news.jsonl.gz",
    "materiel claims --supplier Iran --recipient Russia",
    "materiel events --status contested",
    "materiel explain CLAIM_ID",
    "materiel explore",
    "`materiel COMMAND --help` shows examples of each command.",
)

app = typer.Typer(
    name="materiel",
    cls=MaterielGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
app.command("run", epilog=run.EPILOG)(run.run)
app.command("serve", epilog=serve.EPILOG)(serve.serve)
app.command("status", epilog=status.EPILOG)(status.status)
app.command("claims", epilog=claims.EPILOG)(claims.claims)
app.command("events", epilog=events.EPILOG)(events.events)
app.command("explain", epilog=explain.EPILOG)(explain.explain)
app.command("explore", epilog=explore.EPILOG)(explore.explore)
app.command("releases", epilog=releases.EPILOG)(releases.releases)
app.command("diff", epilog=diff.EPILOG)(diff.diff)
app.command("evaluate", epilog=evaluate.EPILOG)(evaluate.evaluate)
app.command("schema", epilog=schema.EPILOG)(schema.schema)
app.command("verify", epilog=verify.EPILOG)(verify.verify)
app.command("version", epilog=version.EPILOG)(version.version)


def _print_version(asked: bool) -> None:
    if asked:
        print(f"materiel {version.package_version()}")
        raise typer.Exit


@app.callback()
def materiel(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turn news corpora into an open dataset of state-to-state military support claims.

    Results go to standard output, messages and progress to standard error.
    """


def main() -> None:
    """Entry point of the `materiel` script."""
    app()
