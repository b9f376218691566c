"""The pipeline: one package a stage, each with a `flow.py` that reads as a table of contents."""
