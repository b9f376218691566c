"""What is kept of a run: all of it in its account, and what others may know in the manifest of its release."""

from __future__ import annotations

import json
import platform
from pathlib import Path

from flows.accounting import RunAccount
from flows.publish import release
from flows.publish.release import Staged, seal

PARAMETERS = {
    "corpora": ["/srv/secret/news.jsonl.gz", "s3://key:S3CRET@bucket/cc-news/2024.warc.gz"],
    "model": "/srv/secret/models/en_other",
    "workers": 2,
    "since": None,
}


def account() -> RunAccount:
    return RunAccount("20261123T000000.000000Z", PARAMETERS, seconds={"ingest": 1.25}, counts={"claims": 18})


def test_the_manifest_tells_of_the_run_but_not_where_corpora_lay() -> None:
    told = account().manifest()
    assert told["run_id"] == "20261123T000000.000000Z"
    assert told["parameters"] == {
        "corpora": ["news.jsonl.gz", "2024.warc.gz"],
        "model": "en_other",
        "workers": 2,
        "since": None,
    }
    assert (told["counts"], told["seconds"]) == ({"claims": 18}, {"ingest": 1.25})
    assert told["versions"]["python"] == platform.python_version()
    assert {"prefect", "polars", "pyarrow", "spacy"} <= set(told["versions"])
    assert "secret" not in json.dumps(told) and "S3CRET" not in json.dumps(told)


def test_the_account_keeps_paths_but_no_credentials(tmp_path: Path) -> None:
    kept = json.loads(account().write(tmp_path).read_text())
    assert kept["parameters"]["corpora"] == ["/srv/secret/news.jsonl.gz", "s3://***@bucket/cc-news/2024.warc.gz"]
    assert kept["versions"]["python"] == platform.python_version()


def test_what_differs_from_run_to_run_changes_no_other_file(tmp_path: Path) -> None:
    folders = []
    for number, seconds in enumerate((1.0, 2.0)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "README.md").write_text("The same in both.\n")
        told = account().manifest() | {"seconds": {"ingest": seconds}}
        seal(Staged("v1", folder, "digest", "reader-1", None), {}, told)
        folders.append(folder)
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    assert {name for name in first if first[name] != second[name]} == {release.MANIFEST}
    assert json.loads(first[release.MANIFEST])["run"]["seconds"] == {"ingest": 1.0}
