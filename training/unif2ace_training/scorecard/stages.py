"""Measurements that are kept, so that a stopped evaluation goes on where it was."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from unif2ace_training.common.artifacts import atomic_path, read_json, write_json

_PART = 64


class Stages:
    """The folder of one evaluation; what was measured of another model or with other options is measured again."""

    def __init__(self, folder: Path, **known: Any):
        """`known` is all that figures depend on, as JSON values."""
        self._folder = folder
        self._key = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()

    def figures(self, name: str, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The figures of a stage, measured or as they were kept."""
        path = self._folder / f"{name}.json"
        if path.exists():
            kept = read_json(path)
            if kept["key"] == self._key:
                return kept["figures"]
        figures = measure()
        write_json(path, {"key": self._key, "figures": figures})
        return figures

    def codes(self, name: str, count: int, draw: Callable[[slice], Tensor]) -> Tensor:
        """Code ids of so many pictures, drawn or as they were kept, in parts: a stop loses no more than one."""
        starts = range(0, count, _PART)
        return torch.cat([self._part(name, slice(start, min(start + _PART, count)), draw) for start in starts])

    def _part(self, name: str, rows: slice, draw: Callable[[slice], Tensor]) -> Tensor:
        path = self._folder / (f"{name}-{rows.start}-codes.npz" if rows.start else f"{name}-codes.npz")
        if path.exists():
            with np.load(path) as kept:
                if str(kept["key"]) == self._key:
                    return torch.from_numpy(kept["codes"].astype(np.int64))
        codes = draw(rows)
        with atomic_path(path) as partial:
            np.savez_compressed(partial, codes=codes.numpy().astype(np.int32), key=np.array(self._key))
        return codes
