"""PyTorch's building blocks as ONNX operators: linear maps, norms, the feed-forward, the resampler, the mixtures.

Each function takes the builder, the name of the module in the PyTorch model (it names the shared tensors) and the
module itself, and returns the names of values. Linear maps take two-dimensional values: then ONNX Runtime adds the bias
inside the product (an unmasking step of the small preset: 41 ms of CPU instead of 44).
"""

# B rows, S positions, N code positions, D width, E experts

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
from torch import Tensor, nn

from unif2ace_training.config.schema import Task
from unif2ace_training.export.graph_builder import MICROSOFT, GraphBuilder
from unif2ace_training.export.quantise import quantise
from unif2ace_training.model.feed_forward import FeedForward
from unif2ace_training.model.moe import RoutedGroup, TokenMoE

Precision = Literal["fp32", "int8"]
# The byte that stands for 0.
ZERO_POINT = 128


def to_numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().float().numpy()


def linear(graph: GraphBuilder, value: str, name: str, weight: Tensor, bias: Tensor | None) -> str:
    """`value @ weight.T + bias` in float32, [any, in] to [any, out]."""
    matrix = graph.weight_of(f"{name}.weight", weight, lambda: to_numpy(weight).T)
    if bias is None:
        return graph.op("MatMul", value, matrix)
    return graph.op("Gemm", value, matrix, graph.weight(f"{name}.bias", to_numpy(bias)))


@dataclass(frozen=True, slots=True)
class RoundedRows:
    """Names of activations rounded to bytes around 128, uint8 [any, in], and of what each row counts in, [any]."""

    bytes: str
    scales: str


def round_rows(graph: GraphBuilder, value: str) -> RoundedRows:
    """Each row in 255 steps of its own: what a row becomes does not depend on the others (docs/adr/0004)."""
    largest = graph.op("ReduceMax", graph.op("Abs", value), graph.constant([1]), keepdims=0)
    # A row of zeros has any scale but 0.
    scales = graph.op(
        "Mul", graph.op("Max", largest, graph.constant(1e-30, "float32")), graph.constant(1 / 127, "float32")
    )
    zero_points = graph.op("Expand", graph.constant(ZERO_POINT, "uint8"), graph.op("Shape", scales))
    return RoundedRows(graph.op("QuantizeLinear", value, scales, zero_points, axis=0), scales)


def linear_int8(graph: GraphBuilder, rows: RoundedRows, name: str, weight: Tensor, bias: Tensor | None) -> str:
    """The same of rounded rows and rounded weights: sums of whole numbers, exact in any order.

    Bytes times signed weights is the one form that has fast kernels everywhere: signed times signed took 13 times as
    long here (204 rows, 256 to 1024).
    """
    quantised = cache(lambda: quantise(to_numpy(weight)))
    product = graph.op(
        "MatMulIntegerToFloat",
        rows.bytes,
        graph.weight_of(f"{name}.weight.int8", weight, lambda: quantised().values),
        graph.constant(1.0, "float32"),
        graph.weight_of(f"{name}.weight.scales", weight, lambda: quantised().scales),
        graph.constant(ZERO_POINT, "uint8"),
        graph.constant(0, "int8"),
        domain=MICROSOFT,
    )
    scaled = graph.op("Mul", product, graph.unsqueeze(rows.scales, 1))
    return scaled if bias is None else graph.op("Add", scaled, graph.weight(f"{name}.bias", to_numpy(bias)))


@dataclass(kw_only=True, slots=True)
class Positions:
    """The positions of a pass lie under each other, [B·S, width]; this tells the rows apart again.

    `length` is S where it is a constant, otherwise the name of a value that holds B and S, int64 [2].
    """

    graph: GraphBuilder
    length: int | str
    is_real_BS1: str | None = None  # float32, 0 at padding; None without padding
    _shapes: dict[tuple[int, ...], str] = field(default_factory=dict)

    def by_row(self, value: str, *sizes: int) -> str:
        """[B·S, …] as [B, S, *sizes]."""
        if isinstance(self.length, int):
            return self.graph.reshape(value, [-1, self.length, *sizes])
        if sizes not in self._shapes:
            self._shapes[sizes] = self.graph.op("Concat", self.length, self.graph.constant(sizes), axis=0)
        return self.graph.op("Reshape", value, self._shapes[sizes])


