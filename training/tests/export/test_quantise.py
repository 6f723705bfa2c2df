"""Block-wise int8 and the operator that multiplies by it."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from unif2ace_training.export.graph_builder import GraphBuilder
from unif2ace_training.export.modules_to_ops import linear_int8
from unif2ace_training.export.quantise import BLOCK, quantise
from unif2ace_training.export.shared_weights import SharedWeights


def _matrix(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, columns)).astype(np.float32)


def test_dequantised_weights_are_within_half_a_step_of_their_block() -> None:
    matrix = _matrix(40, 4 * BLOCK)
    steps = np.abs(matrix.reshape(40, 4, BLOCK)).max(axis=-1) / 127
    error = np.abs(quantise(matrix).dequantised() - matrix).reshape(40, 4, BLOCK).max(axis=-1)
    assert (error <= steps / 2 * 1.0001).all()


def test_a_block_of_zeros_stays_zero() -> None:
    matrix = _matrix(3, 2 * BLOCK)
    matrix[1, BLOCK:] = 0
    assert (quantise(matrix).dequantised()[1, BLOCK:] == 0).all()


def test_quantising_twice_changes_nothing() -> None:
    once = quantise(_matrix(8, BLOCK)).dequantised()
    assert np.abs(quantise(once).dequantised() - once).max() < 1e-6


def test_a_width_that_blocks_do_not_fill_is_refused_with_the_width() -> None:
    with pytest.raises(ValueError, match="multiples of 32; one here is 48"):
        quantise(_matrix(2, 48))


def test_the_operator_multiplies_by_the_dequantised_matrix(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("int8")
    weight, bias = torch.from_numpy(_matrix(24, 2 * BLOCK)), torch.from_numpy(_matrix(1, 24)[0])
    weights = SharedWeights()
    graph = GraphBuilder("product", weights)
    value = graph.input("value", "float32", ["B", 2 * BLOCK])
    graph.output(linear_int8(graph, value, "matrix", weight, bias), "product", "float32", ["B", 24])
    onnx.save(graph.build(weights.write(folder)), str(folder / "product.onnx"))
    # Multiples of 1 / 127 up to 1 are what the operator rounds activations to: nothing is lost on the way.
    inputs = np.random.default_rng(2).integers(-127, 128, (5, 2 * BLOCK)).astype(np.float32) / 127
    inputs[:, ::BLOCK] = 1
    (found,) = onnxruntime.InferenceSession(str(folder / "product.onnx")).run(None, {"value": inputs})
    expected = inputs @ quantise(weight.numpy()).dequantised().T + bias.numpy()
    assert np.abs(found - expected).max() < 1e-4
