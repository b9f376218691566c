"""The networks in torch, for training only: a packaged encoder with low-rank adapters and the role heads.

`flows/extract/network.py` computes the same from the saved adapters and heads. Low-rank adaptation: Hu et al. 2022.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from flows.extract.encoder import ADAPTER_SCALE, relative_bias
from flows.extract.packaged import LINEAR, NORMS, Encoder, Vocabulary
from flows.extract.prepared import FROZEN_LAYERS, number_words


@dataclass(frozen=True)
class Shape:
    """How a network is made. The `frozen` lower layers stay as packaged, so that their output can be kept."""

    frozen: int
    role: int
    pair: int
    layer_dropout: float
    relation_bias: float
    rank: int = 16
    head_dropout: float = 0.15


SCREEN = Shape(frozen=0, role=128, pair=128, layer_dropout=0.1, relation_bias=0.0)
READER = Shape(frozen=FROZEN_LAYERS, role=192, pair=256, layer_dropout=0.0, relation_bias=-3.5)


class Adapted(nn.Module):
    """A frozen linear map plus a trainable one of rank `rank`."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", weight.bfloat16(), persistent=False)
        self.register_buffer("bias", bias.bfloat16(), persistent=False)
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        low = functional.linear(x, ADAPTER_SCALE * self.down.to(x.dtype))
        return functional.linear(x, self.weight, self.bias) + functional.linear(low, self.up.to(x.dtype))


class Layer(nn.Module):
    """One transformer layer (post-norm, GELU) of the encoder."""

    def __init__(self, weights: dict[str, Any], heads: int, epsilon: float, shape: Shape) -> None:
        super().__init__()
        self.heads, self.epsilon = heads, epsilon
        arrays = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
        for name in LINEAR:
            setattr(self, name, Adapted(arrays[f"{name}.weight"], arrays[f"{name}.bias"], shape.rank))
        self.norms = nn.ParameterList(nn.Parameter(arrays[f"{n}.{p}"]) for n in NORMS for p in ("weight", "bias"))
        self.drop = nn.Dropout(shape.layer_dropout) if shape.layer_dropout else nn.Identity()

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        b, n, d = x.shape
        size = d // self.heads
        q, k, v = (f(x).view(b, n, self.heads, size).transpose(1, 2) for f in (self.query, self.key, self.value))
        # Written out: its backward pass is faster on a processor than that of the fused attention.
        mixed = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(size) + bias, -1) @ v
        mixed = self.drop(self.out(mixed.transpose(1, 2).reshape(b, n, d)))
        first, first_bias, second, second_bias = (n.to(x.dtype) for n in self.norms)
        x = functional.layer_norm(x + mixed, (d,), first, first_bias, self.epsilon)
        fed = self.fall(functional.gelu(self.rise(x), approximate="tanh"))
        return functional.layer_norm(x + fed, (d,), second, second_bias, self.epsilon)