class Matrices:
    """Writes the big matrices in the precision of the export."""

    def __init__(self, graph: GraphBuilder, precision: Precision):
        self.graph = graph
        self._precision = precision
        # Matrices that read the same value share its rounding.
        self._rounded: dict[str, RoundedRows] = {}

    def apply(self, value: str, name: str, weight: Tensor, bias: Tensor | None) -> str:
        if self._precision == "fp32":
            return linear(self.graph, value, name, weight, bias)
        if value not in self._rounded:
            self._rounded[value] = round_rows(self.graph, value)
        return linear_int8(self.graph, self._rounded[value], name, weight, bias)

    def linear(self, value: str, name: str, module: nn.Linear) -> str:
        return self.apply(value, name, module.weight, module.bias)


def layer_norm(graph: GraphBuilder, value: str, name: str, module: nn.LayerNorm) -> str:
    gain = graph.weight(f"{name}.weight", to_numpy(module.weight))
    bias = graph.weight(f"{name}.bias", to_numpy(module.bias))
    return graph.op("LayerNormalization", value, gain, bias, axis=-1, epsilon=module.eps)


def feed_forward(matrices: Matrices, value: str, name: str, module: FeedForward) -> str:
    hidden = matrices.linear(value, f"{name}.up", module.up)
    return matrices.linear(matrices.graph.op("Gelu", hidden, approximate="tanh"), f"{name}.down", module.down)


def choose_top_k(graph: GraphBuilder, probabilities: str, experts: int, top_k: int) -> str:
    """1.0 at the k largest entries of the last axis, 0.0 elsewhere."""
    _, indices = graph.ops("TopK", probabilities, graph.constant([top_k]), count=2, axis=-1)
    ones_at = graph.op("OneHot", indices, graph.constant([experts]), graph.constant([0.0, 1.0], "float32"), axis=-1)
    return graph.op("ReduceSum", ones_at, graph.constant([-2]), keepdims=0)


def token_moe(
    matrices: Matrices, value: str, name: str, module: TokenMoE, task: Task, positions: Positions
) -> tuple[str, str]:
    """Output [B·S, D] and counts int64 [B, 1, E] of the real positions."""
    graph, group = matrices.graph, module.groups[task]
    assert isinstance(group, RoutedGroup)
    group_name = f"{name}.groups.{task}"
    weights, counts = token_router(graph, value, f"{group_name}.router", group, positions)
    experts = group.experts
    hidden_width = experts.num_experts * experts.routed_width
    gate_up = matrices.apply(value, f"{group_name}.experts.gate_up", experts.gate_up.weight, None)
    gate, up = graph.split(gate_up, [hidden_width, hidden_width], axis=-1)
    hidden = graph.op("Mul", graph.op("Mul", gate, graph.op("Sigmoid", gate)), up)
    per_expert = graph.reshape(hidden, [-1, experts.num_experts, experts.routed_width])
    weighted = graph.op("Mul", per_expert, graph.unsqueeze(weights, -1))
    flat = graph.reshape(weighted, [-1, hidden_width])
    routed = matrices.apply(flat, f"{group_name}.experts.down", experts.down.weight, None)
    shared = feed_forward(matrices, value, f"{name}.shared", module.shared)
    return graph.op("Add", shared, routed), counts


def token_router(
    graph: GraphBuilder, value: str, name: str, group: RoutedGroup, positions: Positions
) -> tuple[str, str]:
    """Gate weights [B·S, E], zero where not chosen, and counts int64 [B, 1, E] of the real positions."""
    router, num_experts = group.router, group.router.gate.out_features
    logits = linear(graph, value, f"{name}.gate", router.gate.weight, None)
    probabilities = graph.op("Softmax", logits, axis=-1)
    chosen = choose_top_k(graph, probabilities, num_experts, router.top_k)
    counted = positions.by_row(chosen, num_experts)
    if positions.is_real_BS1 is not None:
        counted = graph.op("Mul", counted, positions.is_real_BS1)
    # Whole numbers far below 2**24: exact in float32.
    counts = graph.cast(graph.op("ReduceSum", counted, graph.constant([1]), keepdims=1), "int64")
    return graph.op("Mul", probabilities, chosen), counts
