"""Tests of what the extractor learns from."""
