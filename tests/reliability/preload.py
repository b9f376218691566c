"""Imports all that a run imports late, so that a forked run starts at once."""

import great_expectations.expectations
import matplotlib.backends.backend_svg
import prefect.artifacts
import prefect.events.clients
import prefect.flow_engine
import prefect.flow_runs
import prefect.task_engine
import prefect.task_runners

import expectations.engine
import flows.dataset
import flows.report.charts
import flows.report.style
import tests.extract.plain_engine
import tests.reliability.faults  # noqa: F401 - all of them
