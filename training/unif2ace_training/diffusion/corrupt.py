"""The forward process: each code becomes `[MASK]` independently with the probability of its time."""

# B rows, N code positions

from typing import NamedTuple

import torch
from torch import Tensor

from unif2ace_training.diffusion.mask_schedule import MaskSchedule


class Corrupted(NamedTuple):
    """Pictures after the forward process."""

    code_ids_BN: Tensor  # the mask code where masked
    is_masked_BN: Tensor  # bool
    mask_ratio_B: Tensor  # m(t), the probability
    mask_slope_B: Tensor  # m'(t)
    noise_level_B: Tensor  # share really masked: what the model is told, in training as in sampling


def corrupt(
    code_ids_BN: Tensor, time_B: Tensor, schedule: MaskSchedule, mask_code: int, generator: torch.Generator
) -> Corrupted:
    """Mask codes at times in [0, 1].

    A picture of which chance would mask nothing gets one masked code (the one nearest to being chosen), so that
    every picture of a batch teaches something.
    """
    ratio_B = schedule.mask_ratio(time_B)
    draws_BN = torch.rand(code_ids_BN.shape, generator=generator, device=code_ids_BN.device)
    is_masked = draws_BN < ratio_B[:, None]
    is_masked |= (draws_BN == draws_BN.amin(dim=1, keepdim=True)) & ~is_masked.any(dim=1, keepdim=True)
    return Corrupted(
        code_ids_BN=code_ids_BN.masked_fill(is_masked, mask_code),
        is_masked_BN=is_masked,
        mask_ratio_B=ratio_B,
        mask_slope_B=schedule.slope(time_B),
        noise_level_B=is_masked.float().mean(dim=1),
    )


def stratified_times(batch: int, generator: torch.Generator, device: torch.device | str = "cpu") -> Tensor:
    """Uniform times in [0, 1), one from each of `batch` equal intervals in random order: less variance in the loss."""
    offsets = torch.rand(batch, generator=generator, device=device)
    order = torch.randperm(batch, generator=generator, device=device)
    return (order + offsets) / batch
