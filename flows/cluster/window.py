"""Keeps a few tasks on a Dask cluster at a time, so that neither the run nor the scheduler holds all shards at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

from prefect import Task
from prefect.context import FlowRunContext

from flows.cluster.scheduler import ClusterError

if TYPE_CHECKING:
    from distributed import Client, Future
    from prefect_dask.task_runners import PrefectDaskFuture

Key = TypeVar("Key")
WAITING_PER_THREAD = 2
"""Tasks at the cluster for every thread of its workers: one being read, one that waits, so that no worker idles."""
WORKER_WAIT_SECONDS = 300.0
"""How long to wait for a first worker: a batch system may start them after the scheduler."""


def run_in_window(
    task: Task[..., Any], calls: Iterable[tuple[Key, dict[str, Any]]], done: Callable[[Key, Callable[[], Any]], None]
) -> None:
    """Submits a task for every call (key, arguments) and hands each key with its result to `done`, as they end.

    The result is a function that gives the value or raises what the task raised. Calls are drawn only when there is
    room, so a generator of them holds few arguments in memory. Call it within a flow that is `on_cluster`.
    """
    client = _client()
    pending: dict[Future[Any], tuple[Key, PrefectDaskFuture[Any]]] = {}
    for key, arguments in calls:
        while len(pending) >= WAITING_PER_THREAD * _threads(client):
            _settle(client, pending, done)
        future = task.submit(**arguments)
        pending[future.wrapped_future] = (key, future)
    while pending:
        _settle(client, pending, done)


def _client() -> Client:
    context = FlowRunContext.get()
    if context is None:
        raise RuntimeError("run_in_window must be called within a flow that runs on a cluster")
    client: Client = context.task_runner.client  # type: ignore[attr-defined]
    try:
        client.wait_for_workers(1, timeout=WORKER_WAIT_SECONDS)
    except TimeoutError as error:
        address = client.scheduler.address if client.scheduler else "the scheduler"
        raise ClusterError(
            f"no worker has come to {address} in {WORKER_WAIT_SECONDS:.0f} s; start some with `dask worker {address}`"
        ) from error
    return client


def _threads(client: Any) -> int:
    """Threads of all workers there are now: workers may come and go during a run."""
    threads: dict[str, int] = client.nthreads()
    return max(1, sum(threads.values()))


def _settle(
    client: Client,
    pending: dict[Future[Any], tuple[Key, PrefectDaskFuture[Any]]],
    done: Callable[[Key, Callable[[], Any]], None],
) -> None:
    """Waits until a task has ended, and hands over all that have."""
    import distributed

    wait: Any = distributed.wait
    try:
        with client.as_current():
            finished = wait(list(pending), return_when="FIRST_COMPLETED").done
    except CancelledError as error:
        raise ClusterError(f"the scheduler has gone away ({error}); what was read is kept, run again") from error
    for ended in finished:
        key, future = pending.pop(ended)
        done(key, future.result)
