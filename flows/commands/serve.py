"""`materiel serve`: runs the flow whenever a schedule says, until stopped."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.messages import FAILED, CommandError, complain, examples
from flows.commands.release_folder import DEFAULT_OUTPUT, OutputOption
from flows.commands.run import parse_mapping, refuse_missing
from flows.commands.selection import time_range
from flows.credentials import CredentialsError, refuse_credentials
from flows.orchestration import prepare_prefect
from flows.redaction import redacted
from flows.schedule.notice import ADDRESSES, BLOCKS
from flows.schedule.own_server import ServerNotStartedError, free_port, own_server
from flows.schedule.record import Schedule

if TYPE_CHECKING:
    from flows.schedule.serving import Plan

EPILOG = examples(
    'materiel serve news/ --output /data/materiel --cron "15 4 * * *"',
    "materiel serve feeds/ crawl/ --cron '*/30 * * * *' --workers 4 --stale-hours 3",
    "PREFECT_API_URL=http://prefect:4200/api materiel serve news/ --timezone Europe/Oslo",
    "MATERIEL_WEBHOOK=https://chat.example.org/hook/SECRET materiel serve news/",
)
SCHEDULED = "scheduled"
PORT = 4200


class WhenBusy(StrEnum):
    """What becomes of a run that is due while another is under way."""

    CANCEL = "cancel"
    QUEUE = "queue"


def serve(
    corpora: Annotated[
        list[str], typer.Argument(metavar="CORPUS...", help="Files, folders, globs or URLs, as for `materiel run`.")
    ],
    output: OutputOption = DEFAULT_OUTPUT,
    cron: Annotated[str, typer.Option("--cron", help="When to run: minute, hour, day, month, weekday.")] = "15 4 * * *",
    timezone: Annotated[str, typer.Option("--timezone", help="Time zone of --cron.")] = "UTC",
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that read sentences.")] = 1,
    name: Annotated[str, typer.Option("--name", help="Name of the deployment.")] = SCHEDULED,
    model: Annotated[str | None, typer.Option("--model", help="The spaCy pipeline (default: the bundled one).")] = None,
    since: Annotated[
        dt.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="First day of publication (UTC).")
    ] = None,
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="Columns with other names than ours: text=body,title=headline.")
    ] = None,
    max_hours: Annotated[
        float, typer.Option("--max-hours", min=0, help="A run that lasts longer fails; 0 for no limit.")
    ] = 24.0,
    when_busy: Annotated[
        WhenBusy, typer.Option("--when-busy", help="A run that is due while another is under way: cancel or queue it.")
    ] = WhenBusy.CANCEL,
    stale_hours: Annotated[
        float, typer.Option("--stale-hours", min=0.01, help="Tell of it if no run has ended well for so long.")
    ] = 36.0,
    webhook: Annotated[
        str | None,
        typer.Option("--webhook", envvar=ADDRESSES, show_envvar=True, help="Address told of failures by POST of JSON."),
    ] = None,
    webhook_block: Annotated[
        str | None,
        typer.Option("--webhook-block", envvar=BLOCKS, show_envvar=True, help="Prefect block to tell: webhook/NAME."),
    ] = None,
    engine: Annotated[str | None, typer.Option("--engine", hidden=True, help="Module of the reader.")] = None,
    port: Annotated[
        int, typer.Option("--port", min=0, help="Port of the own server, without PREFECT_API_URL; 0 for any.")
    ] = PORT,
) -> None:
    """Run the flow whenever the schedule says, one run at a time, until stopped.

    With PREFECT_API_URL set, that Prefect server keeps schedule, runs and logs;
    else a server of its own is started beside, for this machine alone.
    """
    time_range(since, None)
    refuse_missing(corpora)
    try:
        refuse_credentials(corpora)
    except CredentialsError as error:
        raise CommandError(str(error)) from None
    # Through the environment and not as parameters of runs, which Prefect shows: addresses of webhooks are secrets.
    os.environ.update({key: value for key, value in ((ADDRESSES, webhook), (BLOCKS, webhook_block)) if value})
    chosen = {"model": model, "engine": engine, "mapping": parse_mapping(mapping)}
    parameters: dict[str, Any] = {"workers": workers, "max_hours": max_hours, "since": since.date() if since else None}
    parameters |= {key: value for key, value in chosen.items() if value is not None}
    given = os.environ.get("PREFECT_API_URL")
    prepare_prefect(output, verbose=True, serving=True)
    # Before Prefect is imported, which reads its settings then.
    server = os.environ["PREFECT_API_URL"] = given or f"http://127.0.0.1:{port or free_port()}/api"

    from flows.schedule.serving import Plan

    absolute = [corpus if "://" in corpus else str(Path(corpus).absolute()) for corpus in corpora]
    plan = Plan(absolute, output.resolve(), name, cron, timezone, stale_hours, when_busy.value, parameters)
    schedule = Schedule(plan.deployment_name, cron, timezone, stale_hours, absolute, workers, server)
    _serve(plan, schedule, nullcontext() if given else own_server(plan.output, server))


def _serve(plan: Plan, schedule: Schedule, server: AbstractContextManager[None]) -> None:
    """Serves while the server is up; says what a person can mend."""
    from httpx import TransportError

    from flows.schedule.serving import deployments
    from flows.schedule.serving import serve as serve_plan

    try:
        deployments(plan)
    except ValueError as error:
        raise CommandError(f"--cron {plan.cron!r} with --timezone {plan.timezone!r} is no schedule: {error}") from error
    try:
        with server:
            schedule.write(plan.output)
            address = redacted(str(schedule.server))
            complain(f"{plan.deployment_name}: due at {plan.cron} ({plan.timezone}); server {address}")
            serve_plan(plan)
    except ServerNotStartedError as error:
        raise CommandError(f"{error}; if the port is taken, --port 0 finds a free one", FAILED) from error
    except TransportError as error:
        raise CommandError(f"the Prefect server does not answer ({error}); check PREFECT_API_URL", FAILED) from error
