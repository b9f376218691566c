"""Fits the decision models with LightGBM and turns them into the arrays that the extractor reads."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from flows.extract.trees import TreeModel

COMMON: dict[str, Any] = {
    "learning_rate": 0.04,
    "num_leaves": 15,
    "min_data_in_leaf": 25,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbosity": -1,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "boost_from_average": False,
    "use_missing": False,
    "zero_as_missing": False,
}


def fit(
    rows: NDArray[np.float32],
    labels: NDArray[Any],
    classes: int = 1,
    rounds: int = 250,
    weight: NDArray[Any] | None = None,
    **changes: Any,
) -> TreeModel:
    """A model of `labels` (0/1 for one class, else the class number)."""
    single = {"objective": "binary"} if classes == 1 else {"objective": "multiclass", "num_class": classes}
    data = lgb.Dataset(rows.astype(np.float64), label=labels, weight=weight, free_raw_data=False)
    booster = lgb.train({**COMMON, **single, **changes}, data, num_boost_round=rounds)
    return _arrays(booster, classes)


def _arrays(booster: lgb.Booster, classes: int) -> TreeModel:
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    roots: list[int] = []

    def add(node: dict[str, Any]) -> int:
        at = len(feature)
        leaf = "leaf_value" in node
        feature.append(-1 if leaf else node["split_feature"])
        # Single precision is what is saved, so that a model behaves the same before and after saving.
        threshold.append(0.0 if leaf else float(np.float32(node["threshold"])))
        value.append(float(np.float32(node["leaf_value"])) if leaf else 0.0)
        left.append(-1)
        right.append(-1)
        if not leaf:
            left[at], right[at] = add(node["left_child"]), add(node["right_child"])
        return at

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    return TreeModel(
        np.array(feature, dtype=np.int32),
        np.array(threshold),
        np.array(left, dtype=np.int32),
        np.array(right, dtype=np.int32),
        np.array(value),
        np.array(roots, dtype=np.int32),
        classes,
    )
