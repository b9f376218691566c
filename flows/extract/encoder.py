"""Encoders at run time: stacks of transformer layers as ONNX graphs of 8-bit numbers, run by onnxruntime on one thread.

Activations are quantised token by token, because a few tokens of every sentence are hundreds of times as large as the
rest; a reading depends on no other sentence.
Weights take 7 of the 8 bits: sums of products then fit everywhere, and processors with and without the newer integer
instructions agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from flows.extract.packaged import LINEAR, NORMS, Encoder

Array = NDArray[np.float32]
Places = NDArray[np.int64]
LARGEST = 63
"""Largest quantised weight."""
MIDDLE, TINY = 128, 1e-9
"""What zero becomes in quantised activations; what keeps a row of zeros from dividing by zero."""
ADAPTER_SCALE = 2.0
OPSET, IR_VERSION = 20, 10
BUCKETS, EXACT, FARTHEST = 16, 8, 128
"""Relative attention bias: buckets a direction, of which the nearest are one place each, the last from 128 places."""


def adapted_layers(
    encoder: Encoder, trained: Mapping[str, Array], begin: int = 0, end: int | None = None
) -> list[dict[str, Array]]:
    """Layers `begin` to `end` with the trained adapters merged and the trained norms; untrained ones as packaged."""
    merged = []
    for index, layer in enumerate(encoder.layers[begin:end], start=begin):
        own: dict[str, Array] = dict(layer)
        for name in LINEAR:
            key = f"layers.{index}.{name}"
            if f"{key}.up" in trained:
                change = ADAPTER_SCALE * trained[f"{key}.up"] @ trained[f"{key}.down"]
                own[f"{name}.weight"] = (layer[f"{name}.weight"] + change).astype(np.float32)
        for place, (name, part) in enumerate((n, p) for n in NORMS for p in ("weight", "bias")):
            own[f"{name}.{part}"] = trained.get(f"layers.{index}.norms.{place}", layer[f"{name}.{part}"])
        merged.append(own)
    return merged


def relative_bias(encoder: Encoder, places: int) -> Array:
    """Attention bias (heads, places, places) by the distance of two places; Raffel et al. 2020, section 2.1."""
    if encoder.relative is None:
        return np.zeros((encoder.heads, places, places), dtype=np.float32)
    distance = np.arange(places)[:, None] - np.arange(places)[None]
    far = np.abs(distance)
    ratio = np.log(np.maximum(far, 1) / EXACT) / np.log(FARTHEST / EXACT)
    large = np.minimum(EXACT + (ratio.astype(np.float32) * (BUCKETS - EXACT)).astype(np.int64), BUCKETS - 1)
    bucket = np.where(far < EXACT, far, large) + BUCKETS * (distance < 0)
    return np.ascontiguousarray(encoder.relative[bucket].transpose(2, 0, 1))


class Stack:
    """Layers of an encoder, ready to run."""

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def __call__(self, hidden: Array, bias: Array) -> Array:
        """Hidden states (places, hidden) after the last layer; `bias` is (heads, places, places)."""
        return self.session.run(None, {"hidden": hidden, "bias": bias})[0]  # type: ignore[no-any-return]


class NarrowStack(Stack):
    """Layers of which the last computes only the places that are asked for; their bits do not depend on the others."""

    def __call__(self, hidden: Array, bias: Array, kept: Places | None = None) -> Array:
        """Hidden states (places, hidden) after the last layer; zeros in all places but the `kept` ones."""
        places = np.arange(len(hidden)) if kept is None else kept
        found = np.zeros_like(hidden)
        found[places] = self.session.run(None, {"hidden": hidden, "bias": bias, "kept": places})[0]
        return found


def stack_graph(layers: Sequence[Mapping[str, Array]], heads: int, epsilon: float, narrows: bool = False) -> bytes:
    """The serialised graph of the layers: inputs `hidden` and `bias`, output the last hidden states.

    With `narrows`, a graph for `NarrowStack`: a third input `kept`, and an output of these places alone.
    """
    graph = _Graph()
    size = len(layers[0]["query.bias"])
    inputs = [
        helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["places", size]),
        helper.make_tensor_value_info("bias", TensorProto.FLOAT, [heads, "places", "places"]),
    ]
    if narrows:
        inputs.append(helper.make_tensor_value_info("kept", TensorProto.INT64, ["kept"]))
    x = "hidden"
    for index, layer in enumerate(layers):
        kept = "kept" if narrows and index == len(layers) - 1 else None
        x = graph.layer(x, layer, heads, size, epsilon, kept)
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        inputs,
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["kept" if narrows else "places", size])],
        graph.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    return model.SerializeToString()  # type: ignore[no-any-return]


class _Graph:
    """Nodes and constants of a graph in the making; values go by name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, value: Any) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def several(self, kind: str, inputs: list[str], count: int, **attributes: Any) -> list[str]:
        names = [f"value{len(self.nodes)}_{k}" for k in range(count)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def one(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self.several(kind, list(inputs), 1, **attributes)[0]

    def linear(self, quantised: tuple[str, str], layer: Mapping[str, Array], name: str) -> str:
        value, scale = quantised
        weight = layer[f"{name}.weight"].T
        step = (np.abs(weight).max(0) / LARGEST).astype(np.float32)
        whole = self.constant(np.round(weight / step).astype(np.int8))
        product = self.one("MatMulInteger", value, whole, self.constant(np.array(MIDDLE, dtype=np.uint8)))
        scaled = self.one("Mul", self.one("Cast", product, to=TensorProto.FLOAT), self.constant(step))
        # Apart from the step of the weights: the runtime would take their product for one scale of the whole matrix.
        return self.one("Add", self.one("Mul", scaled, scale), self.constant(layer[f"{name}.bias"]))

    def quantised(self, value: str) -> tuple[str, str]:
        """The value as whole numbers around `MIDDLE`, and the step of each of its rows."""
        largest = self.one("ReduceMax", self.one("Abs", value), self.constant(np.array([-1])), keepdims=1)
        step = self.one("Mul", largest, self.constant(np.float32(1 / (MIDDLE - 1))))
        safe = self.one("Add", step, self.constant(np.float32(TINY)))
        whole = self.one("Add", self.one("Round", self.one("Div", value, safe)), self.constant(np.float32(MIDDLE)))
        return self.one("Cast", whole, to=TensorProto.UINT8), safe

    def normed(self, value: str, layer: Mapping[str, Array], name: str, epsilon: float) -> str:
        weight, bias = (self.constant(layer[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.one("LayerNormalization", value, weight, bias, axis=-1, epsilon=epsilon)

    def layer(
        self, x: str, layer: Mapping[str, Array], heads: int, size: int, epsilon: float, kept: str | None = None
    ) -> str:
        """One post-norm layer: attention with bias, then feed-forward with GELU.

        Places that are not `kept` are attended to, but get no state of their own.
        """
        apart = self.constant(np.array([-1, heads, size // heads]))

        def split(value: str, order: list[int]) -> str:
            return self.one("Transpose", self.one("Reshape", value, apart), perm=order)

        entering, bias = self.quantised(x), "bias"
        key = split(self.linear(entering, layer, "key"), [1, 2, 0])
        value = split(self.linear(entering, layer, "value"), [1, 0, 2])
        if kept is not None:
            x, bias = self.one("Gather", x, kept, axis=0), self.one("Gather", bias, kept, axis=1)
            entering = self.quantised(x)
        query = split(self.linear(entering, layer, "query"), [1, 0, 2])
        product = self.one("Mul", self.one("MatMul", query, key), self.constant(np.float32((size // heads) ** -0.5)))
        share = self.one("Softmax", self.one("Add", product, bias), axis=-1)
        mixed = self.one("Transpose", self.one("MatMul", share, value), perm=[1, 0, 2])
        joined = self.one("Reshape", mixed, self.constant(np.array([-1, size])))
        attended = self.one("Add", x, self.linear(self.quantised(joined), layer, "out"))
        x = self.normed(attended, layer, "attention_norm", epsilon)
        risen = self.one("Gelu", self.linear(self.quantised(x), layer, "rise"), approximate="tanh")
        fed = self.one("Add", x, self.linear(self.quantised(risen), layer, "fall"))
        return self.normed(fed, layer, "feed_norm", epsilon)
