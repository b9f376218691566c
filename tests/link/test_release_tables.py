"""The tables of a release from the files of the stages before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.link.flow import link_files, link_tables
from schemas.arrow import arrow_schema
from schemas.tables import RELEASE_TABLES
from tests.link.corpus import LEXICONS, StagePaths, article_id, claims, write_stages


def linked(stages: StagePaths, folder: Path) -> dict[str, pl.DataFrame]:
    paths = link_files(*vars(stages).values(), folder, LEXICONS)
    return {name: pl.read_parquet(path) for name, path in paths.paths().items()}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("link")
    return linked(write_stages(folder / "stages"), folder / "linked")


def event(tables: dict[str, pl.DataFrame], supplier: str, recipient: str) -> dict[str, Any]:
    rows = tables["events"].filter(supplier_id=supplier, recipient_id=recipient).to_dicts()
    assert len(rows) == 1, rows
    return rows[0]


def test_every_table_has_its_declared_schema(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    paths = link_tables.fn(*vars(write_stages(tmp_path / "s")).values(), tmp_path / "linked", LEXICONS).paths()
    assert tuple(paths) == RELEASE_TABLES
    for name, path in paths.items():
        assert pq.read_schema(path).equals(arrow_schema(name)), name
        assert pl.read_parquet(path).equals(tables[name])


class TestEvents:
    def test_accusation_and_denial_are_one_contested_event(self, tables: dict[str, pl.DataFrame]) -> None:
        found = event(tables, "IRN", "RUS")
        assert found["status"] == "contested"
        assert found["affirmed_by"] == ["USA"]
        assert found["denied_by"] == ["IRN"]
        assert found["system_id"] == "Fath-360"
        assert (found["quantity_low"], found["quantity_high"], found["quantity_unit"]) == (24.0, None, "units")

    def test_a_syndicated_copy_counts_once_as_a_story(self, tables: dict[str, pl.DataFrame]) -> None:
        found = event(tables, "IRN", "RUS")
        assert {name: found[name] for name in ("n_claims", "n_articles", "n_stories", "n_publishers")} == {
            "n_claims": 3,
            "n_articles": 2,
            "n_stories": 1,
            "n_publishers": 2,
        }

    def test_a_pledge_after_a_request_is_planned(self, tables: dict[str, pl.DataFrame]) -> None:
        found = event(tables, "DEU", "UKR")
        assert (found["status"], found["latest_stage"], found["n_claims"]) == ("planned", "pledged", 2)

    def test_an_undated_article_has_an_event_without_dates(self, tables: dict[str, pl.DataFrame]) -> None:
        found = event(tables, "PRK", "RUS")
        assert found["first_reported_at"] is None
        assert found["status"] == "suspected"
        assert found["n_publishers"] == 1

    def test_every_claim_has_its_event(self, tables: dict[str, pl.DataFrame]) -> None:
        both = pl.concat([tables["claims"], tables["claims_nonstate"]])
        assert set(both["event_id"]) == set(tables["events"]["event_id"])


def test_claims_with_a_party_or_an_unknown_side_are_kept_apart(tables: dict[str, pl.DataFrame]) -> None:
    sides = tables["claims_nonstate"].select("supplier_id", "recipient_id").rows()
    assert sorted(sides) == [("IRN", "NSA:Hezbollah"), ("UNK", "FRA")]
    assert tables["claims"].height == 6


def test_articles_are_the_denominator(tables: dict[str, pl.DataFrame]) -> None:
    rows = {row["article_id"]: row for row in tables["articles"].to_dicts()}
    outcomes = {name: rows[article_id(name)]["outcome"] for name in ("accusation", "quiet", "weather")}
    assert outcomes == {"accusation": "claims", "quiet": "no_claims", "weather": "screened_out"}
    assert rows[article_id("tanks")]["n_claims"] == 2  # one of them in claims_nonstate
    assert "text" not in tables["articles"].columns


def test_actors_are_those_named_and_the_special_claimants(tables: dict[str, pl.DataFrame]) -> None:
    ids = set(tables["actors"]["actor_id"])
    assert {"AUTHOR", "MEDIA", "ANALYST", "UNK"} <= ids
    assert {"FRA", "NSA:Hezbollah"} <= ids  # an intermediary, a party
    assert not {"NSA:Wagner", "LBN", "NATO"} & ids


def test_a_party_that_no_lexicon_knows_is_an_actor_too(tmp_path: Path) -> None:
    found = claims()
    found[5]["recipient_id"] = "NSA:Cedar Brigade"
    actors = linked(write_stages(tmp_path, found), tmp_path / "linked")["actors"]
    assert actors.filter(actor_id="NSA:Cedar Brigade").select("name", "kind").row(0) == ("Cedar Brigade", "nonstate")


def test_dyads_count_claims_between_states_by_month_of_publication(tables: dict[str, pl.DataFrame]) -> None:
    dyads = tables["dyads_monthly"]
    september = dyads.filter(supplier_id="IRN", factuality="affirmed").to_dicts()
    assert len(september) == 1
    assert str(september[0]["month_date"]) == "2024-09-01"
    assert (september[0]["n_claims"], september[0]["n_articles"], september[0]["n_stories"]) == (2, 2, 1)
    assert "PRK" not in set(dyads["supplier_id"])  # its article has no date
    assert "NSA:Hezbollah" not in set(dyads["recipient_id"])


def test_the_order_of_the_claims_changes_nothing(tables: dict[str, pl.DataFrame], tmp_path: Path) -> None:
    again = linked(write_stages(tmp_path, claims()[::-1]), tmp_path / "linked")
    for name, frame in tables.items():
        assert again[name].equals(frame), name


def test_an_empty_corpus_of_claims_gives_empty_tables(tmp_path: Path) -> None:
    empty = linked(write_stages(tmp_path, []), tmp_path / "linked")
    assert {
        name: empty[name].height for name in ("claims", "claims_nonstate", "events", "dyads_monthly")
    } == dict.fromkeys(("claims", "claims_nonstate", "events", "dyads_monthly"), 0)
    assert empty["articles"].height == 6


class TestWhatDoesNotFit:
    def test_a_repeated_claim_id_is_refused(self, tmp_path: Path) -> None:
        found = [*claims(), claims()[0]]
        with pytest.raises(ValueError, match="occurs more than once"):
            linked(write_stages(tmp_path, found), tmp_path / "linked")

    def test_a_claim_of_an_unknown_article_is_refused(self, tmp_path: Path) -> None:
        found = claims()
        found[0]["article_id"] = "a_elsewhere"
        with pytest.raises(ValueError, match="were not ingested"):
            linked(write_stages(tmp_path, found), tmp_path / "linked")

    def test_claims_lost_after_reading_are_noticed(self, tmp_path: Path) -> None:
        stages, fewer = write_stages(tmp_path / "all"), write_stages(tmp_path / "fewer", claims()[:-1])
        mixed = StagePaths(stages.articles, fewer.claims, stages.readings, stages.rejects, stages.corpus_files)
        with pytest.raises(ValueError, match="readings and claims disagree"):
            linked(mixed, tmp_path / "linked")

    def test_a_lexicon_without_a_column_is_named(self, tmp_path: Path) -> None:
        for path in LEXICONS.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        (tmp_path / "systems.csv").write_text("system_id,name\nFath-360,Fath\n", encoding="utf-8")
        stages = write_stages(tmp_path / "s")
        with pytest.raises(ValueError, match=r"systems\.csv: lacks column maker_id"):
            link_files(*vars(stages).values(), tmp_path / "linked", tmp_path)
