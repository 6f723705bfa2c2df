"""Lookup-free quantisation: a code is the signs of its features (MAGVIT-v2, arXiv:2310.05737, section 3.1)."""

# B pictures, N code positions, b bits

from typing import NamedTuple

import torch
from torch import Tensor

# Sharpness of the probability of a bit in the entropy loss.
_INVERSE_TEMPERATURE = 4.0


class Quantized(NamedTuple):
    """Signs −1 and +1 with the gradient of the features, and the two losses that keep codes decided and in use."""

    signs: Tensor
    entropy_loss: Tensor
    commitment_loss: Tensor


def quantize(features: Tensor) -> Quantized:
    """Take the signs of features [..., b]; 0 counts as −1. The gradient passes straight through."""
    signs = torch.where(features > 0, 1.0, -1.0)
    return Quantized(
        signs=features + (signs - features).detach(),
        entropy_loss=entropy_loss(features),
        commitment_loss=(features - signs).square().mean(),
    )


def entropy_loss(features: Tensor) -> Tensor:
    """Mean entropy of a bit minus the entropy of the mean bit, in nats a bit: low when bits are sure and used evenly.

    Bits are taken as independent, which makes the cost linear in the bits instead of in the codes.
    """
    probability = torch.sigmoid(features * _INVERSE_TEMPERATURE).flatten(0, -2)
    return _binary_entropy(probability).mean() - _binary_entropy(probability.mean(dim=0)).mean()


def _binary_entropy(probability: Tensor) -> Tensor:
    p = probability.clamp(1e-6, 1 - 1e-6)
    return -(p * p.log() + (1 - p) * (1 - p).log())


def code_ids(features: Tensor) -> Tensor:
    """Ids int64 [...] of features [..., b]: bit i of the id is whether feature i is positive."""
    weights = 2 ** torch.arange(features.shape[-1], device=features.device)
    return ((features > 0).long() * weights).sum(dim=-1)


def signs_of(ids: Tensor, bits: int) -> Tensor:
    """Inverse of `code_ids`: −1 or +1, float32 [..., b]."""
    places = torch.arange(bits, device=ids.device)
    return ((ids[..., None] >> places) & 1).float() * 2 - 1
