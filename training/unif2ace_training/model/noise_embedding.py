"""Sinusoidal embedding of the noise level, the input of the noise expert (UniF2ace, appendix B)."""

import math

import torch
from torch import Tensor

# Noise levels lie in [0, 1]; diffusion models embed step numbers up to about 1,000 with periods up to 10,000.
_STEPS = 1000.0
_LONGEST_PERIOD = 10_000.0


def embed_noise_level(noise_level_B: Tensor, width: int) -> Tensor:
    """Cosines then sines, float32 [B, width], of the mask ratio in [0, 1] at geometrically spaced frequencies."""
    angles = noise_level_B.float()[:, None] * noise_frequencies(width, noise_level_B.device)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def noise_frequencies(width: int, device: torch.device | str) -> Tensor:
    """Radians per unit of noise level, float32 [width / 2]."""
    half = width // 2
    exponents = torch.arange(half, dtype=torch.float32, device=device) / half
    return _STEPS * torch.exp(-math.log(_LONGEST_PERIOD) * exponents)
