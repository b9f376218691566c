"""Writes, stages and publishes versioned releases."""
