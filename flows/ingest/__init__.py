"""Ingest: a corpus in, articles with normalised text, rejects and the account of every file out."""
