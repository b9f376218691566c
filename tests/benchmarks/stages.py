"""Where the reader's time goes: CPU seconds of every step of reading an article, counted without the steps within.

usage: python -m tests.benchmarks.stages --corpus news.jsonl.gz [--articles N]
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from threadpoolctl import threadpool_limits

from flows.extract import context, decide, engine, network, prepared, reading
from tests.benchmarks.corpus import machine
from tests.benchmarks.sample import articles_of, sample_options, write_sample
from tests.benchmarks.scratch import scratch_folder

STEPS: tuple[tuple[str, Any, str], ...] = (
    ("sentences", context, "split_sentences"),
    ("actors", context, "find_mentions"),
    ("items", context, "find_items"),
    ("screen by words", reading, "anchors"),
    ("screen by words", reading, "candidates"),
    ("windows", reading, "sentence_window"),
    ("screening network, other", network.ScreenNetwork, "__call__"),
    ("reader network, other", network.ReaderNetwork, "__call__"),
    ("heads", network, "head_scores"),
    ("speeches", reading, "read_speeches"),
    ("frames", reading, "read_frames"),
    ("decision", decide, "decide"),
    ("decision", engine, "decide"),
    ("rows", engine, "rows"),
)
"""Name of the step, and the function that is timed for it where it is called."""


@dataclass
class StageClock:
    """CPU seconds and calls by step. A step that calls another is not charged for it."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _open: list[float] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Charges what runs inside to the step."""
        self._open.append(0.0)
        began = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - began
            self.seconds[name] += spent - self._open.pop()
            self.calls[name] += 1
            if self._open:
                self._open[-1] += spent

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, charged to the step."""

        def called(*given: Any, **named: Any) -> Any:
            with self.step(name):
                return function(*given, **named)

        return called


@contextmanager
def clocked(clock: StageClock) -> Iterator[None]:
    """Times the steps of reading while it lasts."""
    changed = [(place, name, getattr(place, name)) for _, place, name in STEPS]
    changed += [(reading, "pipeline", reading.pipeline), (prepared.Stack, "__call__", prepared.Stack.__call__)]
    try:
        for step, place, name in STEPS:
            setattr(place, name, clock.timed(step, getattr(place, name)))
        reading.pipeline = lambda model: _EagerPipeline(clock, changed[-2][2](model))  # type: ignore[assignment]
        prepared.Stack.__call__ = _stack(clock, changed[-1][2])  # type: ignore[method-assign]
        yield
    finally:
        for place, name, function in changed:
            setattr(place, name, function)


class _EagerPipeline:
    """A pipeline that parses when asked, so that its work is charged to it and not to what reads its results."""

    def __init__(self, clock: StageClock, pipeline: Any) -> None:
        self.clock, self.pipeline = clock, pipeline

    def pipe(self, texts: Iterable[str], **options: Any) -> list[Any]:
        with self.clock.step("parse"):
            return list(self.pipeline.pipe(texts, **options))


def _stack(clock: StageClock, run: Callable[..., Any]) -> Callable[..., Any]:
    """Stacks of layers by what they are to the reader."""
    known: dict[int, str] = {}

    def named(stack: Any) -> str:
        if not known:
            ready = network.reader_network().prepared
            known[id(ready.lower)] = "reader network, lower layers"
            known.update({id(upper): f"reader network, upper layers {k + 1}" for k, upper in enumerate(ready.uppers)})
            known[id(network.screen_network().stack)] = "screening network, layers"
        return known[id(stack)]

    def called(stack: Any, *given: Any) -> Any:
        with clock.step(named(stack)):
            return run(stack, *given)

    return called


def main() -> None:
    """Prints CPU milliseconds an article by step, and what share of articles and sentences comes how far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sample_options(parser, 400)
    given = parser.parse_args()
    print(machine())
    clock = StageClock()
    with scratch_folder() as folder, threadpool_limits(limits=1):
        path = write_sample(given.corpus, given.articles, given.seed, folder)
        with clock.step("ingest"):
            articles = articles_of(path)
        reader = engine.Reader()
        network.screen_network(), network.reader_network()
        with clocked(clock):
            readings = [reader.read(article) for article in articles]
    report(clock, readings)


def report(clock: StageClock, readings: list[engine.Reading]) -> None:
    """Prints how far articles and sentences came, and the steps, the most expensive first."""
    n_articles, total = len(readings), sum(clock.seconds.values())
    n_sentences = sum(one.n_sentences for one in readings)
    n_candidates = sum(one.n_candidate_sentences for one in readings)
    n_whole = sum(one.n_candidate_sentences > 0 for one in readings)
    n_claims = sum(len(one.claims) for one in readings)
    print(f"{n_articles} articles, {n_whole} of them read whole ({n_whole / n_articles:.1%}), {n_claims} claims;")
    print(f"{n_sentences} sentences, {n_candidates} of them candidates ({n_candidates / n_sentences:.1%})")
    for name, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        calls = clock.calls[name]
        share = f"{1000 * seconds / n_articles:8.2f} ms an article  {seconds / total:6.1%}"
        print(f"{name:32} {share}  {calls:7} times {1000 * seconds / calls:7.2f} ms")
    print(f"{'all':32} {1000 * total / n_articles:8.2f} ms an article")


if __name__ == "__main__":
    main()
