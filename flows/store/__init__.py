"""Releases in an object store: made in a folder of this machine, uploaded whole, and only then pointed to."""
