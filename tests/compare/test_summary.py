"""The summary counts everything, lists the weightiest first, and copes with releases of another shape."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from flows.compare.releases import Comparison, compare_releases
from flows.compare.rows import ReleaseUnreadableError
from flows.compare.summary import summary
from tests.compare.releases import BEFORE, PLEDGED, published_release


def test_versions_of_both_releases_are_told(comparison: Comparison, folders: tuple[Path, Path]) -> None:
    told = summary(comparison)
    assert (told["previous_version"], told["version"]) == (folders[0].name, folders[1].name)
    assert (told["previous_extractor_version"], told["extractor_version"]) == ("test-1", "test-2")
    assert told["schema_changes"] == []


def test_claims_are_counted_by_dyad_and_type(comparison: Comparison) -> None:
    claims = summary(comparison)["claims"]
    assert claims["n_dyads"] == 3
    assert claims["by_dyad"] == [
        {"supplier_id": s, "recipient_id": r, "support_type": t, "n_added": a, "n_removed": m, "n_changed": c}
        for s, r, t, a, m, c in (
            ("FRA", "IRQ", "aircraft", 0, 1, 0),
            ("IRN", "RUS", "missiles", 1, 0, 0),
            ("NOR", "UKR", "armour", 0, 0, 1),
        )
    ]


def test_claims_of_which_only_the_origin_differs_are_counted_apart(comparison: Comparison) -> None:
    assert summary(comparison)["claims"]["n_origin_alone"] == 1


def test_lists_are_cut_and_counts_are_not(comparison: Comparison) -> None:
    claims = summary(comparison, limit=1)["claims"]
    assert (len(claims["by_dyad"]), claims["n_dyads"]) == (1, 3)
    assert len(summary(comparison, limit=0)["claims"]["by_dyad"]) == 3


def test_events_are_counted_by_what_became_of_them(comparison: Comparison) -> None:
    relations = summary(comparison)["events"]["relations"]
    assert {name: n for name, n in relations.items() if n} == {"same": 2, "renamed": 1, "gone": 1}


def test_a_newly_contested_event_is_listed_with_what_it_was(comparison: Comparison) -> None:
    events = summary(comparison)["events"]
    assert events["n_newly_contested"] == 1
    (event,) = events["newly_contested"]
    assert (event["event_id"], event["status"], event["statuses_before"]) == ("e1", "contested", ["affirmed"])


def test_the_status_of_a_renamed_event_is_held_against_the_one_it_had(comparison: Comparison) -> None:
    events = summary(comparison)["events"]
    assert [(row["event_id"], row["previous_event_ids"]) for row in events["status_changes"]] == [
        ("e1", ["e1"]),
        ("e22", ["e2"]),
    ]
    assert events["status_changes_by_kind"] == [
        {"before": "affirmed", "after": "contested", "n": 1},
        {"before": "planned", "after": "affirmed", "n": 1},
    ]


def test_an_event_that_stays_contested_is_not_new(folders: tuple[Path, Path]) -> None:
    events = summary(compare_releases(folders[1], folders[1]))["events"]
    assert (events["n_newly_contested"], events["n_status_changes"]) == (0, 0)


def test_a_merged_event_has_changed_only_if_none_of_its_origins_had_its_status(tmp_path: Path) -> None:
    """A planned and an affirmed event that become one affirmed event are no change of status."""
    claims = BEFORE["claims"]
    merged = [claim | {"event_id": "e1"} for claim in claims]
    events = [event for event in BEFORE["events"] if event["event_id"] in ("e1", "e4")]
    output = tmp_path / "output"
    before = published_release(tmp_path / "a", output, BEFORE)
    after = published_release(tmp_path / "b", output, BEFORE | {"claims": merged, "events": events})
    told = summary(compare_releases(before, after))["events"]
    assert told["relations"]["merged"] == 3
    assert told["n_status_changes"] == 0


def test_new_rejects_are_listed_by_reason(comparison: Comparison) -> None:
    rejects = summary(comparison)["rejects"]
    assert (rejects["n_new"], rejects["n_gone"]) == (1, 1)
    assert rejects["by_reason"] == [{"reason": "malformed_record", "n": 1}]
    assert rejects["new"] == [
        {"corpus": "wire|2.jsonl", "record": 7, "reason": "malformed_record", "detail": "Expecting *value*"}
    ]


def test_the_first_release_is_compared_with_nothing(first: Comparison) -> None:
    told = summary(first)
    assert told["previous_version"] is None
    assert told["tables"]["claims"] == {"n_before": 0, "n_after": 3, "n_added": 3, "n_removed": 0, "n_changed": 0}
    assert not {"claims", "events", "rejects"} & set(told)


def test_it_is_plain_json(comparison: Comparison) -> None:
    assert json.loads(json.dumps(summary(comparison))) == summary(comparison)


@pytest.fixture
def older(folders: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the earlier release, to be given another shape."""
    return Path(shutil.copytree(folders[0], tmp_path / "older"))


