# B rows, N code positions, K codebook

from typing import NamedTuple

import pytest
import torch
from torch import Tensor


class Prediction(NamedTuple):
    """Arguments of the losses of pictures, in their order."""

    logits_BNK: Tensor
    targets_BN: Tensor
    is_masked_BN: Tensor
    mask_ratio_B: Tensor
    mask_slope_B: Tensor


@pytest.fixture
def prediction() -> Prediction:
    """Four pictures of six codes from a codebook of five, in double precision where it may be."""
    generator = torch.Generator().manual_seed(0)
    is_masked = torch.rand(4, 6, generator=generator) < 0.6
    is_masked[:, 0] = True
    return Prediction(
        logits_BNK=torch.randn(4, 6, 5, generator=generator),
        targets_BN=torch.randint(0, 5, (4, 6), generator=generator),
        is_masked_BN=is_masked,
        mask_ratio_B=torch.tensor([0.3, 0.5, 0.8, 0.95]),
        mask_slope_B=torch.tensor([1.4, 1.0, 0.7, 0.2]),
    )
