"""Sinusoidal embedding of the noise level, the input of the noise expert (UniF2ace, appendix B)."""

import math

import torch
from torch import Tensor

# Noise levels lie in [0, 1]; diffusion models embed step numbers up to about 1,000 with periods up to 10,000.
_STEPS = 1000.0
_LONGEST_PERIOD = 10_000.0


def embed_noise_level(noise_level_B: Tensor, width: int) -> Tensor:
    """Cosines then sines, float32 [B, width], of the mask ratio in [0, 1] at geometrically spaced frequencies."""
    half = width // 2
    exponents = torch.arange(half, dtype=torch.float32, device=noise_level_B.device) / half
    angles = (noise_level_B.float() * _STEPS)[:, None] * torch.exp(-math.log(_LONGEST_PERIOD) * exponents)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)
