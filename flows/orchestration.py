"""Lets Prefect run with no set-up and without noise: a small database beside the output, no reports, no log lines.

Call `prepare_prefect` before Prefect is first imported. Whatever the user has set, in the environment or in a Prefect
profile, stays as it is.
"""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import MutableMapping
from pathlib import Path

STARTUP_SECONDS = "180"
"""How long the temporary server may take to start: 10 to 20 s are usual on a busy machine; Prefect's default is 20."""


def prepare_prefect(
    output: Path,
    environment: MutableMapping[str, str] = os.environ,
    home: Path | None = None,
    verbose: bool = False,
    serving: bool = False,
) -> None:
    """Sets what is not set yet. With PREFECT_API_URL set, a real server does the work and nothing is changed.

    The database is named by Prefect's version, as an older Prefect cannot open a newer one's. `home` is the user's
    Prefect folder; if no profile lies there, Prefect keeps its files in the output folder instead. `verbose` shows the
    log of flows and tasks. `serving` is for a server that stays: its database is one of its own, as two servers lock
    each other out of one file, and it keeps the logs of runs.
    """
    if "PREFECT_API_URL" in environment:
        return
    folder = (output / ".prefect").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version("prefect")
    home = home or Path.home() / ".prefect"
    if not (home / "profiles.toml").exists():
        environment.setdefault("PREFECT_HOME", str(folder))
    database = f"{'served' if serving else 'prefect'}-{version}.db"
    for name, value in {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder}/{database}",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": STARTUP_SECONDS,
        # The server's own report home locks the database at start, and nobody has asked for it.
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "INFO" if verbose else "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "true" if serving else "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING" if serving else "CRITICAL",
    }.items():
        environment.setdefault(name, value)