class TrainedNetwork(nn.Module):
    """Scores, for a sentence in its context, every ordered pair of actor slots and the pair's coded values."""

    def __init__(self, encoder: Encoder, vocabulary: Vocabulary, sizes: dict[str, int], shape: Shape) -> None:
        super().__init__()
        self.frozen, self.first_marker, self.source = shape.frozen, vocabulary.first_marker, encoder
        hidden = encoder.words.shape[1]
        words = number_words(encoder, vocabulary) if shape.frozen else np.array(encoder.words)
        for name, value in (("words", words), ("positions", encoder.positions)):
            self.register_buffer(name, torch.from_numpy(np.array(value)), persistent=False)
        for name, value in zip(("norm_weight", "norm_bias"), encoder.norm, strict=True):
            self.register_buffer(name, torch.from_numpy(np.array(value)), persistent=False)
        self.segments = nn.Parameter(torch.zeros(2, hidden))
        if not shape.frozen:
            self.markers = nn.Parameter(torch.randn(vocabulary.slots + 1, hidden) * 0.05)
        self.layers = nn.ModuleList(Layer(w, encoder.heads, encoder.epsilon, shape) for w in encoder.layers)
        for layer in self.layers[: shape.frozen]:
            layer.requires_grad_(False)
        role = shape.role
        self.supplier, self.recipient = nn.Linear(2 * hidden, role), nn.Linear(2 * hidden, role)
        self.claimant, self.sentence = nn.Linear(2 * hidden, role), nn.Linear(2 * hidden, role)
        self.pair = nn.Linear(4 * role, shape.pair)
        self.pair_out = nn.Linear(
            shape.pair, sum(sizes[k] for k in ("relation", "type", "stage", "factuality", "flag"))
        )
        self.claimant_out = nn.Linear(role, 1)
        self.special_out = nn.Linear(role, sizes["special"])
        self.claims_out = nn.Linear(role, 1)
        self.drop = nn.Dropout(shape.head_dropout)
        with torch.no_grad():
            self.pair_out.bias[0] += shape.relation_bias

    def embedded(self, batch: dict[str, Tensor]) -> Tensor:
        """Normalised embeddings (batch, tokens, hidden)."""
        tokens = batch["tokens"]
        x = functional.embedding(tokens, self.words)
        if not self.frozen:
            number = tokens - self.first_marker
            last = len(self.markers) - 1
            is_marker = (number >= 0) & (number <= last)
            x = torch.where(is_marker[..., None], self.markers[number.clamp(0, last)], x)
        x = x + self.positions[: tokens.shape[1]]
        if not self.frozen:
            x = x + self.segments[batch["segments"]]
        size = x.shape[-1:]
        return functional.layer_norm(x, size, self.norm_weight, self.norm_bias, self.source.epsilon).bfloat16()

    def bias(self, mask: Tensor) -> Tensor:
        """Attention bias: distance, and nothing from the padding."""
        distance = torch.from_numpy(relative_bias(self.source, mask.shape[1]))[None]
        return (1 - mask[:, None, None, :]).bfloat16() * -1e4 + distance.bfloat16()

    def lower(self, batch: dict[str, Tensor]) -> Tensor:
        """Hidden states after the frozen layers."""
        x, bias = self.embedded(batch), self.bias(batch["mask"])
        for layer in self.layers[: self.frozen]:
            x = layer(x, bias)
        return x

    def encode(self, batch: dict[str, Tensor]) -> Tensor:
        """Hidden states (batch, tokens, hidden); starts from `batch["lower"]` where that was kept."""
        x = batch["lower"] if "lower" in batch else self.lower(batch)
        if self.frozen:
            x = x + self.segments[batch["segments"]].bfloat16()
        bias = self.bias(batch["mask"])
        for layer in self.layers[self.frozen :]:
            x = layer(x, bias)
        return x

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        hidden = self.encode(batch).float()
        rows = torch.arange(hidden.shape[0])[:, None]
        slots = hidden[rows, batch["slots"]]
        named = torch.bmm(batch["pool"], hidden)
        actors = self.drop(torch.cat([slots, named], -1))
        whole = torch.bmm(batch["sentence"][:, None], hidden)[:, 0]
        z = torch.tanh(self.sentence(self.drop(torch.cat([hidden[:, 0], whole], -1))))
        u, v = torch.tanh(self.supplier(actors)), torch.tanh(self.recipient(actors))
        k = u.shape[1]
        ui, vj = u[:, :, None].expand(-1, -1, k, -1), v[:, None].expand(-1, k, -1, -1)
        zz = z[:, None, None].expand(-1, k, k, -1)
        pair = functional.relu(self.pair(torch.cat([ui, vj, ui * vj, zz], -1)))
        c = torch.tanh(self.claimant(actors) + z[:, None])
        return {
            "pair": self.pair_out(self.drop(pair)),
            "claimant": self.claimant_out(c)[..., 0],
            "special": self.special_out(z),
            "claims": self.claims_out(z)[..., 0],
        }


def saved(network: TrainedNetwork) -> dict[str, Any]:
    """Trained arrays only (adapters, markers, norms, heads), as float16."""
    return {k: p.detach().numpy().astype(np.float16) for k, p in network.named_parameters() if p.requires_grad}
