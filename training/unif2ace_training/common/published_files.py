"""Reads weights as they are published: safetensors or PyTorch files, whole or in parts with an index."""

from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from torch import Tensor

from unif2ace_training.common.artifacts import read_json

# Of a folder the first of these; safetensors cannot run code, so they go first.
_PATTERNS: Final = ("*.safetensors.index.json", "*.safetensors", "*.bin.index.json", "*.bin")


def read_published(path: Path) -> dict[str, Tensor]:
    """All tensors of a file, or of the files of a folder.

    Raises:
        ValueError: there is nothing to read, or a part is missing.
    """
    if path.is_dir():
        found = next((files for pattern in _PATTERNS if (files := sorted(path.glob(pattern)))), [])
        if len(found) != 1:
            said = ", ".join(file.name for file in found) or "no weights"
            raise ValueError(f"{path} holds {said}; name the one file, or the index of several")
        path = found[0]
    if not path.exists():
        raise ValueError(f"{path} does not exist; give the published weights' file or folder")
    if path.name.endswith(".index.json"):
        parts = sorted(set(read_json(path)["weight_map"].values()))
        return {name: tensor for part in parts for name, tensor in read_published(path.with_name(part)).items()}
    if path.suffix == ".safetensors":
        return load_file(path)
    return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
