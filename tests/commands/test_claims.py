"""`materiel claims` and `materiel events` print what was asked for, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from schemas.tables import table
from tests.commands.calling import materiel


def _ids(output: Path, *arguments: str) -> list[str]:
    answer = materiel("claims", "--output", output, "--format", "json", *arguments)
    assert answer.code == 0, answer.err
    return [row["claim_id"] for row in json.loads(answer.out)]


def test_claims_come_newest_first_and_undated_ones_last(output: Path) -> None:
    assert _ids(output) == ["c2cc", "c1aa", "c1bb", "c3dd", "c4ee"]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--supplier", "IRN"], ["c1aa", "c1bb"]),
        (["--supplier", "iran", "--recipient", "Russia"], ["c1aa", "c1bb"]),
        (["--supplier", "IRN,PRK"], ["c2cc", "c1aa", "c1bb"]),
        (["--supplier", "IRN", "--supplier", "North Korea"], ["c2cc", "c1aa", "c1bb"]),
        (["--factuality", "denied"], ["c1bb"]),
        (["--stage", "pledged"], ["c3dd"]),
        (["--stage-group", "committed"], ["c3dd"]),
        (["--type", "ammunition,aircraft"], ["c2cc", "c4ee"]),
        (["--claimant", "USA"], ["c1aa"]),
        (["--claimant", "author", "--recipient", "RUS"], ["c2cc"]),
        (["--article", "a1"], ["c1aa", "c1bb"]),
        (["--article", "wire-1"], ["c1aa", "c1bb"]),
        (["--min-confidence", "0.8"], ["c2cc", "c1aa", "c1bb"]),
        (["--since", "2024-09-03"], ["c2cc", "c1aa", "c1bb"]),
        (["--until", "2024-09-03"], ["c1aa", "c1bb", "c3dd"]),
        (["--since", "2024-09-05", "--until", "2024-09-05"], ["c2cc"]),
        (["--limit", "1"], ["c2cc"]),
        (["--nonstate"], ["n1"]),
        (["--nonstate", "--recipient", "hezbollah"], ["n1"]),
        (["--supplier", "Sweden"], []),
    ],
)
def test_every_option_narrows_the_choice(output: Path, arguments: list[str], ids: list[str]) -> None:
    assert _ids(output, *arguments) == ids


def test_claims_without_a_date_are_counted_when_days_are_asked_for(output: Path) -> None:
    answer = materiel("claims", "--output", output, "--since", "2024-01-01")
    assert "1 claims without a date are left out" in answer.err


def test_a_release_can_be_named(output: Path) -> None:
    answer = materiel("claims", "--release", output / "releases" / "2024.09.01-aaaaaaaa")
    assert (answer.code, answer.out) == (0, "")
    assert "no claim of release 2024.09.01-aaaaaaaa is like that" in answer.err


def test_in_a_pipe_every_claim_is_one_plain_line_with_its_evidence(output: Path) -> None:
    answer = materiel("claims", "--output", output, width=60)
    assert len(answer.lines) == 1 + 5
    assert answer.lines[0].split()[:3] == ["claim_id", "reported", "supplier"]
    assert answer.lines[1].startswith("c2cc")
    assert answer.lines[1].endswith("three million artillery shells since last autumn.")
    assert "\x1b" not in answer.out


def test_what_the_limit_hides_is_counted_on_standard_error(output: Path) -> None:
    answer = materiel("claims", "--output", output, "--limit", "2")
    assert len(answer.lines) == 1 + 2
    assert answer.err.strip() == "2 of 5 claims; --limit 0 shows all"


def test_csv_holds_every_column_of_the_table(output: Path) -> None:
    answer = materiel("claims", "--output", output, "--format", "csv", "--supplier", "PRK")
    (row,) = csv.DictReader(io.StringIO(answer.out))
    assert list(row) == table("claims").column_names
    assert (row["reported_at"], row["confidence"], row["source_chain"]) == ("2024-09-05T23:30:00Z", "0.8", "AUTHOR")


def test_json_lines_hold_one_claim_a_line_with_types(output: Path) -> None:
    answer = materiel("claims", "--output", output, "--format", "jsonl", "--factuality", "suspected")
    (row,) = map(json.loads, answer.lines)
    assert (row["quantity_low"], row["quantity_high"], row["claimant_is_anonymous"]) == (200.0, None, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--supplier", "Narnia"], "no actor is called 'Narnia'"),
        (["--supplier", "Russa"], "did you mean"),
        (["--factuality", "certain"], "'certain' is no factuality; use one of affirmed, suspected"),
        (["--type", "tanks"], "'tanks' is no support type; use one of missiles"),
        (["--stage", "sent"], "'sent' is no stage; use one of requested"),
        (["--article", "wire-9"], "the release holds no article 'wire-9'"),
        (["--system", "Death Star"], "no weapon system 'Death Star' in the release"),
        (["--since", "2024-09-05", "--until", "2024-09-01"], "--since 2024-09-05 is after --until 2024-09-01"),
        (["--since", "yesterday"], "yesterday"),
        (["--min-confidence", "80"], "'--min-confidence'"),
    ],
)
def test_wrong_values_are_named_with_the_right_ones(output: Path, arguments: list[str], message: str) -> None:
    answer = materiel("claims", "--output", output, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_without_a_release_the_remedy_is_named(tmp_path: Path) -> None:
    answer = materiel("claims", "--output", tmp_path)
    assert answer.code == 2
    assert f"{tmp_path} holds no release; publish one with `materiel run CORPUS --output {tmp_path}`" in answer.err


@pytest.mark.parametrize("pointer", ["{", "[]", '{"name": "x"}'])
def test_a_damaged_pointer_is_named(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "latest.json").write_text(pointer, encoding="utf-8")
    answer = materiel("claims", "--output", tmp_path)
    assert answer.code == 2
    assert "latest.json cannot be read" in answer.err


def test_a_pointer_to_a_release_that_is_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "latest.json").write_text('{"version": "2020.01.01-00000000"}', encoding="utf-8")
    answer = materiel("claims", "--output", tmp_path)
    assert answer.code == 2
    assert "is not there" in answer.err


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    answer = materiel("claims", "--release", tmp_path)
    assert answer.code == 2
    assert "is not a release: it holds no claims.parquet" in answer.err


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "claims.parquet").write_bytes(b"not parquet at all")
    answer = materiel("claims", "--release", tmp_path)
    assert answer.code == 2
    assert "claims.parquet cannot be read as Parquet" in answer.err


def _events(output: Path, *arguments: str) -> list[str]:
    answer = materiel("events", "--output", output, "--format", "json", *arguments)
    assert answer.code == 0, answer.err
    return [row["event_id"] for row in json.loads(answer.out)]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], ["e1", "e2"]),
        (["--status", "contested"], ["e1"]),
        (["--supplier", "North Korea"], ["e2"]),
        (["--since", "2024-09-04", "--until", "2024-09-04"], ["e1", "e2"]),
        (["--since", "2024-09-06"], []),
        (["--until", "2024-09-02"], []),
        (["--stage", "pledged"], []),
    ],
)
def test_events_are_chosen_by_status_side_and_the_days_of_their_reports(
    output: Path, arguments: list[str], ids: list[str]
) -> None:
    assert _events(output, *arguments) == ids


def test_the_table_of_events_says_who_affirms_and_who_denies(output: Path) -> None:
    answer = materiel("events", "--output", output)
    contested = next(line for line in answer.lines if line.startswith("e1"))
    assert contested.split()[5:] == ["delivered", "contested", "USA", "IRN", "2", "1"]
    assert "3,000,000" in answer.out
