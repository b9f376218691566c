"""Serves the flows: makes their deployments on a Prefect server and runs them in this process's children when due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from prefect import serve as serve_deployments
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.dataset import dataset
from flows.schedule.names import TAGS
from flows.schedule.watch import watch

WATCH_CRON = "7 * * * *"
"""When to look for a stale schedule: once an hour, off the full hour at which everybody's jobs start."""

Collision = Literal["cancel", "queue"]
STRATEGIES = {"cancel": ConcurrencyLimitStrategy.CANCEL_NEW, "queue": ConcurrencyLimitStrategy.ENQUEUE}
"""What becomes of a run that is due while another is under way."""


@dataclass(frozen=True)
class Plan:
    """What is to be served. `parameters` are those of the flow `dataset` beside corpora and output.

    `output` is an absolute path: runs start in another folder.
    """

    corpora: list[str]
    output: Path
    name: str
    cron: str
    timezone: str
    stale_hours: float
    collision: Collision = "cancel"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def deployment_name(self) -> str:
        """The deployment's name as Prefect's commands take it."""
        return f"{dataset.name}/{self.name}"


def serve(plan: Plan) -> None:
    """Registers the deployments and runs what is due, until stopped. PREFECT_API_URL must be set."""
    serve_deployments(*deployments(plan))


def deployments(plan: Plan) -> list[RunnerDeployment]:
    """The deployment of the parent flow, one run at a time, and that of the watch beside it."""
    return [
        RunnerDeployment.from_flow(
            dataset,
            plan.name,
            schedule=Cron(plan.cron, timezone=plan.timezone),
            parameters={**plan.parameters, "corpora": plan.corpora, "output": str(plan.output)},
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=STRATEGIES[plan.collision]),
            description="Reads the corpora and publishes a release if anything has changed.",
            tags=TAGS,
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        RunnerDeployment.from_flow(
            watch,
            f"{plan.name}-watch",
            schedule=Cron(WATCH_CRON, timezone=plan.timezone),
            parameters={"output": str(plan.output), "stale_hours": plan.stale_hours},
            description="Tells of it if no run has ended well for too long.",
            tags=TAGS,
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
    ]
