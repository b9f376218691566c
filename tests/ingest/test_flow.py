"""The flow of the stage: under Prefect it gives what its pure functions give, and leaves nothing else behind."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.ingest import flow as stage
from tests.ingest.samples import PAGE, SENTENCES, ingested


@pytest.mark.usefixtures("prefect_harness")
def test_the_flow_gives_the_three_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "SHARD_FILES", 1)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "page.html").write_text(PAGE, encoding="utf-8")
    rows = [json.dumps({"body": text, "when": "2023-01-20"}) for text in SENTENCES]
    (corpus / "wire.jsonl").write_text("\n".join([*rows, "{"]), encoding="utf-8")
    mapping = {"text": "body", "published": "when"}
    result = stage.ingest([str(corpus)], tmp_path / "work", mapping=mapping)
    expected = ingested([str(corpus)], tmp_path / "plain", mapping)
    assert pq.read_table(result.articles).to_pylist() == expected.articles
    assert pq.read_table(result.rejects).to_pylist() == expected.rejects
    assert pq.read_table(result.corpus_files).to_pylist() == expected.files
    assert sorted(path.name for path in (tmp_path / "work" / "ingest").iterdir()) == [
        "articles.parquet",
        "corpus_files.parquet",
        "rejects.parquet",
    ]


@pytest.mark.usefixtures("prefect_harness")
def test_a_corpus_that_does_not_exist_fails_the_flow(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no file"):
        stage.ingest([str(tmp_path / "nowhere")], tmp_path)
