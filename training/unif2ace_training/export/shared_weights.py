"""The tensors that several graphs share: stored once, in `weights.safetensors` (docs/adr/0005).

Graphs refer to them as ordinary ONNX external data with absolute offsets into that file, so any ONNX tool opens a
graph as it lies, and the server can hand the same buffers to every session.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor

from unif2ace_training.common.safetensors_writer import TensorEntry, write_safetensors

WEIGHTS_FILE = "weights.safetensors"
_DTYPES = {"float32": "F32", "int64": "I64", "int32": "I32", "int8": "I8", "uint8": "U8", "bool": "BOOL"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor's bytes lie in the weights file."""

    offset: int
    length: int


class SharedWeights:
    """Named arrays, added once and referred to by graphs."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[np.generic]] = {}
        self._sources: dict[str, tuple[object, ...]] = {}

    def add(self, name: str, array: NDArray[np.generic]) -> str:
        """Store an array under a name; adding the same name again must bring the same contents."""
        array = np.ascontiguousarray(array)
        if name in self._arrays:
            assert np.array_equal(self._arrays[name], array), f"two different tensors are called {name}"
        self._arrays[name] = array
        return name

    def add_made(self, name: str, source: Tensor, make: Callable[[], NDArray[np.generic]]) -> str:
        """Store what is made of a parameter under a name, once: several graphs ask for the same.

        Adding the same name again must bring the same parameter; it is not made again.
        """
        known = (source.data_ptr(), tuple(source.shape), source.stride(), source.dtype)
        if name in self._sources:
            assert self._sources[name] == known, f"two different tensors are called {name}"
            return name
        self._sources[name] = known
        return self.add(name, make())

    def write(self, folder: Path) -> dict[str, Place]:
        """Write the file and return where each tensor lies in it."""
        target = folder / WEIGHTS_FILE
        entries = [TensorEntry(name, _DTYPES[str(one.dtype)], one.shape) for name, one in self._arrays.items()]
        write_safetensors(target, entries, lambda entry, stream: stream.write(self._arrays[entry.name].data))
        return read_places(target)

    def external_tensor(self, name: str, place: Place) -> TensorProto:
        """An initializer without data that points into the weights file."""
        array = self._arrays[name]
        tensor = TensorProto()
        tensor.name = name
        tensor.data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
        tensor.dims.extend(array.shape)
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", WEIGHTS_FILE), ("offset", place.offset), ("length", place.length)):
            entry = onnx.StringStringEntryProto()
            entry.key, entry.value = key, str(value)
            tensor.external_data.append(entry)
        return tensor


def read_places(weights_file: Path) -> dict[str, Place]:
    """Absolute places of all tensors of a safetensors file, from its header."""
    with weights_file.open("rb") as stream:
        (header_length,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(header_length))
    data_start = 8 + header_length
    places: dict[str, Place] = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            places[name] = Place(data_start + begin, end - begin)
    return places