def reshape(folder: Path, name: str, **renamed: str) -> None:
    path = folder / f"{name}.parquet"
    frame = pl.read_parquet(path).rename(renamed)
    metadata = {key: told for key, told in pl.read_parquet_metadata(path).items() if key != "ARROW:schema"}
    frame.write_parquet(path, metadata=metadata | {"schema_version": "1.0.0"})


def test_another_schema_version_is_explained(folders: tuple[Path, Path], older: Path) -> None:
    reshape(older, "claims")
    told = summary(compare_releases(older, folders[1]))
    assert {"level": "minor", "what": "table delta added"} in told["schema_changes"]


def test_an_unknown_schema_version_is_not_explained(folders: tuple[Path, Path], older: Path) -> None:
    frame = pl.read_parquet(older / "claims.parquet")
    frame.write_parquet(older / "claims.parquet", metadata={"schema_version": "0.1.0"})
    assert summary(compare_releases(older, folders[1]))["schema_changes"] is None


def test_a_release_with_another_key_is_counted_and_not_compared(folders: tuple[Path, Path], older: Path) -> None:
    reshape(older, "claims", claim_id="id")
    reshape(older, "events", event_id="id", status="state")
    compared = compare_releases(older, folders[1])
    assert summary(compared)["tables"]["claims"] == {
        "n_before": 3,
        "n_after": 3,
        "note": "the primary key is another one: not compared",
    }
    assert set(compared.delta["change"]) == {"added"}
    assert dict(compared.event_mapping["relation"].value_counts().iter_rows()) == {"new": 2, "same": 1}


def test_a_column_of_another_name_or_type_is_told(folders: tuple[Path, Path], older: Path) -> None:
    reshape(older, "claims", rule="read_by")
    frame = pl.read_parquet(older / "claims.parquet").with_columns(pl.col("confidence").cast(pl.Float64))
    frame.write_parquet(older / "claims.parquet")
    told = summary(compare_releases(older, folders[1]))["tables"]["claims"]
    assert (told["columns_added"], told["columns_removed"]) == (["rule"], ["read_by"])
    assert told["n_changed_by_column"]["confidence"] == 2
    assert "rule" not in told["n_changed_by_column"]


def test_a_table_that_the_earlier_release_has_not_is_all_added(folders: tuple[Path, Path], older: Path) -> None:
    (older / "rejects.parquet").unlink()
    assert summary(compare_releases(older, folders[1]))["tables"]["rejects"]["n_added"] == 1


@pytest.mark.parametrize("name", ["claims", "articles"])
def test_a_damaged_table_is_named(folders: tuple[Path, Path], older: Path, name: str) -> None:
    (older / f"{name}.parquet").write_bytes(b"PAR1")
    with pytest.raises(ReleaseUnreadableError, match=rf"{name}\.parquet cannot be read as Parquet"):
        compare_releases(older, folders[1])


def test_a_value_that_is_null_on_one_side_differs(folders: tuple[Path, Path], older: Path) -> None:
    frame = pl.read_parquet(older / "claims.parquet").with_columns(pl.lit("tanks").alias("item_text"))
    frame.write_parquet(older / "claims.parquet")
    assert compare_releases(older, folders[1]).tables["claims"].n_changed_by_column()["item_text"] == 2
    assert PLEDGED["item_text"] is None
