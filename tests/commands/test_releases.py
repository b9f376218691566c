"""`materiel releases` lists what was published, what is the latest, and what failed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.commands.calling import materiel


def test_releases_and_failures_are_listed_with_status_rows_and_reason(output: Path) -> None:
    answer = materiel("releases", "--output", output)
    header, old, latest, failed = (" ".join(line.split()) for line in answer.lines)
    assert header == "version status created claims claims_nonstate events articles rejects reason"
    assert old == "2024.09.01-aaaaaaaa published 2024-09-01T06:00:00+00:00 0 - - 1 -"
    assert latest == "2024.09.08-bbbbbbbb latest 2024-09-08T06:00:00+00:00 5 1 2 2 -"
    assert failed.startswith(
        "2024.09.09-cccccccc failed 2024-09-09T06:00:00+00:00 - - - - - validate: claims: supplier"
    )


def test_the_list_as_json_names_the_folders(output: Path) -> None:
    records = json.loads(materiel("releases", "--output", output, "--format", "json").out)
    assert [record["status"] for record in records] == ["published", "latest", "failed"]
    assert Path(records[2]["folder"]) == output / "failures" / "2024.09.09-cccccccc"
    assert records[1]["n_rows"]["claims"] == 5
    assert "reason" not in records[1]


def test_folders_still_being_written_are_not_listed(tmp_path: Path) -> None:
    (tmp_path / "failures" / ".2024.09.09-cccccccc.17.partial").mkdir(parents=True)
    answer = materiel("releases", "--output", tmp_path)
    assert (answer.code, answer.out) == (0, "")
    assert "holds no release; publish one with" in answer.err


def test_a_folder_without_its_record_is_listed_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "failures" / "2024.09.09-cccccccc").mkdir(parents=True)
    answer = materiel("releases", "--output", tmp_path)
    assert "failed" in answer.out
    assert "failure.json is missing" in answer.err


def test_a_check_passes_a_whole_release_and_names_a_damaged_one(published: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(published.parents[1], tmp_path / "output", symlinks=True))
    whole = materiel("releases", "--output", output, "--check")
    assert (whole.code, whole.err) == (0, "")
    (output / "releases" / published.name / "claims.parquet").write_bytes(b"PAR1")
    damaged = materiel("releases", "--output", output, "--check")
    assert damaged.code == 1
    assert published.name in damaged.out
    assert "claims.parquet is not the file that was published; restore it" in damaged.err
    assert materiel("releases", "--output", output).code == 0
