"""The ONNX graph of an encoder, made of its arrays.

It takes the pieces of posts of one length, (posts, pieces) int32, and gives a state for each piece,
(posts, pieces, width) float32. There is no padding, and what is rounded to whole numbers is rounded
row by row, a row being a piece of a post: so a post's states do not depend on the posts beside it.

Sums of whole numbers are exact in any order. Operators of ``com.microsoft`` are those that ONNX
Runtime has on every processor.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.encoder_arrays import size_of

if TYPE_CHECKING:
    from onnx import ModelProto

PIECES, STATES = "pieces", "states"  # what goes in and what comes out
OPSET, IR_VERSION = 21, 10
MICROSOFT = "com.microsoft"
MIDDLE = 128  # what 0 is among the whole numbers of a row, which are from 1 to 255
TINY = 1e-9  # the least that a row of zeros is divided by


def graph_of(arrays: Mapping[str, NDArray[Any]], epsilon: float) -> "ModelProto":
    """Return the graph of an encoder.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        Checked by `givesell.core.encoder_arrays.checked`.
    epsilon : float
        What the norms add to a variance.

    Returns
    -------
    onnx.ModelProto
    """
    from onnx import TensorProto, helper

    maker = _Maker(arrays, epsilon)
    state = maker.embedded()
    for layer in range(maker.size.layers):
        state = maker.attended(layer, state)
        state = maker.fed_forward(layer, state)
    maker.add("Reshape", state, maker.wide, result=STATES)
    places = ["posts", "length"]
    graph = helper.make_graph(
        maker.nodes,
        "encoder",
        [helper.make_tensor_value_info(PIECES, TensorProto.INT32, places)],
        [helper.make_tensor_value_info(STATES, TensorProto.FLOAT, [*places, maker.size.width])],
        maker.constants,
    )
    domains = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION)


def distances(positions: int) -> NDArray[np.int64]:
    """Return which column of ``relative`` each piece (a row) takes for each other one.

    Examples
    --------
    >>> distances(2)
    array([[1, 2],
           [0, 1]])
    """
    places = np.arange(positions)
    return places[None, :] - places[:, None] + positions - 1


class _Maker:
    """The nodes and the constants of a graph while it is made; results are named by numbers."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], epsilon: float) -> None:
        self.arrays, self.size, self.epsilon = arrays, size_of(arrays), epsilon
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        # Numbers and shapes that all layers share.
        self.one, self.middle = self.constant(np.float32(1)), self.constant(np.uint8(MIDDLE))
        self.step, self.tiny = self.constant(np.float32(1 / 127)), self.constant(np.float32(TINY))
        self.first, self.second = self.constant(np.array([0])), self.constant(np.array([1]))
        self.flat = self.constant(np.array([-1, self.size.width]))
        shape = self.add("Shape", PIECES)
        width = self.constant(np.array([self.size.width]))
        self.length = self.add("Shape", PIECES, start=1)
        self.wide = self.add("Concat", shape, width, axis=0)
        self.middles = self.add("Expand", self.middle, self.add("ReduceProd", shape))
        self.relative = self._relative()

    def constant(self, values: Any) -> str:
        """Add an array and return its name."""
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(
        self, operator: str, *given: str, result: str = "", domain: str = "", **settings: Any
    ) -> str:
        """Add a node and return the name of its result."""
        from onnx import helper

        name = result or f"r{len(self.nodes)}"
        node = helper.make_node(operator, list(given), [name], domain=domain, **settings)
        self.nodes.append(node)
        return name

    def embedded(self) -> str:
        """Add the embeddings; return a row for each piece."""
        from onnx import TensorProto

        arrays = self.arrays
        weight, bias = (self.constant(row) for row in arrays["embedding_norm"])
        rows = self.add("Gather", self.constant(arrays["words"]), PIECES)
        scales = self.add("Gather", self.constant(arrays["word_scales"][:, None]), PIECES)
        words = self.add("Mul", self.add("Cast", rows, to=TensorProto.FLOAT), scales)
        table = self.constant(arrays["positions"].astype(np.float32))
        places = self.add("Slice", table, self.first, self.length, self.first)
        found = self.add("Add", words, places)
        found = self.add("LayerNormalization", found, weight, bias, epsilon=self.epsilon)
        return self.add("Reshape", found, self.flat)

    def attended(self, layer: int, state: str) -> str:
        """Add attention and the norm after it."""
        arrays, width = self.arrays, self.size.width
        rounded = self._rounded(state)
        three = [
            self.add("Reshape", self._product(layer, "qkv", rounded, part), self.wide)
            for part in (slice(at, at + width) for at in range(0, 3 * width, width))
        ]
        bias = self.constant(arrays["qkv_bias"][layer])
        found = self.add(
            "MultiHeadAttention",
            *[*three, bias, *(["", self.relative] if self.relative else [])],
            domain=MICROSOFT,
            num_heads=self.size.heads,
        )
        rounded = self._rounded(self.add("Reshape", found, self.flat))
        return self._normed(layer, "out", rounded, state)

    def fed_forward(self, layer: int, state: str) -> str:
        """Add the feed-forward layer and the norm after it."""
        inner = self._product(layer, "up", self._rounded(state))
        bias = self.constant(self.arrays["up_bias"][layer])
        inner = self.add("BiasGelu", inner, bias, domain=MICROSOFT)
        return self._normed(layer, "down", self._rounded(inner), state)

    def _relative(self) -> str:
        relative = self.arrays["relative"]
        if not relative.any():
            return ""
        whole = self.constant(relative[None, :, distances(self.size.positions)])
        ends = self.add("Concat", self.length, self.length, axis=0)
        begins, axes = self.constant(np.array([0, 0])), self.constant(np.array([2, 3]))
        return self.add("Slice", whole, begins, ends, axes)

    def _rounded(self, rows: str) -> tuple[str, str]:
        """Round rows to whole numbers; return them and what each is to be multiplied by."""
        high = self.add("ReduceMax", rows, self.second, keepdims=0)
        low = self.add("Neg", self.add("ReduceMin", rows, self.second, keepdims=0))
        scales = self.add("Mul", self.add("Max", high, low, self.tiny), self.step)
        whole = self.add("QuantizeLinear", rows, scales, self.middles, axis=0)
        return whole, self.add("Unsqueeze", scales, self.second)

    def _product(
        self, layer: int, name: str, rounded: tuple[str, str], columns: slice = slice(None)
    ) -> str:
        """Add the product of rounded rows and a matrix."""
        whole, scales = rounded
        product = self.add(
            "MatMulIntegerToFloat",
            whole,
            self.constant(self.arrays[name][layer][:, columns]),
            self.one,
            self.constant(self.arrays[f"{name}_scales"][layer][columns]),
            self.middle,
            domain=MICROSOFT,
        )
        return self.add("Mul", product, scales)

    def _normed(self, layer: int, name: str, rounded: tuple[str, str], state: str) -> str:
        """Add a product, its bias and the state before, and the norm of their sum."""
        first = 0 if name == "out" else 2
        weight, shift = (self.constant(row) for row in self.arrays["norms"][layer, first:][:2])
        bias = self.constant(self.arrays[f"{name}_bias"][layer])
        # SkipLayerNormalization does the same in one node, and takes three times as long.
        found = self.add("Add", self.add("Add", self._product(layer, name, rounded), bias), state)
        return self.add("LayerNormalization", found, weight, shift, epsilon=self.epsilon)
