"""Network scores of articles that the scoring network has not seen: one network a fold, folds by article.

The decision models learn from these, so that they see the networks as they are on new articles.
"""

from __future__ import annotations

import hashlib
import pickle
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from flows.extract.context import ArticleContext
from flows.extract.network import SIZES, Scores, split_pair
from flows.extract.packaged import Encoder, Vocabulary, mini_encoder, mini_vocabulary, mpnet_encoder, mpnet_vocabulary
from flows.extract.sentences import Sentence
from flows.extract.window import pad
from flows.learn.examples import Example
from flows.learn.network import TrainedNetwork, saved
from flows.learn.train import READER_PLAN, SCREEN_PLAN, Lower, Plan, tensors, train_network

FOLDS = 3
SHIPPED_READERS = 2
"""Readers that the extractor averages. A third costs a quarter more time."""
Key = tuple[str, int]


@dataclass(frozen=True)
class Kind:
    """One of the two networks: what it is made of and how it is trained."""

    name: str
    encoder: Callable[[], Encoder]
    vocabulary: Callable[[], Vocabulary]
    plan: Plan


SCREEN_KIND = Kind("screen", mini_encoder, mini_vocabulary, SCREEN_PLAN)
READER_KIND = Kind("reader", mpnet_encoder, mpnet_vocabulary, READER_PLAN)


@dataclass
class LearnedScores:
    """A scorer that looks scores up by article and start of the sentence; KeyError for what was not scored."""

    screened: dict[Key, Scores]
    read_: dict[Key, Scores]

    def screen(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the screening network."""
        return self.screened[context.article.article_id, sentence.start]

    def read(self, context: ArticleContext, sentence: Sentence) -> Scores:
        """Scores of the reader network."""
        return self.read_[context.article.article_id, sentence.start]


def fold_of(article_id: str, folds: int = FOLDS) -> int:
    """A stable fold for an article."""
    return int(hashlib.sha256(article_id.encode()).hexdigest(), 16) % folds


def score_examples(
    network: TrainedNetwork, examples: Sequence[Example], lower: Lower | None = None, batch: int = 16
) -> dict[Key, Scores]:
    """Scores by (article id, start of the sentence)."""
    found: dict[Key, Scores] = {}
    order = sorted(examples, key=lambda e: len(e.window.token_ids))
    for i in range(0, len(order), batch):
        chosen = order[i : i + batch]
        with torch.no_grad():
            out = {k: v.numpy() for k, v in network(tensors(chosen, lower)).items()}
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


def keep_lower(network: TrainedNetwork, examples: Sequence[Example], batch: int = 16) -> Lower | None:
    """Runs the frozen layers once over all examples (about 240 kB each in memory); None if no layer is frozen."""
    if not network.frozen:
        return None
    kept: dict[Key, torch.Tensor] = {}
    order = sorted(examples, key=lambda e: len(e.window.token_ids))
    for i in range(0, len(order), batch):
        chosen = order[i : i + batch]
        tokens, segments, mask = (torch.from_numpy(a) for a in pad([e.window for e in chosen]))
        with torch.no_grad():
            states = network.lower({"tokens": tokens, "segments": segments, "mask": mask})
        for row, example in enumerate(chosen):
            kept[example.article_id, example.sentence.start] = states[row, : len(example.window.token_ids)].clone()

    def lower(chosen: Sequence[Example]) -> torch.Tensor:
        states = [kept[e.article_id, e.sentence.start] for e in chosen]
        return torch.nn.utils.rnn.pad_sequence(states, batch_first=True)

    return lower


def train_fold(kind: Kind, examples: Sequence[Example], fold: int, cache: Path) -> None:
    """Trains the network of one fold; keeps its weights and its scores of the fold's articles in `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    seen = [e for e in examples if fold_of(e.article_id) != fold]
    unseen = [e for e in examples if fold_of(e.article_id) == fold]
    torch.manual_seed(fold + 1)
    network = TrainedNetwork(kind.encoder(), kind.vocabulary(), SIZES, kind.plan.shape)
    lower = keep_lower(network, examples)
    for cycle in range(kind.plan.cycles):
        train_network(network, seen, kind.plan, fold + 1 + FOLDS * cycle, lower)
    save_file(saved(network), cache / f"{kind.name}{fold}.safetensors")
    (cache / f"{kind.name}{fold}.pickle").write_bytes(pickle.dumps(score_examples(network, unseen, lower)))


def crossfit(kind: Kind, examples: Sequence[Example], cache: Path) -> dict[Key, Scores]:
    """Scores of every example by the network of its fold; folds that `cache` holds are not trained again."""
    scores: dict[Key, Scores] = {}
    for fold in range(FOLDS):
        file = cache / f"{kind.name}{fold}.pickle"
        if not file.exists():
            train_fold(kind, examples, fold, cache)
        scores.update(pickle.loads(file.read_bytes()))
    return scores


def publish_networks(cache: Path, weights: Path) -> None:
    """Copies the networks to where the extractor reads them: the first readers, and the first screen."""
    weights.mkdir(parents=True, exist_ok=True)
    for fold in range(SHIPPED_READERS):
        shutil.copyfile(cache / f"reader{fold}.safetensors", weights / f"reader{fold}.safetensors")
    shutil.copyfile(cache / "screen0.safetensors", weights / "screen.safetensors")
