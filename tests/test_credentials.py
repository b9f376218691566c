"""Addresses of corpora lose their credentials on the way into Prefect, and have them again where they are opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.commands.messages import CommandError
from flows.credentials import (
    CorpusAccessError,
    CredentialsError,
    credentials_hidden,
    masked,
    refuse_credentials,
    revealed,
)

ADDRESS = "https://reader:hunter2@news.example/feed.jsonl?X-Token=s3cret"
REFERENCE = "https://reader:${FEED_PASSWORD}@news.example/feed.jsonl?X-Token=${FEED_TOKEN}"
ENVIRONMENT = {"FEED_PASSWORD": "hunter2", "FEED_TOKEN": "s3cret"}


def test_a_masked_address_is_known_again_in_the_same_process() -> None:
    handed = masked([ADDRESS, "news/a.jsonl"])
    assert not any(secret in "".join(handed) for secret in ENVIRONMENT.values())
    assert revealed(handed) == [ADDRESS, "news/a.jsonl"]


def test_two_secrets_for_one_address_are_told_apart() -> None:
    both = ["https://a:first@pair.example/x", "https://a:second@pair.example/x"]
    assert revealed(masked(both)) == both
    assert masked(both) == masked(both)


def test_variables_of_the_environment_stand_for_credentials() -> None:
    assert revealed([REFERENCE], ENVIRONMENT) == [ADDRESS]
    assert revealed(masked([REFERENCE]), ENVIRONMENT) == [ADDRESS]
    assert revealed(["news/${FEED_TOKEN}.txt"], ENVIRONMENT) == ["news/${FEED_TOKEN}.txt"]
    with pytest.raises(CredentialsError, match="FEED_TOKEN, which is not set") as caught:
        revealed([REFERENCE], {"FEED_PASSWORD": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_an_address_that_another_process_masked_is_refused() -> None:
    with pytest.raises(CredentialsError, match=r"write \$\{NAME\}"):
        revealed(["https://***@elsewhere.example/feed.jsonl"])


def test_a_deployment_takes_no_credentials_in_clear_text() -> None:
    refuse_credentials([REFERENCE, "news/", "s3://bucket/news", "https://${USER_AND_PASSWORD}@news.example/"])
    for address in (ADDRESS, "https://token@news.example/", "https://news.example/?sig=abc"):
        with pytest.raises(CredentialsError, match="in its database"):
            refuse_credentials([address])


def test_serving_refuses_them_without_telling_them() -> None:
    import typer

    from flows.commands.serve import serve

    app = typer.Typer()
    app.command()(serve)
    result = CliRunner().invoke(app, [ADDRESS])
    assert isinstance(result.exception, CommandError)
    told = f"{result.exception} {result.output}"
    assert "${NAME}" in told
    assert "hunter2" not in told
    assert "s3cret" not in told


def test_an_error_that_tells_credentials_is_replaced() -> None:
    with pytest.raises(CorpusAccessError, match="403") as caught, credentials_hidden():
        raise OSError(f"403 for {ADDRESS}")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__
    with pytest.raises(FileNotFoundError), credentials_hidden():
        raise FileNotFoundError("no file in news/")


def test_prefect_is_handed_masked_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import dataset as parent

    handed: list[str] = []
    monkeypatch.setattr(parent, "dataset", lambda corpora, output, **options: handed.extend(corpora))
    parent.run_dataset([ADDRESS], tmp_path)
    assert handed == ["https://***@news.example/feed.jsonl?X-Token=***"]
    assert revealed(handed) == [ADDRESS]
