"""Makes the automation by which a Prefect server itself tells of runs that stay away, even if no worker is left alive.

`python -m flows.schedule.automation DEPLOYMENT --block webhook/NAME --stale-hours 30`.
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from prefect.automations import CallWebhook, EventTrigger, Posture, ResourceSpecification
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore

from flows.schedule.notice import Notice

LABEL = "prefect.resource.id"


def stale_automation(deployment: str, deployment_id: str, block_id: Any, stale_hours: float) -> AutomationCore:
    """Calls the webhook block when no run of the deployment has completed for `stale_hours`.

    It is armed by the first run that starts, and the server looks again after every completed one. The payload has
    the shape of the notices that runs send themselves.
    """
    name = f"materiel stale: {deployment}"
    text = f"Materiel: no run of {deployment} has completed for {stale_hours:g} hours. See that its worker is up."
    notice = Notice("schedule_stale", text, reasons=["told by the Prefect server"]).payload()
    return AutomationCore(
        name=name,
        description=text,
        enabled=True,
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match_related=ResourceSpecification(
                {LABEL: f"prefect.deployment.{deployment_id}", "prefect.resource.role": "deployment"}
            ),
            after={"prefect.flow-run.*"},
            expect={"prefect.flow-run.Completed"},
            for_each={f"related:deployment:{LABEL}"},
            threshold=1,
            within=timedelta(hours=stale_hours),
        ),
        actions=[CallWebhook(block_document_id=block_id, payload=json_text(notice))],
    )


def json_text(notice: dict[str, object]) -> str:
    """A payload as JSON that Prefect's templates leave alone."""
    import json

    return json.dumps({key: value for key, value in notice.items() if key != "created_at"}, ensure_ascii=False)


def ensure(deployment: str, block: str, stale_hours: float) -> str:
    """Makes or renews the automation of a deployment (`flow/name`); returns its name.

    `block` is a Webhook block as `webhook/NAME`. Raises what Prefect raises where one of them is not there.
    """
    kind, _, name = block.partition("/")
    with get_client(sync_client=True) as client:
        deployment_id = str(client.read_deployment_by_name(deployment).id)
        block_id = client.read_block_document_by_name(name, kind).id
        automation = stale_automation(deployment, deployment_id, block_id, stale_hours)
        for old in client.read_automations_by_name(automation.name):
            client.delete_automation(old.id)
        client.create_automation(automation)
    return automation.name


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deployment", help="flow and deployment: dataset/daily")
    parser.add_argument("--block", required=True, help="Webhook block that is called: webhook/materiel")
    parser.add_argument("--stale-hours", type=float, default=36.0, help="how long no run may have completed")
    chosen = parser.parse_args()
    print(ensure(chosen.deployment, chosen.block, chosen.stale_hours))


if __name__ == "__main__":
    main()
