"""Gradient-boosted decision trees as plain arrays: the decision models at run time need no training library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class TreeModel:
    """Trees laid end to end. A node is a leaf where `left` is -1; missing values do not occur.

    `roots` are the first nodes of the trees, tree t adding to class t % n_classes. Thresholds: go left if <=.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int32]
    n_classes: int

    def raw(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Sums of leaf values: (rows, n_classes)."""
        out = np.zeros((len(rows), self.n_classes))
        if not len(rows):
            return out
        wide = rows.astype(np.float64)
        every = np.arange(len(rows))
        node = np.repeat(self.roots[None], len(rows), 0)
        while True:
            inner = self.left[node] >= 0
            if not inner.any():
                break
            split = wide[every[:, None], np.maximum(self.feature[node], 0)]
            down = np.where(split <= self.threshold[node], self.left[node], self.right[node])
            node = np.where(inner, down, node)
        values = self.value[node]
        for c in range(self.n_classes):
            out[:, c] = values[:, c :: self.n_classes].sum(1)
        return out

    def probability(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities: (rows,) for one class (logistic), (rows, n_classes) for several (softmax)."""
        raw = self.raw(rows)
        if self.n_classes == 1:
            result: NDArray[np.float64] = 1 / (1 + np.exp(-raw[:, 0]))
            return result
        risen = np.exp(raw - raw.max(1, keepdims=True))
        shares: NDArray[np.float64] = risen / risen.sum(1, keepdims=True)
        return shares

    def save(self, path: Path) -> None:
        """Writes the arrays as a compressed npz file, thresholds and values in single precision."""
        np.savez_compressed(
            path,
            feature=self.feature.astype(np.int16),
            threshold=self.threshold.astype(np.float32),
            left=self.left,
            right=self.right,
            value=self.value.astype(np.float32),
            roots=self.roots,
            n_classes=np.int32(self.n_classes),
        )


def load_trees(path: Path) -> TreeModel:
    """The model saved at `path`; FileNotFoundError if it is not there."""
    with np.load(path) as data:
        return TreeModel(
            data["feature"].astype(np.int32),
            data["threshold"].astype(np.float64),
            data["left"],
            data["right"],
            data["value"].astype(np.float64),
            data["roots"],
            int(data["n_classes"]),
        )
