"""Prints the pass rates of the coded sentences at the end of a run of the tests."""

from __future__ import annotations

import pytest

PASS_RATES = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table that `test_sentence_suite.py` leaves, if it ran."""
    lines = config.stash.get(PASS_RATES, None)
    if lines:
        terminalreporter.section("coded sentences read as coded, by phenomenon")
        for line in lines:
            terminalreporter.write_line(line)
