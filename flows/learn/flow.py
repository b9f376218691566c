"""`make train GOLD=FOLDER`: trains what the extractor learns from the coded articles of a folder (see `gold.py`).

Training articles are read by networks that have not seen them before the decision models are fitted on the scores.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.extract.context import read_context
from flows.extract.decide import Models
from flows.extract.network import Scores
from flows.extract.priors import count_priors, save_priors, use_while_learning
from flows.extract.reading import read_sentences
from flows.extract.trees import WEIGHTS
from flows.learn.calibrate import judged, save_curve
from flows.learn.crossfit import (
    FOLDS,
    READER_KIND,
    SCREEN_KIND,
    Key,
    Kind,
    LearnedScores,
    crossfit,
    publish_networks,
)
from flows.learn.decisions import CodedArticle, fit_coding_models, fit_pair_model, pair_rows, save_models
from flows.learn.examples import article_examples
from flows.learn.gold import training_set
from flows.learn.invented import invented_articles
from flows.learn.wording import invented_rows


@flow(name="materiel-train", validate_parameters=False)
def train(gold: Path, cache: Path, weights: Path = WEIGHTS) -> None:
    """Trains networks, decision models and calibration; writes them to `weights`."""
    scores = LearnedScores(train_networks(gold, cache, SCREEN_KIND), train_networks(gold, cache, READER_KIND))
    publish_networks(cache, weights)
    articles = read_coded(gold, scores)
    fit_decisions(articles, weights)


@task(cache_policy=NO_CACHE)
def train_networks(gold: Path, cache: Path, kind: Kind) -> dict[Key, Scores]:
    """One network a fold (screen 20, reader 50 minutes each on one core); what `cache` holds is not trained again."""
    vocabulary = kind.vocabulary()
    coded = [*training_set(gold), *invented_articles()]
    examples = [e for article, claims in coded for e in article_examples(read_context(article), claims, vocabulary)]
    return crossfit(kind, examples, cache)


def read_coded(gold: Path, scores: LearnedScores) -> list[CodedArticle]:
    """The training articles, real and invented, as the extractor reads them, with the given network scores."""
    coded = []
    for is_invented, articles in ((False, training_set(gold)), (True, invented_articles())):
        for article, claims in articles:
            context = read_context(article)
            readings = read_sentences(context, scorer=scores)
            coded.append(CodedArticle.of(context, readings, claims, is_invented))
    return coded


@task(cache_policy=NO_CACHE)
def fit_decisions(articles: list[CodedArticle], weights: Path) -> None:
    """The decision models on all articles, and the calibration by cross-validation."""
    dyads = {a.context.article.article_id: a.dyads() for a in articles if not a.is_invented}
    use_while_learning(dyads)
    data = [rows for rows in map(pair_rows, articles) if rows is not None]
    pair, seen = fit_pair_model(data)
    invented = invented_rows()
    save_models(Models(pair, fit_coding_models(data, seen, invented)), weights)
    save_priors(count_priors(dyads), weights / "priors.csv")
    save_curve(judged(data, invented), weights / "calibration.npz")


def main() -> None:
    """Command line: the folder with the hand-coded articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path, help="folder with train_*.jsonl and pool_articles.jsonl")
    parser.add_argument("--cache", type=Path, default=Path(".build/train"), help="where trained networks are kept")
    chosen = parser.parse_args()
    train(chosen.gold, chosen.cache)
    print(f"trained on {FOLDS} folds; weights are in {WEIGHTS}")


if __name__ == "__main__":
    main()
