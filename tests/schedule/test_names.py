"""Names of flow runs: what is read and since when, short, and without credentials."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.schedule.names import corpus_name, run_name

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("corpora", "name"),
    [
        (["/data/news.jsonl.gz"], "news.jsonl.gz, 2026-11-23 04:15"),
        (["/data/news/", "feeds", "x.warc"], "news and 2 more, 2026-11-23 04:15"),
        ([], "no corpus, 2026-11-23 04:15"),
    ],
)
def test_a_run_is_named_by_what_it_reads_and_when(corpora: list[str], name: str) -> None:
    assert run_name({"corpora": corpora}, NOW) == name


@pytest.mark.parametrize(
    ("corpus", "name"),
    [
        ("s3://key:S3CRET@bucket/cc-news/2024.warc.gz", "2024.warc.gz"),
        ("https://example.org/feed.xml?token=S3CRET", "feed.xml"),
        ("https://user:S3CRET@example.org", "***@example.org"),
        ("what?.jsonl", "what?.jsonl"),
        ("/", "/"),
    ],
)
def test_credentials_are_no_part_of_a_name(corpus: str, name: str) -> None:
    assert corpus_name(corpus) == name


def test_a_long_name_is_cut() -> None:
    assert len(corpus_name("x" * 500)) == 40
