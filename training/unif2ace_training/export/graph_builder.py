"""Builds one ONNX graph operator by operator.

Tracing would be shorter, but names, quantised operators, routing outputs and the absence of any operator that mixes
rows are part of the contract with the server, so the graphs are written out (docs/adr/0004 and 0005).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import ArrayLike
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor

from unif2ace_training.export.shared_weights import Place, SharedWeights

OPSET = 21
IR_VERSION = 10
MICROSOFT = "com.microsoft"

DataType = Literal["float32", "int64", "int32", "bool", "uint8", "int8"]
_ONNX_TYPES: dict[DataType, int] = {
    "float32": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "int32": TensorProto.INT32,
    "bool": TensorProto.BOOL,
    "uint8": TensorProto.UINT8,
    "int8": TensorProto.INT8,
}
# Functions such as Log and Cos take as many floats at once as the widest register holds (AVX-512) and the last ones by
# another routine. Rows filled up to whole registers have the same bits however many rows there are.
REGISTER_FLOATS = 16

# A dimension is a number, or the name of one that varies between runs.
Dimensions = Sequence[int | str]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A graph's input or output as the manifest lists it."""

    name: str
    dtype: DataType
    dims: tuple[int | str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "dtype": self.dtype, "dims": list(self.dims)}


class GraphBuilder:
    """Collects nodes; values are referred to by name."""

    def __init__(self, name: str, weights: SharedWeights):
        self.name = name
        self.weights = weights
        self.inputs: list[TensorSpec] = []
        self.outputs: list[TensorSpec] = []
        self.used_weights: list[str] = []
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], onnx.TensorProto] = {}
        self._scope = ""

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Prefix the names of the nodes made inside."""
        outer, self._scope = self._scope, f"{self._scope}{name}/"
        try:
            yield
        finally:
            self._scope = outer

    def input(self, name: str, dtype: DataType, dims: Dimensions) -> str:
        """Declare an input of the graph."""
        self.inputs.append(TensorSpec(name, dtype, tuple(dims)))
        return name

    def output(self, value: str, name: str, dtype: DataType, dims: Dimensions) -> None:
        """Declare an output of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [name], name=f"output/{name}"))
        self.outputs.append(TensorSpec(name, dtype, tuple(dims)))

    def output_as_is(self, name: str, dtype: DataType, dims: Dimensions) -> None:
        """Declare a value as an output under its own name: one that shares memory with an input."""
        self.outputs.append(TensorSpec(name, dtype, tuple(dims)))

    def constant(self, value: ArrayLike, dtype: DataType = "int64") -> str:
        """A small constant inside the graph; equal ones are stored once."""
        array = np.asarray(value, dtype=dtype)
        key = (dtype, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, name=f"constant_{len(self._constants)}")
        return self._constants[key].name

    def weight(self, name: str, array: np.ndarray) -> str:
        """A shared tensor."""
        self.weights.add(name, array)
        if name not in self.used_weights:
            self.used_weights.append(name)
        return name

    def weight_of(self, name: str, source: Tensor, make: Callable[[], np.ndarray]) -> str:
        """A shared tensor that is made of a parameter, when the first graph asks for it."""
        self.weights.add_made(name, source, make)
        if name not in self.used_weights:
            self.used_weights.append(name)
        return name

    def op(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output; an empty input name leaves an optional input out."""
        return self.ops(operator, *inputs, count=1, domain=domain, **attributes)[0]

    def ops(
        self,
        operator: str,
        *inputs: str,
        count: int,
        domain: str = "",
        outputs: Sequence[str] | None = None,
        **attributes: Any,
    ) -> list[str]:
        """Add a node with `count` outputs, named automatically unless `outputs` names them."""
        node_name = f"{self._scope}{operator}_{len(self._nodes)}"
        names = list(outputs) if outputs is not None else [f"{node_name}:{index}" for index in range(count)]
        self._nodes.append(helper.make_node(operator, list(inputs), names, name=node_name, domain=domain, **attributes))
        return names

    def cast(self, value: str, dtype: DataType) -> str:
        return self.op("Cast", value, to=_ONNX_TYPES[dtype])

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """0 copies a dimension, -1 is inferred."""
        return self.op("Reshape", value, self.constant(shape))

    def slice(self, value: str, axis: int, start: int, stop: int) -> str:
        """`value[start:stop]` along an axis."""
        return self.op("Slice", value, self.constant([start]), self.constant([stop]), self.constant([axis]))

    def split(self, value: str, sizes: Sequence[int], axis: int) -> list[str]:
        return self.ops("Split", value, self.constant(sizes), count=len(sizes), axis=axis)

    def unsqueeze(self, value: str, *axes: int) -> str:
        return self.op("Unsqueeze", value, self.constant(axes))

    def build(self, places: dict[str, Place]) -> onnx.ModelProto:
        """The finished model, checked; shared tensors point to their places in the weights file."""
        initializers = [
            *self._constants.values(),
            *(self.weights.external_tensor(name, places[name]) for name in self.used_weights),
        ]
        graph = helper.make_graph(
            self._nodes,
            self.name,
            [_value_info(spec) for spec in self.inputs],
            [_value_info(spec) for spec in self.outputs],
            initializer=initializers,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="unif2ace_training")


def _value_info(spec: TensorSpec) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(spec.name, _ONNX_TYPES[spec.dtype], list(spec.dims))
