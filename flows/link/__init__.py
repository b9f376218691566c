"""Joins claims into events across articles."""
