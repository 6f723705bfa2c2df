"""Partial rotary position embedding as in Phi-1.5: halves rotated against each other, the rest of a head untouched."""

# B rows, S positions, H heads, d head width, r half of the rotated features

from typing import NamedTuple

import torch
from torch import Tensor


class Rotary(NamedTuple):
    """Cosines and sines that broadcast over heads: [B or 1, S, 1, r]."""

    cos: Tensor
    sin: Tensor


def rotary_angles(positions_BS: Tensor, rotary_width: int, theta: float) -> Tensor:
    """Angles in radians, float32 [B, S, r]: position times theta ** (-2 i / rotary_width)."""
    half = torch.arange(0, rotary_width, 2, dtype=torch.float32, device=positions_BS.device)
    frequencies_r = theta ** (-half / rotary_width)
    return positions_BS[..., None].float() * frequencies_r


def rotary_at(positions_BS: Tensor, rotary_width: int, theta: float) -> Rotary:
    """The rotation of each position."""
    angles = rotary_angles(positions_BS, rotary_width, theta)[:, :, None]
    return Rotary(angles.cos(), angles.sin())


def rotate(x: Tensor, rotary: Rotary) -> Tensor:
    """Rotate the first 2r features of x [B, S, H, d]; the result keeps x's dtype."""
    half = rotary.cos.shape[-1]
    cos, sin = rotary.cos.to(x.dtype), rotary.sin.to(x.dtype)
    first, second, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    return torch.cat([first * cos - second * sin, second * cos + first * sin, rest], dim=-1)
