"""Reads corpora into articles and rejects."""
