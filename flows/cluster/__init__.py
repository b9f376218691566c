"""Runs the reading of files and of sentences on a Dask cluster: the same shards, the same bytes, other machines."""
