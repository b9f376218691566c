"""Articles a second, side by side: a whole run, and the two things that a user would do instead.

usage: python -m tests.benchmarks.rates --corpus news.jsonl.gz [--articles N] [--plain-articles N] [--only NAME ...]

All rates are CPU seconds on one core, so that what else the machine does weighs little. The whole run is
`materiel run --workers 1` with the start of Python, Prefect's server and all models; its marginal rate is what one
article more costs: the difference between that run and one over a single article.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import spacy
from threadpoolctl import threadpool_limits

from flows.extract import engine, reading
from flows.extract.context import ArticleContext, Sentence
from flows.extract.engine import Article
from flows.extract.gazetteer import fold, gazetteer, words
from flows.ingest.normalise import normalise
from tests.benchmarks.corpus import lines, machine
from tests.benchmarks.sample import articles_of, sample_options, write_sample
from tests.benchmarks.scratch import scratch_folder

COMMAND = "from flows.cli import main; main()"
NAMES = ("spacy", "plain", "reader", "run", "scan")


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process that the work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def spacy_seconds(articles: list[Article]) -> float:
    """(a) The full pipeline of the model over every article, names and all."""
    pipeline = spacy.load(reading.DEFAULT_MODEL)
    list(pipeline.pipe([articles[0].text]))
    return cpu_seconds(lambda: [len(doc) for doc in pipeline.pipe(article.text for article in articles)])


def reader_seconds(articles: list[Article]) -> float:
    """The reader alone over every article, with everything loaded."""
    reader = engine.Reader()
    with without_screening():
        reader.read(Article("warm", None, "Norway will send eight tanks to Ukraine."))
    return cpu_seconds(lambda: [reader.read(article) for article in articles])


def plain_seconds(articles: list[Article]) -> float:
    """(b) The same extraction, every sentence of every article parsed and read by the large networks."""
    with without_screening():
        return reader_seconds(articles)


@contextmanager
def without_screening() -> Iterator[None]:
    """Takes every sentence for a candidate, and none as ruled out by the small network."""

    def every(context: ArticleContext) -> set[int]:
        return {sentence.index for sentence in context.sentences}

    def all_anchors(context: ArticleContext) -> list[Sentence]:
        return context.sentences

    def read(context: ArticleContext, sentence: Sentence, scorer: reading.Scorer) -> reading.Scores:
        return scorer.read(context, sentence)

    with (
        patch.object(reading, "candidates", every),
        patch.object(reading, "anchors", all_anchors),
        patch.object(reading, "is_confirmed", lambda *_: True),
        patch.object(reading, "scores_of", read),
    ):
        yield


def scan_seconds(path: Path) -> float:
    """The limit: every record read and normalised, its text passed once through the automaton of actors' names."""
    automaton = gazetteer().automaton

    def scan() -> int:
        found = 0
        for line in lines(path):
            text = normalise(json.loads(line)["text"] or "")
            found += sum(1 for _ in automaton.iter(words(fold(text))))
        return found

    return cpu_seconds(scan)


def run_seconds(corpus: Path, output: Path) -> float:
    """A whole run with one worker in a process of its own, its children counted."""
    before = os.times()
    command = [sys.executable, "-c", COMMAND, "run", str(corpus), "--output", str(output), "--workers", "1"]
    # One article may well make no claim, which a run refuses to publish without being told.
    subprocess.run([*command, "--allow-empty"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    """Prints CPU milliseconds an article and how many times the rate of (a) and (b) each is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sample_options(parser, 200)
    parser.add_argument("--plain-articles", type=int, default=8, help="of them for the plain loop, which is slow (8)")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="measure these alone")
    given = parser.parse_args()
    print(machine())
    cost: dict[str, float] = {}
    with scratch_folder() as folder, threadpool_limits(limits=1):
        path = write_sample(given.corpus, given.articles, given.seed, folder)
        articles = articles_of(path)
        n, few = len(articles), articles[:: max(1, len(articles) // given.plain_articles)][: given.plain_articles]
        if "spacy" in given.only:
            cost["(a) full spaCy pipeline"] = spacy_seconds(articles) / n
        if "scan" in given.only:
            cost["limit: read and scan"] = scan_seconds(path) / n
        if "reader" in given.only:
            cost["reader alone, with screening"] = reader_seconds(articles) / n
        if "plain" in given.only:
            cost[f"(b) plain loop, {len(few)} articles"] = plain_seconds(few) / len(few)
        if "run" in given.only:
            (folder / "one").mkdir()
            first = run_seconds(write_sample(given.corpus, 1, given.seed, folder / "one"), folder / "output-one")
            whole = run_seconds(path, folder / "output")
            cost["whole run"] = whole / n
            cost["whole run, marginal"] = (whole - first) / (n - 1)
            print(f"start-up: {first:.1f} CPU s, a run over one article")
    print(f"{n} articles of {sum(len(a.text) for a in articles) / n:,.0f} characters on average")
    base = cost.get("(a) full spaCy pipeline")
    for name, seconds in cost.items():
        times = f"  {base / seconds:8.2f} times (a)'s rate" if base else ""
        print(f"{name:32} {1000 * seconds:9.2f} CPU ms an article{times}")


if __name__ == "__main__":
    main()
