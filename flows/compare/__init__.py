"""Compares two releases: rows, claims, events and versions; for the files of a release and for `materiel diff`."""
