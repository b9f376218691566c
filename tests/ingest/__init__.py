"""Specifications of the ingest stage."""
