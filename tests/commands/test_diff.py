"""`materiel diff` compares any two releases of an output folder, named as people name them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.commands.calling import Answer, materiel
from tests.compare.releases import two_releases


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return two_releases(tmp_path_factory.mktemp("diff"))


@pytest.fixture(scope="module")
def published(folders: tuple[Path, Path]) -> Path:
    """The output folder of both."""
    return folders[0].parents[1]


def diff(output: Path, *arguments: str | Path) -> Answer:
    return materiel("diff", *arguments, "--output", output)


def test_without_names_the_latest_release_is_compared_with_the_one_before(published: Path) -> None:
    answer = diff(published)
    assert answer.code == 0
    assert answer.lines[0] == "VERSIONS"
    assert "EVENTS OF ANOTHER STATUS" in answer.lines
    assert any("e22" in line and "planned → affirmed" in line for line in answer.lines)
    assert answer.out == diff(published, "previous", "latest").out


def test_json_is_what_the_release_says_of_its_changes(folders: tuple[Path, Path], published: Path) -> None:
    told = json.loads(diff(published, "--format", "json").out)
    assert told == json.loads((folders[1] / "changes.json").read_text(encoding="utf-8"))


def test_markdown_is_the_page_of_the_release_under_another_title(folders: tuple[Path, Path], published: Path) -> None:
    title, _, rest = diff(published, "--format", "markdown").out.partition("\n")
    assert title == f"# Changes from release {folders[0].name} to {folders[1].name}"
    assert rest == (folders[1] / "changes.md").read_text(encoding="utf-8").partition("\n")[2]


def test_releases_are_named_by_their_versions_or_the_start_of_them(folders: tuple[Path, Path], published: Path) -> None:
    first, second = (folder.name for folder in folders)
    for a, b in ((first, second), (first[:13], second[:13])):
        assert diff(published, a, b).out == diff(published).out


def test_the_other_way_round_added_is_removed(folders: tuple[Path, Path], published: Path) -> None:
    told = json.loads(diff(published, folders[1].name, folders[0].name, "--format", "json").out)
    assert told["tables"]["claims"]["added_keys"] == ["c4"]
    assert told["tables"]["claims"]["removed_keys"] == ["c1"]
    assert told["events"]["relations"]["new"] == 1


def test_the_rows_of_a_table_are_listed_with_values_before_and_after(published: Path) -> None:
    lines = [" ".join(line.split()) for line in diff(published, "--table", "claims").lines]
    assert "1 added, 1 removed, 2 changed." in lines
    assert "added c1 IRN, RUS, missiles, delivered, denied, AUTHOR, Iran denied it." in lines
    assert "changed c3 source_chain: AUTHOR → NOR; confidence: 0.9 → 0.25; event_id: e2 → e22" in lines


def test_rows_as_json_hold_key_values_and_columns(published: Path) -> None:
    rows = json.loads(diff(published, "--table", "claims", "--format", "json").out)
    assert [(row["change"], row["key"]["claim_id"]) for row in rows] == [
        ("added", "c1"),
        ("removed", "c4"),
        ("changed", "c2"),
        ("changed", "c3"),
    ]
    assert rows[3]["columns"][1] == {"column": "confidence", "before": 0.9, "after": 0.25}
    assert rows[1]["values"]["supplier_id"] == "FRA"


@pytest.mark.parametrize("name", ["delta", "event_mapping"])
def test_the_tables_about_changes_are_listed_for_any_two_releases(
    folders: tuple[Path, Path], published: Path, name: str
) -> None:
    rows = json.loads(diff(published, "--table", name, "--format", "json").out)
    in_release = pl.read_parquet(folders[1] / f"{name}.parquet").to_dicts()
    assert rows == [row for row in in_release if row.get("relation") != "same"]


@pytest.mark.parametrize("name", ["articles", "rejects", "corpus_files", "events", "dyads_monthly"])
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_every_table_can_be_listed_in_every_format(published: Path, name: str, form: str) -> None:
    assert diff(published, "--table", name, "--format", form).code == 0


def test_a_limit_cuts_each_list_and_says_so(published: Path) -> None:
    lines = diff(published, "--table", "claims", "--limit", "1").lines
    assert "The first 3 of 4 rows are shown." in lines
    everything = diff(published, "--table", "claims", "--limit", "0").lines
    assert len(everything) == len(lines)  # one row more, one sentence less


def test_a_release_that_is_not_there_is_named_with_those_that_are(folders: tuple[Path, Path], published: Path) -> None:
    answer = diff(published, "2019", "latest")
    assert answer.code == 2
    assert "holds no release 2019; it holds " in answer.err
    assert all(folder.name in answer.err for folder in folders)


def test_a_start_that_fits_several_releases_is_refused(published: Path) -> None:
    answer = diff(published, "2026.11", "latest")
    assert answer.code == 2
    assert "'2026.11' fits 2026.11.23-" in answer.err
    assert "write more of the version" in answer.err


def test_the_first_release_has_none_before_it(folders: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "output"
    (output / "releases").mkdir(parents=True)
    (output / "releases" / folders[0].name).symlink_to(folders[0], target_is_directory=True)
    (output / "latest.json").write_text(json.dumps({"version": folders[0].name}), encoding="utf-8")
    answer = diff(output)
    assert answer.code == 2
    assert "is the first release: there is none before it" in answer.err


def test_an_empty_output_folder_has_nothing_to_compare(tmp_path: Path) -> None:
    answer = diff(tmp_path)
    assert answer.code == 2
    assert "holds no release; publish one with" in answer.err


def test_an_unknown_table_is_refused_with_the_known_ones(published: Path) -> None:
    answer = diff(published, "--table", "weapons")
    assert answer.code == 2
    assert "no table 'weapons'; use one of claims, claims_nonstate" in answer.err


def test_a_release_compared_with_itself_says_so(published: Path) -> None:
    answer = diff(published, "latest", "latest", "--table", "claims")
    assert (answer.code, "No row of claims differs." in answer.lines) == (0, True)
    assert "nothing can differ" in answer.err


def test_a_damaged_release_is_named(folders: tuple[Path, Path], tmp_path: Path) -> None:
    for number, folder in enumerate(folders):
        copy = tmp_path / "releases" / f"2026.11.2{number}-00000000"
        copy.mkdir(parents=True)
        for path in folder.glob("*.parquet"):
            (copy / path.name).write_bytes(path.read_bytes())
    (copy / "events.parquet").write_bytes(b"PAR1")
    answer = diff(tmp_path, "2026.11.20", "2026.11.21")
    assert answer.code == 2
    assert "events.parquet cannot be read as Parquet" in answer.err
    columns = pl.read_parquet(folders[1] / "events.parquet").rename({"status": "state"})
    columns.write_parquet(copy / "events.parquet")
    answer = diff(tmp_path, "2026.11.20", "2026.11.21")
    assert answer.code == 2
    assert "has not the columns of schema version" in answer.err
