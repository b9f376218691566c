"""Trains the reader network: batches by length, multi-task loss over pairs of actors, linear warm-up and decay."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from flows.extract.network import SIZES, split_pair
from flows.learn.examples import Example, batch_arrays
from flows.learn.network import ReaderNetwork

BATCH = 16
LEARNING_RATE = 1e-3
HEAD_RATE = 5e-4
EMPTY_SHARE = 0.6
"""Share of the sentences without a claim that an epoch sees."""


def batches(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """Shuffled batches of examples of like length: all with a claim, and a fresh share of those without."""
    chosen = [e for e in examples if e.claims or rng.random() < EMPTY_SHARE]
    order = sorted(chosen, key=lambda e: len(e.window.token_ids) + rng.uniform(-12, 12))
    cut = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(cut)
    return cut


def tensors(examples: Sequence[Example]) -> dict[str, Tensor]:
    """A batch as torch tensors."""
    return {k: torch.from_numpy(v) for k, v in batch_arrays(examples).items()}


def loss(out: dict[str, Tensor], batch: dict[str, Tensor]) -> Tensor:
    """Relation over all pairs of different slots; coded values over the coded pairs; claimant over coded sentences."""
    parts = split_pair(out["pair"])
    k = batch["valid"].shape[1]
    pairs = batch["valid"][:, :, None] * batch["valid"][:, None] * (1 - torch.eye(k))
    raw = functional.binary_cross_entropy_with_logits(parts["relation"], batch["relation"], reduction="none")
    weight = pairs * (1 + 1.5 * batch["relation"])
    total = (raw * weight).sum() / len(pairs) * 0.5
    positive = batch["relation"] * pairs
    for name, share in (("type", 3.0), ("stage", 2.0), ("factuality", 1.0), ("flag", 0.5)):
        raw = functional.binary_cross_entropy_with_logits(parts[name], batch[name], reduction="none").mean(-1)
        total = total + share * (raw * positive).sum() / len(pairs)
    coded = batch["claims"]
    raw = functional.binary_cross_entropy_with_logits(out["claims"], coded, reduction="none")
    total = total + 0.5 * raw.mean()
    both = functional.binary_cross_entropy_with_logits(
        torch.cat([out["claimant"], out["special"]], 1),
        torch.cat([batch["claimant"], batch["special"]], 1),
        reduction="none",
    )
    mask = torch.cat([batch["valid"], torch.ones_like(batch["special"])], 1) * coded[:, None]
    return total + 0.3 * (both * mask).sum() / len(pairs)


def train_network(
    examples: Sequence[Example], epochs: int, seed: int = 1, start: ReaderNetwork | None = None, report: bool = True
) -> ReaderNetwork:
    """A network trained on `examples`; the same seed, data and machine give the same weights.

    With `start`, that network is trained further: the learning rate rises and falls once more (a warm restart).
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = start if start is not None else ReaderNetwork(SIZES)
    slow = [
        p for n, p in network.named_parameters() if p.requires_grad and n.startswith(("layers", "markers", "segments"))
    ]
    fast = [
        p
        for n, p in network.named_parameters()
        if p.requires_grad and not n.startswith(("layers", "markers", "segments"))
    ]
    steps = epochs * len(batches(examples, random.Random(seed)))
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": LEARNING_RATE}, {"params": fast, "lr": HEAD_RATE}], weight_decay=0.01
    )
    ramp = max(1, steps // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, s / ramp) * max(0.02, 1 - s / (steps + 1))
    )
    network.train()
    for epoch in range(epochs):
        begun, sums = time.monotonic(), []
        for chosen in batches(examples, rng):
            batch = tensors(chosen)
            cost = loss(network(batch), batch)
            optimizer.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_([*slow, *fast], 1.0)
            optimizer.step()
            schedule.step()
            sums.append(float(cost.detach()))
        if report:
            print(f"epoch {epoch + 1}/{epochs}: loss {np.mean(sums):.4f}, {time.monotonic() - begun:.0f} s", flush=True)
    network.eval()
    return network
