"""Trains a network: batches by length, multi-task loss over pairs of actors, linear warm-up and decay."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from flows.extract.network import split_pair
from flows.learn.examples import Example, batch_arrays
from flows.learn.network import READER, SCREEN, Shape, TrainedNetwork

BATCH = 16
HEAD_RATE = 5e-4
Lower = Callable[[Sequence[Example]], Tensor]
"""Kept hidden states (batch, tokens, hidden) of examples after the frozen layers."""


@dataclass(frozen=True)
class Plan:
    """How a network is trained. `cycles`: times that the learning rate rises and falls over `epochs` epochs;
    `empty_share`: share of the sentences without a claim that an epoch sees."""

    shape: Shape
    epochs: int
    cycles: int
    rate: float
    empty_share: float


SCREEN_PLAN = Plan(SCREEN, epochs=5, cycles=2, rate=1e-3, empty_share=0.6)
READER_PLAN = Plan(READER, epochs=5, cycles=1, rate=5e-4, empty_share=0.25)


def batches(examples: Sequence[Example], rng: random.Random, empty_share: float) -> list[list[Example]]:
    """Shuffled batches of examples of like length: all with a claim, and a fresh share of those without."""
    chosen = [e for e in examples if e.claims or rng.random() < empty_share]
    order = sorted(chosen, key=lambda e: len(e.window.token_ids) + rng.uniform(-12, 12))
    cut = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(cut)
    return cut


def tensors(examples: Sequence[Example], lower: Lower | None = None) -> dict[str, Tensor]:
    """A batch as torch tensors, with the kept states if there are any."""
    batch = {k: torch.from_numpy(v) for k, v in batch_arrays(examples).items()}
    return batch if lower is None else batch | {"lower": lower(examples)}


def loss(out: dict[str, Tensor], batch: dict[str, Tensor]) -> Tensor:
    """Relation over all pairs of different slots; coded values over the coded pairs; claimant over coded sentences."""
    parts = split_pair(out["pair"])
    k = batch["valid"].shape[1]
    pairs = batch["valid"][:, :, None] * batch["valid"][:, None] * (1 - torch.eye(k))
    raw = functional.binary_cross_entropy_with_logits(parts["relation"], batch["relation"], reduction="none")
    weight = pairs * (1 + 1.5 * batch["relation"])
    total = (raw * weight).sum() / len(pairs) * 0.5
    positive = batch["relation"] * pairs
    for name, share in (("type", 3.0), ("stage", 4.0), ("factuality", 2.0), ("flag", 0.5)):
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
    return total + 0.5 * (both * mask).sum() / len(pairs)


def train_network(
    network: TrainedNetwork, examples: Sequence[Example], plan: Plan, seed: int = 1, lower: Lower | None = None
) -> None:
    """Trains the network for one cycle on `examples`; the same seed, data and machine give the same weights."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    slow = [p for n, p in named if n.startswith(("layers", "markers", "segments"))]
    fast = [p for n, p in named if not n.startswith(("layers", "markers", "segments"))]
    steps = plan.epochs * len(batches(examples, random.Random(seed), plan.empty_share))
    optimizer = torch.optim.AdamW(
        [{"params": slow, "lr": plan.rate}, {"params": fast, "lr": HEAD_RATE}], weight_decay=0.01
    )
    ramp = max(1, steps // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, (s + 1) / ramp) * max(0.02, 1 - s / (steps + 1))
    )
    network.train()
    for epoch in range(plan.epochs):
        begun, sums = time.monotonic(), []
        for chosen in batches(examples, rng, plan.empty_share):
            batch = tensors(chosen, lower)
            cost = loss(network(batch), batch)
            optimizer.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_([*slow, *fast], 1.0)
            optimizer.step()
            schedule.step()
            sums.append(float(cost.detach()))
        print(
            f"epoch {epoch + 1}/{plan.epochs}: loss {np.mean(sums):.4f}, {time.monotonic() - begun:.0f} s", flush=True
        )
    network.eval()
