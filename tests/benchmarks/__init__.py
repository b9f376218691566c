"""Measurements of speed and memory, each a script that prints the table that docs/performance.md quotes."""
