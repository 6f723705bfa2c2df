"""Graphs that PyTorch traces: the picture codec and the encoders, each with its weights inside.

Nothing here is shared with other graphs or quantised, so tracing is enough. PyTorch's older exporter is used: it
writes graphs that run equally fast (2.9 ms a picture for the small encoder, 4.4 for the decoder, either way) in a
fifteenth of the time (0.2 against 3 to 7 s).
"""

# B rows

import io
import warnings
from dataclasses import dataclass

import onnx
import torch
from torch import Tensor, nn
from torch.jit._trace import TracerWarning

from unif2ace_training.export.graph_builder import IR_VERSION, DataType, TensorSpec

# The newest that PyTorch's older exporter writes.
_OPSET = 20
_DATA_TYPES: dict[torch.dtype, DataType] = {
    torch.float32: "float32",
    torch.int64: "int64",
    torch.int32: "int32",
    torch.bool: "bool",
    torch.uint8: "uint8",
}
# More than one, so that a dimension that varies is not taken for a constant.
_EXAMPLE_ROWS = 2


@dataclass(frozen=True, slots=True)
class ModuleGraph:
    """A graph with its inputs and outputs; the first dimension of each is the number of rows."""

    model: onnx.ModelProto
    inputs: list[TensorSpec]
    outputs: list[TensorSpec]


def trace(
    module: nn.Module, example: Tensor, input_name: str, output_names: list[str], *, rows: int | None = None
) -> ModuleGraph:
    """Export a module of one input.

    Args:
        example: one row of input, without the dimension of rows.
        rows: how many the graph takes; any number where this is left out.
    """
    module = module.eval()
    batch = torch.stack([example] * (rows or _EXAMPLE_ROWS))
    with torch.no_grad():
        results = module(batch)
    results = results if isinstance(results, tuple) else (results,)
    stream = io.BytesIO()
    names = [input_name, *output_names]
    with warnings.catch_warnings():
        # That this exporter is the older one, that sizes of layers become constants, and that some slices do not.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        warnings.simplefilter("ignore", category=TracerWarning)
        warnings.filterwarnings("ignore", message="Constant folding", category=UserWarning)
        torch.onnx.export(
            module,
            (batch,),
            stream,  # pyright: ignore[reportArgumentType]
            dynamo=False,
            opset_version=_OPSET,
            input_names=[input_name],
            output_names=output_names,
            dynamic_axes=None if rows else {name: {0: "B"} for name in names},
        )
    model = onnx.load_from_string(stream.getvalue())
    model.ir_version = IR_VERSION
    first = rows or "B"
    graph = ModuleGraph(
        model,
        [_spec(input_name, batch, first)],
        [_spec(name, result, first) for name, result in zip(output_names, results, strict=True)],
    )
    _state_shapes(graph)
    return graph


def parameter_count(module: nn.Module) -> int:
    """Parameters of a module; buffers do not count."""
    return sum(parameter.numel() for parameter in module.parameters())


def _spec(name: str, batch: Tensor, first: int | str) -> TensorSpec:
    return TensorSpec(name, _DATA_TYPES[batch.dtype], (first, *batch.shape[1:]))


def _state_shapes(graph: ModuleGraph) -> None:
    """The exporter leaves dimensions of outputs open that are constants; write down what they are."""
    for value, spec in zip(graph.model.graph.output, graph.outputs, strict=True):
        shape = value.type.tensor_type.shape
        del shape.dim[:]
        for dim in spec.dims:
            if isinstance(dim, str):
                shape.dim.add().dim_param = dim
            else:
                shape.dim.add().dim_value = dim
