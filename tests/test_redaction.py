"""Credentials are masked wherever a run writes: texts, nested values, names of corpus files, records of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.accounting import RunAccount
from flows.publish.failure import Failure, record_failure
from flows.redaction import redacted, redacted_values

ADDRESS = "https://reader:hunter2@news.example/feed.jsonl?X-Token=s3cret&page=2"
SECRETS = ("hunter2", "s3cret", "reader:")


@pytest.mark.parametrize("text", [ADDRESS, f"cannot read '{ADDRESS}': 403", f"{ADDRESS} and {ADDRESS}"])
def test_users_passwords_and_queries_are_masked(text: str) -> None:
    assert not any(secret in redacted(text) for secret in SECRETS)
    assert "news.example/feed.jsonl" in redacted(text)


def test_local_paths_and_texts_stay() -> None:
    for text in ("/data/what?a=b.txt", "mail me@example.org", "a corpus of 3 files"):
        assert redacted(text) == text


def test_values_within_values_are_masked() -> None:
    assert not any(secret in json.dumps(redacted_values({"a": [ADDRESS, {"b": (ADDRESS, 1)}]})) for secret in SECRETS)


def test_no_record_of_a_run_tells_them(tmp_path: Path) -> None:
    account = RunAccount.begin({"corpora": [ADDRESS]})
    account.outcome = {"reason": f"OSError: {ADDRESS}"}
    account.write(tmp_path)
    try:
        raise OSError(ADDRESS)
    except OSError as error:
        record_failure(tmp_path, account.run_id, Failure("ingest", [str(error)], error))
    written = account.markdown() + "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "news.example" in written
    assert not any(secret in written for secret in SECRETS)
