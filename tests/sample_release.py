"""Makes a release of the sample corpus with the real flow, and keeps the claims that it must hold.

After a change for the better, and a look at what changed, a person writes the expected claims again:

    python -m tests.sample_release            # what changed, and the scores against the hand-coded claims
    python -m tests.sample_release --write    # the same, and the expected claims are written
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.evaluate.report import Evaluation, evaluate_release
from flows.orchestration import prepare_prefect

if TYPE_CHECKING:
    from flows.dataset import DatasetResult

CORPUS = Path(__file__).parent / "corpus"
HAND_CODED = Path(__file__).parent / "corpus_claims.jsonl"
EXPECTED = Path(__file__).parent / "sample_expected_claims.jsonl"
COLUMNS = ("supplier_id", "recipient_id", "support_type", "stage", "factuality", "claimant_id")
TABLES = ("claims", "claims_nonstate")
Claim = dict[str, str]
"""A claim as it is kept: `url` of its article, `table`, `evidence` and the coded values."""


def make_release(output: Path) -> DatasetResult:
    """Publishes a release of the sample corpus under `output`."""
    from flows.dataset import run_dataset

    return run_dataset([str(CORPUS)], output, workers=1)


def claims_of(release: Path) -> list[Claim]:
    """The claims of both tables of a release, sorted."""
    urls = dict(pl.read_parquet(release / "articles.parquet", columns=["article_id", "url"]).iter_rows())
    found = [
        {"url": urls[row["article_id"]], "table": table, "evidence": row["evidence_text"]}
        | {column.removesuffix("_id"): row[column] for column in COLUMNS}
        for table in TABLES
        for row in pl.read_parquet(release / f"{table}.parquet").iter_rows(named=True)
    ]
    return sorted(found, key=as_line)


def as_line(claim: Claim) -> str:
    """A claim as a line of JSON; two claims are the same if their lines are."""
    return json.dumps(claim, ensure_ascii=False)


def expected_claims() -> list[Claim]:
    """The claims that the release must hold; none before they were first written."""
    if not EXPECTED.exists():
        return []
    return [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


def changes(found: Iterable[Claim], expected: Iterable[Claim]) -> list[str]:
    """Lines with a plus for each claim that is not expected, and a minus for each that is missing."""
    now, then = set(map(as_line, found)), set(map(as_line, expected))
    return [f"+ {line}" for line in sorted(now - then)] + [f"- {line}" for line in sorted(then - now)]


def evaluated(release: Path) -> Evaluation:
    """The release held against the hand-coded claims.

    Pages have no record id of their own, so articles are found by their url: the scorer is given a copy of the release
    in which the hand-coded file's ids stand in place of the records'.
    """
    lines = HAND_CODED.read_text(encoding="utf-8").splitlines()
    ids = {record["url"]: record["id"] for record in map(json.loads, lines)}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(release, Path(folder) / release.name))
        articles = pl.read_parquet(copy / "articles.parquet")
        by_url = pl.col("url").replace_strict(ids, default=None, return_dtype=pl.String)
        articles.with_columns(source_id=by_url).write_parquet(copy / "articles.parquet")
        return evaluate_release(copy, HAND_CODED)


def scores(evaluation: Evaluation) -> list[str]:
    """Lines with precision, recall and F1 at each level."""
    levels: dict[str, Any] = {name: score.as_dict() for name, score in evaluation.levels.items()}
    return [
        f"{name:<14} P {level['precision']:.2f}  R {level['recall']:.2f}  F1 {level['f1']:.2f}"
        for name, level in levels.items()
    ]


def main() -> None:
    """Prints changes and scores; with `--write`, writes the expected claims. Exit code 1 if there is no release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the expected claims anew")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        prepare_prefect(Path(folder))
        result = make_release(Path(folder))
        if result.release_dir is None:
            raise SystemExit(f"no release: {result.failed_stage}: {result.reason}")
        found = claims_of(result.release_dir)
        print("\n".join(changes(found, expected_claims()) or ["no change"]))
        print("\n".join(scores(evaluated(result.release_dir))))
    if write:
        EXPECTED.write_text("".join(f"{as_line(claim)}\n" for claim in found), encoding="utf-8")


if __name__ == "__main__":
    main()
