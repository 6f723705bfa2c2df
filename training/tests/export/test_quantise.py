"""int8 weights and the operators that multiply by them."""

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor

from unif2ace_training.export.graph_builder import GraphBuilder
from unif2ace_training.export.modules_to_ops import linear_int8, round_rows
from unif2ace_training.export.quantise import LARGEST, quantise
from unif2ace_training.export.shared_weights import SharedWeights

_IN, _OUT = 48, 24


def _matrix(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, columns)).astype(np.float32)


@pytest.fixture(scope="module")
def weight() -> Tensor:
    return torch.from_numpy(_matrix(_OUT, _IN))


@pytest.fixture(scope="module")
def bias() -> Tensor:
    return torch.from_numpy(_matrix(1, _OUT)[0])


@pytest.fixture(scope="module")
def product(weight: Tensor, bias: Tensor, tmp_path_factory: pytest.TempPathFactory) -> onnxruntime.InferenceSession:
    folder, weights = tmp_path_factory.mktemp("int8"), SharedWeights()
    graph = GraphBuilder("product", weights)
    value = graph.input("value", "float32", ["B", _IN])
    rows = round_rows(graph, value)
    graph.output(linear_int8(graph, rows, "matrix", weight, bias), "product", "float32", ["B", _OUT])
    onnx.save(graph.build(weights.write(folder)), str(folder / "product.onnx"))
    return onnxruntime.InferenceSession(str(folder / "product.onnx"))


def test_dequantised_weights_are_within_half_a_step_of_their_column() -> None:
    matrix = _matrix(40, 128)
    steps = np.abs(matrix).max(axis=1) / LARGEST
    assert (np.abs(quantise(matrix).dequantised() - matrix).max(axis=1) <= steps / 2 * 1.0001).all()


def test_an_output_without_weights_stays_zero() -> None:
    matrix = _matrix(3, 64)
    matrix[1] = 0
    assert (quantise(matrix).dequantised()[1] == 0).all()


def test_quantising_twice_changes_nothing() -> None:
    once = quantise(_matrix(8, 32)).dequantised()
    assert np.abs(quantise(once).dequantised() - once).max() < 1e-6


def test_two_products_of_bytes_and_weights_fit_into_16_bits() -> None:
    assert 2 * 255 * int(np.abs(quantise(_matrix(64, 64)).values.astype(int)).max()) <= np.iinfo(np.int16).max


def test_the_operators_multiply_by_the_dequantised_matrix(
    product: onnxruntime.InferenceSession, weight: Tensor, bias: Tensor
) -> None:
    # Multiples of a row's largest / 127 are what the row is rounded to: nothing is lost on the way.
    inputs = np.random.default_rng(2).integers(-127, 128, (5, _IN)).astype(np.float32)
    inputs[:, 0] = 127
    inputs *= np.array([[1e-3], [1.0], [30.0], [1 / 127], [1e4]], np.float32)
    (found,) = product.run(None, {"value": inputs})
    expected = inputs @ quantise(weight.numpy()).dequantised().T + bias.numpy()
    assert (np.abs(found - expected) < 1e-5 * (1 + np.abs(inputs).max(axis=1, keepdims=True))).all()


def test_a_row_of_zeros_gives_the_bias_and_a_large_row_does_not_coarsen_its_neighbour(
    product: onnxruntime.InferenceSession, bias: Tensor
) -> None:
    small = np.random.default_rng(3).normal(size=_IN).astype(np.float32)
    (alone,) = product.run(None, {"value": small[None]})
    (among,) = product.run(None, {"value": np.stack([np.zeros_like(small), small, 1e6 * small])})
    assert np.array_equal(among[0], bias.numpy())
    assert np.array_equal(among[1], alone[0])
