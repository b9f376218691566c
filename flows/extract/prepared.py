"""The reading encoder made ready once: its packaged weights, merged with what training saved, quantised, as graphs.

They are kept in a folder named by what they were made from (`MATERIEL_CACHE`, else `~/.cache/materiel`), because
making them takes seconds and hundreds of megabytes of memory. Deleting the folder costs only that. A file that is not
as it was written has the folder made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load

from flows.extract import encoder as encoder_code
from flows.extract.encoder import NarrowStack, Stack, adapted_layers, relative_bias, stack_graph
from flows.extract.packaged import MPNET_PARTS, Encoder, Vocabulary, mpnet_encoder, mpnet_vocabulary

Array = NDArray[np.float32]
FROZEN_LAYERS = 6
"""Lower layers that training leaves as packaged."""
NUMBER_WORDS = "αβγδεζηθικλμ"
"""Words whose embeddings stand for the actors' numbers; letters that news does not use."""
LONGEST = 512
HASHES = "hashes.json"


@dataclass
class PreparedReader:
    """What the reader network computes with; see `flows.extract.packaged.Encoder` for the shapes."""

    words: NDArray[np.float16]
    positions: Array
    norm: tuple[Array, Array]
    epsilon: float
    relative: Array
    lower: Stack
    uppers: list[NarrowStack]
    trained: list[dict[str, Array]]

    def bias(self, places: int) -> Array:
        """Attention bias (heads, places, places)."""
        return np.ascontiguousarray(self.relative[:, :places, :places])


def prepared_reader(weights: Path) -> PreparedReader:
    """The reader with the networks `reader*.safetensors` of a folder. FileNotFoundError if there are none."""
    paths = sorted(weights.glob("reader*.safetensors"))
    if not paths:
        raise FileNotFoundError(f"no reader*.safetensors in {weights}; `make train` writes them")
    folder = ready_folder(paths)
    trained = [{k: v.astype(np.float32) for k, v in load(path.read_bytes()).items()} for path in paths]
    with np.load(folder / "embeddings.npz") as arrays:
        return PreparedReader(
            words=arrays["words"],
            positions=arrays["positions"],
            norm=(arrays["norm_weight"], arrays["norm_bias"]),
            epsilon=float(arrays["epsilon"]),
            relative=arrays["relative"],
            lower=Stack((folder / "lower.onnx").read_bytes()),
            uppers=[NarrowStack((folder / f"upper{k}.onnx").read_bytes()) for k in range(len(paths))],
            trained=trained,
        )


def cache_folder() -> Path:
    """Where prepared encoders are kept."""
    named = os.environ.get("MATERIEL_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "materiel"


def ready_folder(paths: list[Path]) -> Path:
    """The folder prepared from these networks, made first where it is not there or not whole.

    OSError if it is not whole right after that: the disk loses what is written to it.
    """
    folder = cache_folder() / f"reader-{_name(paths)}"
    if not is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        _prepare(paths, folder)
        if not is_whole(folder):
            raise OSError(f"{folder} does not hold what was written to it; check the disk, or set MATERIEL_CACHE")
    return folder


def seal(folder: Path) -> None:
    """Writes the SHA-256 of every file of the folder beside them."""
    hashes = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether the folder holds exactly the files that were sealed, each as it was."""
    try:
        hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
        found = {path.name: _sha256(path) for path in folder.iterdir() if path.name != HASHES}
    except (OSError, ValueError):
        return False
    return bool(found) and found == hashes


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(paths: list[Path]) -> str:
    """A name for the content: trained weights, packaged weights, the code that makes graphs of them."""
    digest = hashlib.sha256(Path(encoder_code.__file__).read_bytes() + Path(__file__).read_bytes())
    digest.update(" ".join([onnxruntime.__version__, *map(metadata.version, MPNET_PARTS)]).encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _prepare(paths: list[Path], folder: Path) -> None:
    """Writes the folder as a whole; another process that does the same at the same time does no harm."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".making-"))
    try:
        source = mpnet_encoder()
        lower = adapted_layers(source, {}, 0, FROZEN_LAYERS)
        (making / "lower.onnx").write_bytes(stack_graph(lower, source.heads, source.epsilon))
        for k, path in enumerate(paths):
            trained = {n: v.astype(np.float32) for n, v in load(path.read_bytes()).items()}
            upper = adapted_layers(source, trained, FROZEN_LAYERS)
            (making / f"upper{k}.onnx").write_bytes(stack_graph(upper, source.heads, source.epsilon, narrows=True))
        np.savez(making / "embeddings.npz", allow_pickle=False, **_embeddings(source))
        seal(making)
        try:
            making.rename(folder)
        except OSError:
            if not folder.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


def number_words(source: Encoder, vocabulary: Vocabulary) -> Array:
    """Word embeddings with those of the number words in the places of the actors' numbers."""
    words = source.words.copy()
    for k, letter in enumerate(NUMBER_WORDS[: vocabulary.slots + 1]):
        words[vocabulary.first_marker + k] = source.words[vocabulary.tokenizer.token_to_id(letter)]
    return words


def _embeddings(source: Encoder) -> dict[str, NDArray]:  # type: ignore[type-arg]
    return {
        "words": number_words(source, mpnet_vocabulary()).astype(np.float16),
        "positions": source.positions[:LONGEST],
        "norm_weight": source.norm[0],
        "norm_bias": source.norm[1],
        "epsilon": np.array(source.epsilon),
        "relative": relative_bias(source, LONGEST),
    }
