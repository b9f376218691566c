"""Reads military support claims from articles."""
