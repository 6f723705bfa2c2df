"""Files written tensor by tensor are those of the library."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import load_file

from unif2ace_training.common.safetensors_writer import TensorEntry, write_safetensors

_DTYPES = {"float32": "F32", "int64": "I64", "int32": "I32", "int8": "I8", "uint8": "U8", "bool": "BOOL"}


def test_the_bytes_are_those_of_the_library(tmp_path: Path):
    rng = np.random.default_rng(0)
    arrays = {
        f"layers.{index}.{dtype}": rng.integers(0, 2, shape).astype(dtype)
        for index, shape in enumerate([(3, 5), (7,), (2, 3, 4), ()])
        for dtype in _DTYPES
    }
    save_file(arrays, tmp_path / "library.safetensors")
    entries = [TensorEntry(name, _DTYPES[str(one.dtype)], one.shape) for name, one in reversed(arrays.items())]
    write_safetensors(
        tmp_path / "ours.safetensors", entries, lambda entry, stream: stream.write(arrays[entry.name].data)
    )
    assert (tmp_path / "ours.safetensors").read_bytes() == (tmp_path / "library.safetensors").read_bytes()


def test_bfloat16_comes_back(tmp_path: Path):
    drawn = torch.randn(6, 4).bfloat16()

    def write(_: TensorEntry, stream: BinaryIO) -> None:
        stream.write(drawn.view(torch.int16).numpy().data)

    write_safetensors(tmp_path / "one.safetensors", [TensorEntry("weight", "BF16", (6, 4))], write)
    assert torch.equal(load_file(tmp_path / "one.safetensors")["weight"], drawn)


def test_a_tensor_of_other_bytes_is_refused_and_no_file_is_left(tmp_path: Path):
    with pytest.raises(ValueError, match="weight has 3 bytes instead of 24"):
        write_safetensors(
            tmp_path / "one.safetensors", [TensorEntry("weight", "F32", (6,))], lambda _, stream: stream.write(b"abc")
        )
    assert list(tmp_path.iterdir()) == []
