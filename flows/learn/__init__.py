"""Trains what the extractor learns from hand-coded articles: the reader network and the decision models."""
