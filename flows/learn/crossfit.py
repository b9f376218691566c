"""Network scores of articles that the scoring network has not seen: one network a fold, folds by article.

The decision models learn from these, so that they see the network as it is on new articles.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from flows.extract.network import Scores, split_pair
from flows.learn.examples import Example
from flows.learn.network import ReaderNetwork, saved
from flows.learn.train import tensors, train_network

FOLDS = 3
CYCLES = 2
"""Times the learning rate rises and falls."""
Key = tuple[str, int]


def fold_of(article_id: str, folds: int = FOLDS) -> int:
    """A stable fold for an article."""
    return int(hashlib.sha256(article_id.encode()).hexdigest(), 16) % folds


def score_examples(network: ReaderNetwork, examples: Sequence[Example], batch: int = 16) -> dict[Key, Scores]:
    """Scores by (article id, start of the sentence)."""
    found: dict[Key, Scores] = {}
    order = sorted(examples, key=lambda e: len(e.window.token_ids))
    for i in range(0, len(order), batch):
        chosen = order[i : i + batch]
        with torch.no_grad():
            out = {k: v.numpy() for k, v in network(tensors(chosen)).items()}
        for row, example in enumerate(chosen):
            k = len(example.window.slots)
            parts = {n: np.array(v) for n, v in split_pair(out["pair"][row, :k, :k]).items()}
            found[example.article_id, example.sentence.start] = Scores(
                example.window.slots,
                **parts,
                claimant=out["claimant"][row, :k],
                special=out["special"][row],
                claims=float(out["claims"][row]),
            )
    return found


def train_fold(examples: Sequence[Example], fold: int, epochs: int, cache: Path) -> None:
    """Trains the network of one fold; keeps its weights and its scores of the fold's articles in `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    seen = [e for e in examples if fold_of(e.article_id) != fold]
    unseen = [e for e in examples if fold_of(e.article_id) == fold]
    network = None
    for cycle in range(CYCLES):
        network = train_network(seen, epochs, seed=fold + 1 + FOLDS * cycle, start=network)
    assert network is not None
    save_file(saved(network), cache / f"fold{fold}.safetensors")
    (cache / f"fold{fold}.pickle").write_bytes(pickle.dumps(score_examples(network, unseen)))


def crossfit(examples: Sequence[Example], epochs: int, cache: Path) -> dict[Key, Scores]:
    """Scores of every example by the network of its fold; folds that `cache` holds are not trained again."""
    scores: dict[Key, Scores] = {}
    for fold in range(FOLDS):
        file = cache / f"fold{fold}.pickle"
        if not file.exists():
            train_fold(examples, fold, epochs, cache)
        scores.update(pickle.loads(file.read_bytes()))
    return scores


def publish_networks(cache: Path, weights: Path) -> None:
    """Copies the folds' networks to where the extractor reads them; it averages their scores."""
    weights.mkdir(parents=True, exist_ok=True)
    for fold in range(FOLDS):
        shutil.copyfile(cache / f"fold{fold}.safetensors", weights / f"reader{fold}.safetensors")
