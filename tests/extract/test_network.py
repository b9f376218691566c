"""The networks at run time: scores from roles, and an encoder that computes what a transformer does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from flows.extract.context import sentence_window
from flows.extract.encoder import NarrowStack, Places, Stack, adapted_layers, relative_bias, stack_graph
from flows.extract.network import (
    RULED_OUT_LOGIT,
    SIZES,
    STAGES,
    TYPES,
    ReaderNetwork,
    Scores,
    ScreenNetwork,
    head_scores,
    highest_relation,
    mean_scores,
    places_read,
    reader_network,
    split_pair,
)
from flows.extract.packaged import Encoder, mini_encoder, mini_vocabulary, mpnet_vocabulary
from flows.extract.prepared import prepared_reader
from flows.extract.window import Window
from tests.extract.parsing import context_of

Array = NDArray[np.float32]
HIDDEN, HEADS, LAYERS = 384, 12, 6
RANK, ROLE, PAIR = 4, 8, 8
PARTS = ("relation", "type", "stage", "factuality", "flag")
BODY = "Oslo met envoys from Kyiv on Monday. Norway will send eight tanks to Ukraine."


def weights(seed: int = 1) -> dict[str, Array]:
    """Untrained weights of a small network: adapters that do something, heads of eight values."""
    random = np.random.default_rng(seed)

    def drawn(*shape: int) -> Array:
        return (random.standard_normal(shape) * 0.05).astype(np.float32)

    found = {"markers": drawn(mini_vocabulary().slots + 1, HIDDEN), "segments": drawn(2, HIDDEN)}
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
    return sentence_window(context, context.sentences[1], mini_vocabulary())


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> ScreenNetwork:
    path = tmp_path_factory.mktemp("weights") / "screen.safetensors"
    save_file(weights(), path)
    return ScreenNetwork(path)


class TestScores:
    def test_they_have_a_value_for_every_ordered_pair_of_slots(self, network: ScreenNetwork) -> None:
        scores = network(window())
        k = len(scores.slots)
        assert scores.slots == ["NOR", "UKR", "UNK"]
        assert scores.relation.shape == (k, k)
        assert (scores.type.shape, scores.stage.shape) == ((k, k, len(TYPES)), (k, k, len(STAGES)))
        assert (scores.claimant.shape, scores.special.shape) == ((k,), (4,))

    def test_the_same_window_has_the_same_scores(self, network: ScreenNetwork) -> None:
        one, two = network(window()), network(window())
        assert all(np.array_equal(getattr(one, name), getattr(two, name)) for name in (*PARTS, "claimant", "special"))

    def test_a_pair_is_scored_from_its_two_roles_and_the_sentence(self) -> None:
        w, read = weights(), window()
        hidden = np.random.default_rng(4).standard_normal((len(read.token_ids), HIDDEN)).astype(np.float32)

        def mapped(name: str, x: Array) -> Array:
            return np.array([row @ x for row in w[f"{name}.weight"]]) + w[f"{name}.bias"]

        def actor(slot: int) -> Array:
            named = [hidden[p] for p in read.sentence_positions[slot]] or [np.zeros(HIDDEN, np.float32)]
            return np.concatenate([hidden[read.slot_positions[slot]], np.mean(named, 0)])

        sentence = np.concatenate([hidden[0], np.mean(hidden[read.sentence_begin :], 0)])
        z = np.tanh(mapped("sentence", sentence))
        u, v = np.tanh(mapped("supplier", actor(0))), np.tanh(mapped("recipient", actor(1)))
        pair = mapped("pair_out", np.maximum(mapped("pair", np.concatenate([u, v, u * v, z])), 0))
        scores = head_scores(w, hidden, read)
        assert scores.relation[0, 1] == pytest.approx(pair[0], abs=1e-4)
        assert scores.type[0, 1] == pytest.approx(pair[1 : 1 + len(TYPES)], abs=1e-4)

    def test_who_supplies_is_told_from_who_receives(self, network: ScreenNetwork) -> None:
        scores = network(window())
        assert scores.relation[0, 1] != scores.relation[1, 0]


def plain_layer(x: Array, bias: Array, layer: dict[str, Array]) -> Array:
    """A transformer layer in full precision, head by head and token by token."""

    def mapped(name: str, y: Array) -> Array:
        return y @ layer[f"{name}.weight"].T + layer[f"{name}.bias"]

    def normed(y: Array, name: str) -> Array:
        scale = np.sqrt(y.var(-1, keepdims=True) + 1e-12)
        return (y - y.mean(-1, keepdims=True)) / scale * layer[f"{name}.weight"] + layer[f"{name}.bias"]

    q, k, v = (mapped(name, x) for name in ("query", "key", "value"))
    mixed = np.zeros_like(x)
    size = HIDDEN // HEADS
    for head in range(HEADS):
        part = slice(head * size, (head + 1) * size)
        for token in range(len(x)):
            likeness = [
                math.exp(float(q[token, part] @ k[other, part]) / math.sqrt(size) + float(bias[head, token, other]))
                for other in range(len(x))
            ]
            mixed[token, part] = np.array(likeness) @ v[:, part] / sum(likeness)
    x = normed(x + mapped("out", mixed), "attention_norm")
    gelu = np.array([[0.5 * y * (1 + math.erf(y / math.sqrt(2))) for y in row] for row in mapped("rise", x).tolist()])
    return normed(x + mapped("fall", gelu.astype(np.float32)), "feed_norm")


class TestEncoder:
    def test_a_layer_attends_and_feeds_forward_as_a_transformer_does(self) -> None:
        encoder = mini_encoder()
        layers = adapted_layers(encoder, weights(), 0, 1)
        random = np.random.default_rng(3)
        x = random.standard_normal((5, HIDDEN)).astype(np.float32)
        bias = random.standard_normal((HEADS, 5, 5)).astype(np.float32)
        found = Stack(stack_graph(layers, HEADS, encoder.epsilon))(x, bias)
        plain = plain_layer(x, bias, layers[0])
        # Random adapters are far harder on the 8-bit numbers than trained ones.
        assert np.abs(found - plain).mean() < 0.05
        assert np.corrcoef(found.ravel(), plain.ravel())[0, 1] > 0.995

    def test_adapters_are_added_to_the_packaged_weights(self) -> None:
        encoder, trained = mini_encoder(), weights()
        merged = adapted_layers(encoder, trained)[2]
        change = 2.0 * trained["layers.2.value.up"] @ trained["layers.2.value.down"]
        assert merged["value.weight"] == pytest.approx(encoder.layers[2]["value.weight"] + change, abs=1e-6)
        assert np.array_equal(merged["value.bias"], encoder.layers[2]["value.bias"])
        assert np.array_equal(merged["feed_norm.bias"], trained["layers.2.norms.3"])

    def test_a_large_token_does_not_blur_the_others(self) -> None:
        encoder = mini_encoder()
        stack = Stack(stack_graph(encoder.layers[:1], HEADS, encoder.epsilon))
        x = np.random.default_rng(5).standard_normal((6, HIDDEN)).astype(np.float32)
        apart = np.where(np.eye(6, dtype=bool), 0, -1e4).astype(np.float32)
        bias = np.repeat(apart[None], HEADS, 0)
        small = stack(x, bias)
        x[5] *= 300
        assert np.allclose(stack(x, bias)[:5], small[:5], atol=1e-5)

    @pytest.mark.parametrize("kept", [[0, 3], [0, *range(7, 23), 40], range(61)])
    def test_a_narrow_last_layer_gives_the_same_bits(self, kept: Sequence[int]) -> None:
        encoder = mini_encoder()
        random = np.random.default_rng(6)
        x = random.standard_normal((61, HIDDEN)).astype(np.float32)
        bias = random.standard_normal((HEADS, 61, 61)).astype(np.float32)
        places = np.array(kept)
        whole = Stack(stack_graph(encoder.layers[:2], HEADS, encoder.epsilon))(x, bias)
        narrow = NarrowStack(stack_graph(encoder.layers[:2], HEADS, encoder.epsilon, narrows=True))(x, bias, places)
        assert np.array_equal(narrow[places], whole[places])
        assert not np.delete(narrow, places, 0).any()

    def test_the_heads_look_only_at_the_places_that_are_kept(self) -> None:
        w, read = weights(), window()
        hidden = np.random.default_rng(4).standard_normal((len(read.token_ids), HIDDEN)).astype(np.float32)
        blank = np.zeros_like(hidden)
        blank[places_read(read)] = hidden[places_read(read)]
        assert len(places_read(read)) < len(hidden)
        one, two = head_scores(w, hidden, read), head_scores(w, blank, read)
        assert all(np.array_equal(getattr(one, name), getattr(two, name)) for name in (*PARTS, "claimant", "special"))

    def test_attention_bias_tells_before_from_after_and_near_from_far(self) -> None:
        table = np.arange(32, dtype=np.float32)[:, None].repeat(2, 1)
        encoder: Any = SimpleNamespace(relative=table, heads=2)
        bias = relative_bias(encoder, 300)
        assert bias.shape == (2, 300, 300)
        assert bias[0, 10, [10, 9, 3, 11, 17]].tolist() == [0, 1, 7, 17, 23]
        assert bias[0, 200, 0] == bias[0, 299, 0] == 15
        assert bias[0, 100, 80] == 8 + int(math.log(20 / 8) / math.log(16) * 8)

    def test_an_encoder_without_distances_has_no_bias(self) -> None:
        encoder: Encoder = mini_encoder()
        assert not relative_bias(encoder, 4).any()


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
        trained = {k: np.zeros_like(v) for k, v in weights().items()}
        trained["pair_out.bias"][0] = logit
        calls = []

        def upper(hidden: Array, bias: Array, kept: Places) -> Array:
            calls.append(1)
            return hidden

        size = 40_000
        ready: Any = SimpleNamespace(
            words=np.ones((size, HIDDEN), np.float16),
            positions=np.zeros((512, HIDDEN), np.float32),
            norm=(np.ones(HIDDEN, np.float32), np.zeros(HIDDEN, np.float32)),
            epsilon=1e-5,
            bias=lambda places: np.zeros((HEADS, places, places), np.float32),
            lower=lambda hidden, bias: hidden,
            uppers=[upper] * 3,
            trained=[trained] * 3,
        )
        assert highest_relation(ReaderNetwork(ready)(window())) == pytest.approx(logit)
        assert len(calls) == asked

    def test_a_folder_without_weights_is_an_error_that_names_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="make train"):
            prepared_reader(tmp_path)
        with pytest.raises(FileNotFoundError, match="make train"):
            ScreenNetwork(tmp_path / "screen.safetensors")

    def test_the_weights_that_ship_find_the_supplier_and_the_recipient(self) -> None:
        context = context_of(BODY)
        scores = reader_network()(sentence_window(context, context.sentences[1], mpnet_vocabulary()))
        assert all(np.isfinite(getattr(scores, name)).all() for name in (*PARTS, "claimant", "special"))
        norway, ukraine = scores.slots.index("NOR"), scores.slots.index("UKR")
        assert scores.relation[norway, ukraine] == highest_relation(scores) > 0


def test_the_pair_output_is_parted_by_name() -> None:
    width = sum(SIZES[name] for name in PARTS)
    parts = split_pair(np.arange(width, dtype=np.float32).reshape(1, 1, width))
    assert list(parts) == list(PARTS)
    assert parts["relation"].shape == (1, 1)
    joined = [parts["relation"][..., None], *(parts[name] for name in PARTS[1:])]
    assert np.concatenate(joined, -1).ravel().tolist() == list(range(width))
