"""Sends a notice to every receiver that the environment names: webhooks by address, and blocks that Prefect keeps."""

from __future__ import annotations

import asyncio
import inspect
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from flows.narration import Say
from flows.schedule.notice import Notice, addresses, block_names, place, post


def send(notice: Notice, say: Say) -> int:
    """Sends to all receivers and says how it went, naming no address in full; returns how many took the notice."""
    answers = [(place(address), post(notice, address)) for address in addresses()]
    answers += [(f"block {name}", call_block(notice, name)) for name in block_names()]
    for receiver, problem in answers:
        say(f"notice {notice.event} not sent: {problem}" if problem else f"notice {notice.event} sent to {receiver}")
    return sum(problem is None for _, problem in answers)


def call_block(notice: Notice, name: str) -> str | None:
    """Sends through a Prefect block (`Webhook`, or one that notifies); None if it was taken, else what went wrong."""
    try:
        # In a thread of its own, as a hook may be called where an event loop runs already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(copy_context().run, _run, notice, name).result()
    except Exception as error:
        # Any fault of a block's own client; its text may hold the address.
        return f"block {name}: {type(error).__name__}; see that the Prefect server holds it (`prefect block ls`)"
    return None


def _run(notice: Notice, name: str) -> None:
    asyncio.run(_call(notice, name))


async def _call(notice: Notice, name: str) -> None:
    # Without the modules of its blocks Prefect does not know their classes.
    import prefect.blocks.notifications  # noqa: F401
    from prefect.blocks.abstract import NotificationBlock
    from prefect.blocks.core import Block
    from prefect.blocks.webhook import Webhook

    found: Any = Block.load(name)
    block: Any = await found if inspect.isawaitable(found) else found
    if isinstance(block, Webhook):
        response = await block.call(notice.payload())
        response.raise_for_status()
    elif isinstance(block, NotificationBlock):
        with block.raise_on_failure():
            sent: Any = block.notify(notice.text, "Materiel")
            if inspect.isawaitable(sent):
                await sent
    else:
        raise TypeError(f"{name} is neither a Webhook nor a notification block")
