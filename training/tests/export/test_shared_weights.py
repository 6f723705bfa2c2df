"""Tensors that graphs share are made of their parameter once."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from unif2ace_training.export.shared_weights import WEIGHTS_FILE, SharedWeights


def test_a_tensor_is_made_once_and_read_back_from_its_place(tmp_path: Path):
    weights, weight, made = SharedWeights(), torch.randn(4, 6), []

    def make() -> np.ndarray:
        made.append(1)
        return weight.numpy().T

    for _ in range(3):  # views of the same rows are the same parameter
        weights.add_made("weight", weight[1:], lambda: weight[1:].numpy())
        weights.add_made("transposed", weight, make)
    assert made == [1]
    places = weights.write(tmp_path)
    content = (tmp_path / WEIGHTS_FILE).read_bytes()
    place = places["transposed"]
    found = np.frombuffer(content[place.offset : place.offset + place.length], np.float32).reshape(6, 4)
    np.testing.assert_array_equal(found, weight.numpy().T)
    np.testing.assert_array_equal(load_file(tmp_path / WEIGHTS_FILE)["weight"], weight[1:].numpy())


def test_another_parameter_under_the_same_name_is_a_mistake():
    weights, weight = SharedWeights(), torch.randn(4, 6)
    weights.add_made("weight", weight[:2], lambda: weight[:2].numpy())
    with pytest.raises(AssertionError, match="two different tensors are called weight"):
        weights.add_made("weight", weight[2:], lambda: weight[2:].numpy())
