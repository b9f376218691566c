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
    # Plain help: it would cost a third of a second to import what draws boxes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EPILOG,
)
COMMANDS = (
    (run.run, "Read corpora and publish their claims as a new release.", run.EPILOG),
    (serve.serve, "Run the flow whenever the schedule says, until stopped.", serve.EPILOG),
    (status.status, "Show last run, last release, schedule and failures.", status.EPILOG),
    (claims.claims, "Print the claims of a release with their evidence.", claims.EPILOG),
    (events.events, "Print the events of a release with their status.", events.EPILOG),
    (explain.explain, "Show why a claim was coded as it is.", explain.EPILOG),
    (explore.explore, "Open the explorer of a release in a browser.", explore.EPILOG),
    (releases.releases, "List the releases of an output folder.", releases.EPILOG),
    (diff.diff, "Print what release B changes against release A.", diff.EPILOG),
    (evaluate.evaluate, "Score the claims of a release against hand-coded ones.", evaluate.EPILOG),
    (schema.schema, "Print the data dictionary of all tables.", schema.EPILOG),
    (verify.verify, "Check a release that was copied or downloaded.", verify.EPILOG),
    (version.version, "Print the versions of program, tables and readers.", version.EPILOG),
)
"""Each command with its line in the list of commands, which a narrow terminal must not cut, and the end of its help."""

for command, line, epilog in COMMANDS:
    app.command(command.__name__, short_help=line, epilog=epilog)(command)


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
