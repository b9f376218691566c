"""The log of a run: a line when a stage begins and ends, progress now and then, and nothing twice."""

from __future__ import annotations

from flows.narration import SECONDS_BETWEEN_LINES, Narrator, flow_voice, sentence
from flows.progress import Step, listening, report


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_stage_is_told_of_when_it_begins_and_when_it_ends() -> None:
    said: list[str] = []
    clock = Clock()
    narrator = Narrator(said.append, clock)
    narrator(Step("run", 1, 6, "extract"))
    clock.now = 12.34
    narrator(Step("run", 2, 6, "extract"))
    narrator(Step("run", 2, 6, "link"))
    narrator(Step("run", 6, 6, "published"))
    assert said == ["extract: begins, stage 2 of 6", "extract: took 12.3 s", "link: begins, stage 3 of 6"]


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    said: list[str] = []
    clock = Clock()
    narrator = Narrator(said.append, clock)
    for done in range(1, 101):
        clock.now += SECONDS_BETWEEN_LINES / 40
        narrator(Step("extract", done, 100, "shards"))
    assert said == [
        "extract: 40 of 100 (40%), shards",
        "extract: 80 of 100 (80%), shards",
        "extract: 100 of 100 (100%), shards",
    ]


def test_a_step_is_a_sentence() -> None:
    assert sentence(Step("extract", 1200, 24060, "4 of 80 shards")) == "extract: 1,200 of 24,060 (4%), 4 of 80 shards"
    assert sentence(Step("ingest", 7, None)) == "ingest: 7"


def test_log_and_progress_bar_both_hear_what_is_reported() -> None:
    first: list[Step] = []
    second: list[Step] = []
    with listening(first.append):
        with listening(second.append):
            report("link", 1, 2)
        report("link", 2, 2)
    assert [step.done for step in first] == [1, 2]
    assert [step.done for step in second] == [1]


def test_outside_of_a_flow_run_nothing_is_said() -> None:
    flow_voice()("nobody hears this")
