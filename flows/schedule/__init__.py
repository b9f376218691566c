"""Runs on a schedule: deployments, their server, names of runs, notices of failed and missing runs."""
