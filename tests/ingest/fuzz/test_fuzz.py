"""A short campaign over the shipped corpus in every run of the suite, and the proof that its checks can fail."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.ingest import file_reading
from flows.ingest.record import Failure, Record
from schemas.tables import vocabulary
from tests.ingest.fuzz import campaign, trial
from tests.ingest.fuzz.__main__ import table
from tests.ingest.fuzz.campaign import Pool, Tally, pool_of, run, trials
from tests.ingest.fuzz.seeds import ENDING, Seed, seeds
from tests.ingest.fuzz.trial import Input, Outcome, damaged, tried

SEED, N_INPUTS = 20231107, 300


@pytest.fixture(scope="module")
def pool() -> Pool:
    return pool_of(None)


def test_there_are_good_files_of_every_format(pool: Pool) -> None:
    assert {seed.format for seed in pool} == set(ENDING) == set(vocabulary("format")) - {"unknown"}
    with_offsets = {seed.format for seed, good in pool.items() if good}
    assert with_offsets == {"jsonl", "json", "csv", "warc"}, "where damage is held against what stands before it"


def test_no_damaged_input_crashes_hangs_or_loses_a_record(pool: Pool, tmp_path: Path) -> None:
    tally = Tally(SEED)
    for told in trials(pool, SEED, range(N_INPUTS), tmp_path):
        tally.add(*told)
    assert not tally.findings, table(tally)
    assert tally.n_inputs == N_INPUTS and tally.n_articles > 100
    assert set(tally.reasons) >= {"malformed_record", "truncated", "undecodable_text", "unreadable_file", "no_text"}


def test_an_input_is_the_same_in_every_run(pool: Pool) -> None:
    good = list(pool)
    assert [damaged(good, 5, n) for n in range(40)] == [damaged(good, 5, n) for n in range(40)]
    assert len({damaged(good, 5, n).data for n in range(40)}) > 35


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_good_file_with_any_slice_replaced_is_accounted_for(pool: Pool, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(sorted(pool, key=lambda one: (one.format, one.data))))
    start = data.draw(st.integers(0, len(seed.data)))
    end = data.draw(st.integers(start, min(len(seed.data), start + 200)))
    filling = data.draw(st.one_of(st.binary(max_size=60), st.text(max_size=30).map(lambda text: text.encode())))
    one = Input(seed, f"input{seed.ending}", seed.data[:start] + filling + seed.data[end:], start)
    with tempfile.TemporaryDirectory() as folder:
        (outcome,) = tried([one], Path(folder) / "in", pool)
    assert not outcome.findings


# The checks can fail


def outcome_of(pool: Pool, folder: Path) -> Outcome:
    """What comes of a sound JSON Lines file to which a line was added."""
    seed = next(one for one in pool if one.format == "jsonl")
    return tried([Input(seed, "a.jsonl", seed.data + b"x\n", len(seed.data))], folder, pool)[0]


def test_a_sound_reading_has_no_finding(pool: Pool, tmp_path: Path) -> None:
    assert outcome_of(pool, tmp_path / "in").findings == ()


def test_a_lost_record_is_a_finding(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = file_reading.records

    def without_first(*given: Any) -> Iterator[Any]:
        yield from list(good(*given))[1:]

    monkeypatch.setattr(file_reading, "records", without_first)
    found = outcome_of(pool, tmp_path / "in").findings
    assert any(finding.startswith("lost: record 0") for finding in found)
    assert any("lines that are not blank" in finding for finding in found)


@pytest.mark.parametrize(
    ("failure", "finding"),
    [
        (Failure(0, 0, "odd", "because"), "reason: odd"),
        (Failure(0, 0, "no_text", None), "reason: no_text without detail"),
    ],
)
def test_an_unclear_reject_is_a_finding(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Failure, finding: str
) -> None:
    monkeypatch.setattr(file_reading, "reader_of", lambda *_: lambda _: iter([failure]))
    assert finding in outcome_of(pool, tmp_path / "in").findings


def test_two_rejects_of_one_place_are_a_finding(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [Failure(0, 0, "no_text", "a"), Failure(0, 0, "no_text", "b")]
    monkeypatch.setattr(file_reading, "reader_of", lambda *_: lambda _: iter(twice))
    assert "account: two rejects share an id" in outcome_of(pool, tmp_path / "in").findings


def test_an_exception_that_the_reader_did_not_expect_is_a_finding(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raises(_: Any) -> Iterator[Record]:
        raise KeyError("text")

    monkeypatch.setattr(file_reading, "reader_of", lambda *_: raises)
    assert any(finding.startswith("undeclared: KeyError") for finding in outcome_of(pool, tmp_path / "in").findings)


class PanicError(BaseException):
    """As the cores of some libraries raise."""


def test_a_crash_a_hang_and_a_hoard_are_findings(pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashes(*_: Any) -> None:
        (tmp_path / "crash" / "read").mkdir()
        raise PanicError("index out of bounds")

    def hangs(*_: Any) -> None:
        (tmp_path / "hang" / "read").mkdir()
        while True:
            pass

    def hoards(files: Any, folder: Path, columns: Any) -> None:
        with mmap.mmap(-1, 32 << 20) as fresh:  # not from what the allocator has kept
            fresh.write(b"x" * len(fresh))
        file_reading.read_shard(files, folder, columns)

    monkeypatch.setattr(trial, "read_shard", crashes)
    assert outcome_of(pool, tmp_path / "crash").findings == ("crash: PanicError: index out of bounds",)
    monkeypatch.setattr(trial, "SECONDS", 0.2)
    monkeypatch.setattr(trial, "read_shard", hangs)
    assert outcome_of(pool, tmp_path / "hang").findings == ("hang: more than 0.2 s",)
    monkeypatch.setattr(trial, "SECONDS", 20.0)
    monkeypatch.setattr(trial, "MOST_MEGABYTES", 24)
    monkeypatch.setattr(trial, "read_shard", hoards)
    assert any(finding.startswith("memory: ") for finding in outcome_of(pool, tmp_path / "hoard").findings)


# A campaign of several calls


def few(corpora: Path | None = None) -> list[Seed]:
    return [one for one in seeds(corpora) if one.format in ("text", "jsonl")][:6]


def test_a_campaign_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign, "seeds", few)
    monkeypatch.setattr(campaign, "remember", lambda: None)
    first = run(tmp_path / "state.json", None, 3, 30, 600)
    second = run(tmp_path / "state.json", None, 3, 60, 600)
    whole = run(tmp_path / "whole.json", None, 3, 60, 600)
    assert (first.n_inputs, second.n_inputs) == (30, 60)
    assert (second.n_records, second.reasons, second.findings) == (whole.n_records, whole.reasons, whole.findings)
    with pytest.raises(ValueError, match="holds a campaign of seed 3; name another file"):
        run(tmp_path / "state.json", None, 4, 60, 600)


def test_an_input_that_ends_its_process_is_a_finding_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = campaign.trials

    def dies(*given: Any) -> Iterator[Any]:
        for told in sound(*given):
            if told[0] == 7:
                os._exit(11)
            yield told

    monkeypatch.setattr(campaign, "seeds", few)
    monkeypatch.setattr(campaign, "remember", lambda: None)
    monkeypatch.setattr(campaign, "trials", dies)
    tally = run(tmp_path / "state.json", None, 3, 12, 600)
    assert tally.findings == [(7, "death: the reading process ended with 11")]
    assert (tally.n_inputs, tally.n_findings, tally.n_restarts) == (12, 1, 1)
