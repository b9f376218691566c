"""Scores a release against hand-coded claims."""
