"""`materiel run` hands its options to the flow, and says what came of it.

The flow itself is stood in for: its own tests cover it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import flows.commands.run
import flows.dataset
from flows.dataset import DatasetResult
from flows.publish.durable import OutputBusyError
from tests.commands.calling import materiel


class Flow:
    """Stands in for the dataset flow: remembers its call and gives a result."""

    def __init__(self) -> None:
        self.called: dict[str, Any] | None = None
        self.result: DatasetResult | Exception = DatasetResult(
            "published", "v1", Path("out/releases/v1"), {"claims": 7}
        )

    def __call__(self, corpora: list[str], output: Path, **options: Any) -> DatasetResult:
        self.called = {"corpora": corpora, "output": output} | options
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def flow(monkeypatch: pytest.MonkeyPatch) -> Flow:
    """The stand-in, in the place of the flow."""
    stand_in = Flow()
    monkeypatch.setattr(flows.dataset, "run_dataset", stand_in)
    # With a server of the user's own the command sets nothing, so that no setting outlives the test.
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.org/api")
    return stand_in


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus file; what it holds does not matter here."""
    path = tmp_path / "news.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    return path


def test_options_reach_the_flow(flow: Flow, corpus: Path, tmp_path: Path) -> None:
    answer = materiel(
        "run", corpus, "--output", tmp_path / "out", "--workers", "3", "--model", "en_other", "--since", "2024-01-01",
        "--until", "2024-12-31", "--mapping", "text=body, title=headline", "--allow-shrink",
        "--versions-by", "url",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert flow.called == {
        "corpora": [str(corpus)],
        "output": tmp_path / "out",
        "workers": 3,
        "model": "en_other",
        "since": dt.date(2024, 1, 1),
        "until": dt.date(2024, 12, 31),
        "mapping": {"text": "body", "title": "headline"},
        "allow_shrink": True,
        "allow_empty": False,
        "versions_by": "url",
    }


def test_the_model_of_the_flow_and_every_core_are_the_defaults(flow: Flow, corpus: Path) -> None:
    materiel("run", corpus)
    assert flow.called is not None
    assert "model" not in flow.called
    assert flow.called["workers"] == flows.dataset.default_workers()
    assert flow.called["mapping"] is None


@pytest.mark.parametrize("verbose", [False, True])
def test_prefect_is_prepared_in_the_output_folder_before_the_flow_starts(
    flow: Flow, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verbose: bool
) -> None:
    prepared: list[tuple[Path, bool]] = []

    def prepare(output: Path, verbose: bool) -> None:
        assert flow.called is None
        prepared.append((output, verbose))

    monkeypatch.setattr(flows.commands.run, "prepare_prefect", prepare)
    materiel("run", corpus, "--output", tmp_path / "out", *(["--verbose"] if verbose else []))
    assert prepared == [(tmp_path / "out", verbose)]


def test_a_published_release_is_named_on_standard_output(flow: Flow, corpus: Path) -> None:
    answer = materiel("run", corpus)
    assert [" ".join(line.split()) for line in answer.lines] == ["published v1", "release out/releases/v1", "7 claims"]


def test_a_run_that_changes_nothing_says_so(flow: Flow, corpus: Path) -> None:
    flow.result = DatasetResult("unchanged", "v1", Path("out/releases/v1"))
    answer = materiel("run", corpus)
    assert answer.code == 0
    assert answer.lines[0] == "unchanged v1: the corpora say what the latest release says"


def test_a_failed_run_ends_with_1_says_why_and_where_the_record_is(flow: Flow, corpus: Path) -> None:
    flow.result = DatasetResult(
        "failed", "v2", None, failure_dir=Path("out/failures/v2"), failed_stage="validate", reason="claims is empty"
    )
    answer = materiel("run", corpus)
    assert (answer.code, answer.out) == (1, "")
    assert "error: the run failed in stage validate: claims is empty" in answer.err
    assert "failure record: out/failures/v2" in answer.err


def test_an_output_folder_held_by_another_run_ends_with_1(flow: Flow, corpus: Path) -> None:
    flow.result = OutputBusyError("out is held by another run; wait for it")
    answer = materiel("run", corpus)
    assert answer.code == 1
    assert "held by another run" in answer.err


def test_a_prefect_server_that_does_not_answer_is_named_with_the_remedy(flow: Flow, corpus: Path) -> None:
    flow.result = RuntimeError("Timed out while attempting to connect to ephemeral Prefect API server.")
    answer = materiel("run", corpus)
    assert answer.code == 1
    assert "the Prefect server does not answer" in answer.err
    assert "check PREFECT_API_URL" in answer.err


def test_an_error_of_the_program_itself_is_not_dressed_up(flow: Flow, corpus: Path) -> None:
    flow.result = RuntimeError("dictionary changed size during iteration")
    with pytest.raises(RuntimeError, match="dictionary changed size"):
        materiel("run", corpus)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.jsonl"], "absent.jsonl"),
        (["absent/*.jsonl"], "absent/*.jsonl"),
        (["{corpus}", "--mapping", "body"], "--mapping 'body' is not NAME=COLUMN"),
        (["{corpus}", "--mapping", "words=body"], "with a NAME of id, title, text, published, publisher, url"),
        (["{corpus}", "--since", "2024-02-01", "--until", "2024-01-01"], "is after --until"),
        (["{corpus}", "--workers", "0"], "'--workers'"),
        ([], "Missing argument"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_starts(
    flow: Flow, corpus: Path, arguments: list[str], message: str
) -> None:
    answer = materiel("run", *(argument.format(corpus=corpus) for argument in arguments))
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert flow.called is None


def test_corpora_behind_urls_are_left_to_the_run(flow: Flow) -> None:
    assert materiel("run", "s3://bucket/news/*.warc.gz").code == 0
    assert flow.called is not None
    assert flow.called["corpora"] == ["s3://bucket/news/*.warc.gz"]
