"""Imports what a run imports late, so that a run forked from here starts at once."""

import importlib

LATE = (
    "flows.dataset",
    "flows.report.charts",
    "matplotlib.backends.backend_svg",
    "prefect.artifacts",
    "prefect.events.clients",
    "prefect.flow_engine",
    "prefect.flow_runs",
    "prefect.task_engine",
    "tests.extract.plain_engine",
    "tests.reliability.faults",
)
for name in LATE:
    importlib.import_module(name)
