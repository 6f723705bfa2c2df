"""Writes a safetensors file tensor by tensor: the library's own writer first copies all of them."""

# The file: 8 bytes of length, little endian; a header of JSON, filled up with blanks to a multiple of 8; the tensors.

import json
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from unif2ace_training.common.artifacts import atomic_path

# By the library's order: tensors of wider elements come first, so that every tensor lies aligned.
_BYTES: Final = {"I64": 8, "F32": 4, "I32": 4, "BF16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_ORDER: Final = tuple(_BYTES)
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """A tensor that is to be written."""

    name: str
    dtype: str  # as safetensors spells it
    shape: tuple[int, ...]

    @property
    def byte_length(self) -> int:
        count = _BYTES[self.dtype]
        for side in self.shape:
            count *= side
        return count


def write_safetensors(
    path: Path, entries: Iterable[TensorEntry], write: Callable[[TensorEntry, BinaryIO], object]
) -> None:
    """Write the file, atomically and readable by everybody: the server may be somebody else.

    Args:
        write: puts the bytes of one tensor into the stream; called once for each, in the order of the file.

    Raises:
        ValueError: other bytes were written than the tensor has.
    """
    ordered = sorted(entries, key=lambda entry: (_ORDER.index(entry.dtype), entry.name))
    header, offset = {}, 0
    for entry in ordered:
        end = offset + entry.byte_length
        header[entry.name] = {"dtype": entry.dtype, "shape": list(entry.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with atomic_path(path) as partial:
        with partial.open("wb") as stream:
            stream.write(struct.pack("<Q", len(text)) + text)
            for entry in ordered:
                before = stream.tell()
                write(entry, stream)
                if stream.tell() - before != entry.byte_length:
                    raise ValueError(f"{entry.name} has {stream.tell() - before} bytes instead of {entry.byte_length}")
        partial.chmod(_READABLE)
