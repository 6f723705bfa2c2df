"""Random changes of pictures that do not change what they show."""

# B pictures, W pixels of a side

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

_GREY_SHARE = 0.15


def mirrored_where(pictures: NDArray[np.uint8], is_mirrored: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Pictures [B, W, W, 3], those in `is_mirrored` [B] with left and right exchanged."""
    return np.where(is_mirrored[:, None, None, None], pictures[:, :, ::-1], pictures)


def moved(pixels: Tensor, rng: np.random.Generator, *, shift: float, zoom: float) -> Tensor:
    """Pixels [B, 3, W, W], each moved by up to `shift` of its side and zoomed by up to the factor 1 + `zoom`.

    What comes in from outside is the edge's colour.
    """
    count = len(pixels)
    factors = np.exp(rng.uniform(-np.log1p(zoom), np.log1p(zoom), count))
    maps = np.zeros((count, 2, 3), np.float32)
    maps[:, 0, 0] = maps[:, 1, 1] = 1 / factors
    maps[:, :, 2] = rng.uniform(-2 * shift, 2 * shift, (count, 2))
    grid = F.affine_grid(torch.from_numpy(maps), list(pixels.shape), align_corners=False)
    return F.grid_sample(pixels, grid, padding_mode="border", align_corners=False)


def tinted(pixels: Tensor, rng: np.random.Generator, strength: float) -> Tensor:
    """Pixels near −1…1 with other contrast, brightness and balance of colours; some are grey."""
    count = len(pixels)
    gains = 1 + rng.uniform(-strength, strength, (count, 3, 1, 1)) + rng.uniform(-strength, strength, (count, 1, 1, 1))
    offsets = rng.uniform(-strength, strength, (count, 1, 1, 1))
    is_grey = torch.from_numpy(rng.random(count) < _GREY_SHARE)[:, None, None, None]
    changed = pixels * torch.from_numpy(gains.astype(np.float32)) + torch.from_numpy(offsets.astype(np.float32))
    return torch.where(is_grey, changed.mean(dim=1, keepdim=True), changed).clamp(-1, 1)
