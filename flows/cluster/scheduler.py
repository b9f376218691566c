"""Connects a run to a Dask scheduler: checks what its workers will need, and gives flows its task runner."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
LOCAL = "local"
"""Instead of an address: a cluster of processes on this machine, which ends with the run."""
CONNECT_SECONDS = "30 s"


class ClusterError(RuntimeError):
    """The cluster cannot be used as it is; the message says what to change."""


@contextmanager
def connected(cluster: str | None, workers: int) -> Iterator[str | None]:
    """Gives the scheduler's address to the stages of a run; None without a cluster.

    `cluster` is such an address (`tcp://10.0.0.5:8786`), or `local` for `workers` processes of this machine.
    ClusterError if the extra is not installed or if workers could not reach the Prefect server, to which they report.
    """
    if cluster is None:
        yield None
        return
    _require_extra()
    with ExitStack() as stack:
        address = _local_cluster(stack, workers) if cluster == LOCAL else cluster
        stack.enter_context(temporary_settings({PREFECT_API_URL: _server_for(address)}))
        yield address


def on_cluster(flow: Flow[Parameters, Result], address: str | None) -> Flow[Parameters, Result]:
    """The same flow with its tasks on the cluster; as it is without one."""
    if address is None:
        return flow
    from prefect_dask.task_runners import DaskTaskRunner

    runner: Any = DaskTaskRunner(address=address, client_kwargs={"timeout": CONNECT_SECONDS})
    return flow.with_options(task_runner=runner)


def shares_disk(address: str) -> bool:
    """Whether workers see the files of this machine: known only of a scheduler that no other machine can reach."""
    return _is_loopback(urlsplit(address if "://" in address else f"tcp://{address}").hostname)


def _require_extra() -> None:
    try:
        import distributed  # noqa: F401
        import prefect_dask  # noqa: F401
    except ImportError as error:
        raise ClusterError(f"--cluster needs the extra `cluster` ({error}); pip install '.[cluster]'") from error


def _local_cluster(stack: ExitStack, workers: int) -> str:
    from distributed import LocalCluster

    # One thread a worker: readers are bound by the processor. No limit of memory, as for workers without a cluster.
    options: dict[str, Any] = {"n_workers": workers, "threads_per_worker": 1, "memory_limit": None}
    # Any free port, and for this machine only: several runs may each have their own.
    options |= {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    cluster = stack.enter_context(LocalCluster(**options))  # type: ignore[no-untyped-call]
    return str(cluster.scheduler_address)


def _server_for(address: str) -> str:
    """The address of the Prefect server for the workers; each would start one of its own if it were not told."""
    with get_client(sync_client=True) as client:
        server = str(client.api_url)
    if _is_loopback(urlsplit(server).hostname) and not shares_disk(address):
        raise ClusterError(
            f"the workers of {address} cannot report to the Prefect server at {server}, which only this machine "
            "reaches; start one with `prefect server start --host 0.0.0.0` and set PREFECT_API_URL to an address of "
            "this machine that they reach"
        )
    return server


def _is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
