"""Holds a staged release against the suites and the invariants."""
