"""Decision trees as arrays: what they add up to, and that saving them changes nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from flows.extract.trees import TreeModel, load_trees

Node = tuple[int, float, "Node", "Node"] | float
"""A leaf's value, or a feature, its threshold and the two branches."""


def model(trees: list[Node], n_classes: int = 1) -> TreeModel:
    """The arrays of nested trees, laid out node before branches."""
    rows: list[list[float]] = []

    def add(node: Node) -> int:
        at = len(rows)
        if isinstance(node, tuple):
            feature, threshold, below, above = node
            rows.append([feature, threshold, -1, -1, 0.0])
            rows[at][2], rows[at][3] = add(below), add(above)
        else:
            rows.append([-1, 0.0, -1, -1, node])
        return at

    roots = [add(tree) for tree in trees]
    feature, threshold, left, right, value = np.array(rows).T
    feature, left, right = (part.astype(np.int32) for part in (feature, left, right))
    return TreeModel(feature, threshold, left, right, value, np.array(roots, dtype=np.int32), n_classes)


def followed(node: Node, row: NDArray[np.float32]) -> float:
    """The value of the leaf that a row reaches, by plain recursion."""
    if not isinstance(node, tuple):
        return node
    feature, threshold, below, above = node
    return followed(below if row[feature] <= threshold else above, row)


STUMP: Node = (0, 2.5, -1.0, (1, 0.0, 0.5, 2.0))


class TestByHand:
    @pytest.mark.parametrize(("row", "leaf"), [([1, 9], -1.0), ([2.5, 9], -1.0), ([3, 0], 0.5), ([3, 1], 2.0)])
    def test_a_row_goes_left_up_to_the_threshold(self, row: list[float], leaf: float) -> None:
        assert model([STUMP]).raw(np.array([row], dtype=np.float32)).tolist() == [[leaf]]

    def test_trees_add_up(self) -> None:
        assert model([STUMP, 0.25]).raw(np.array([[3, 1]], dtype=np.float32)).tolist() == [[2.25]]

    def test_trees_of_several_classes_take_turns(self) -> None:
        found = model([1.0, 2.0, 3.0, 10.0, 20.0, 30.0], n_classes=3).raw(np.zeros((1, 1), dtype=np.float32))
        assert found.tolist() == [[11.0, 22.0, 33.0]]

    def test_one_class_is_a_logistic_probability(self) -> None:
        rows = np.zeros((2, 2), dtype=np.float32)
        assert model([0.0]).probability(rows) == pytest.approx([0.5, 0.5])
        assert model([np.log(3.0)]).probability(rows) == pytest.approx([0.75, 0.75])

    def test_probabilities_of_several_classes_sum_to_one(self) -> None:
        found = model([0.0, np.log(3.0)], n_classes=2).probability(np.zeros((1, 1), dtype=np.float32))
        assert found == pytest.approx(np.array([[0.25, 0.75]]))

    def test_no_rows_give_no_sums(self) -> None:
        assert model([STUMP]).raw(np.zeros((0, 2), dtype=np.float32)).shape == (0, 1)


VALUES = st.floats(-4, 4, width=16)
NODES: st.SearchStrategy[Node] = st.recursive(
    VALUES, lambda inner: st.tuples(st.integers(0, 3), VALUES, inner, inner), max_leaves=12
)
FORESTS = st.lists(NODES, min_size=1, max_size=6)
ROWS = st.lists(st.lists(VALUES, min_size=4, max_size=4), min_size=1, max_size=8)


@given(FORESTS, ROWS)
def test_sums_are_those_of_following_each_tree(forest: list[Node], rows: list[list[float]]) -> None:
    table = np.array(rows, dtype=np.float32)
    plain = [sum(followed(tree, row) for tree in forest) for row in table]
    assert model(forest).raw(table)[:, 0] == pytest.approx(plain)


@given(FORESTS, ROWS)
def test_a_saved_model_is_the_same_when_loaded(
    tmp_path_factory: pytest.TempPathFactory, forest: list[Node], rows: list[list[float]]
) -> None:
    path: Path = tmp_path_factory.mktemp("trees") / "model.npz"
    before = model(forest)
    before.save(path)
    table = np.array(rows, dtype=np.float32)
    assert np.array_equal(load_trees(path).raw(table), before.raw(table))


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_trees(tmp_path / "pair.npz")
