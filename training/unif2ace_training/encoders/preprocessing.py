"""From pictures as bytes to what the encoders take; the manifest repeats these numbers for the server."""

# B pictures, W pixels of a side

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True, kw_only=True, slots=True)
class Preprocessing:
    """`(byte / 255 − mean) / std` for each colour of a square of `size` pixels; fit `cover` cuts what stands over."""

    size: int
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    fit: str = "cover"

    def apply(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Pictures uint8 [B, W, W, 3] as float32 [B, 3, W, W]."""
        assert pictures.shape[1:] == (self.size, self.size, 3), pictures.shape
        shares = torch.from_numpy(np.ascontiguousarray(pictures)).movedim(-1, 1).float() / 255
        mean, std = (torch.tensor(values).view(3, 1, 1) for values in (self.mean, self.std))
        return (shares - mean) / std

    def to_dict(self) -> dict[str, Any]:
        """As config.json and the manifest hold it."""
        return {"size": self.size, "mean": list(self.mean), "std": list(self.std), "fit": self.fit}


def read_preprocessing(values: dict[str, Any]) -> Preprocessing:
    """The inverse of `to_dict`."""
    return Preprocessing(size=values["size"], mean=tuple(values["mean"]), std=tuple(values["std"]), fit=values["fit"])
