"""How much of a picture is masked: as a function of time in training, as a count after each step in sampling.

Time runs from 0 (clean) to 1 (all masked). With cumulative noise sigma_bar(t) a token is kept with probability
exp(-sigma_bar), so the mask ratio is m = 1 - exp(-sigma_bar), its slope is m' = sigma exp(-sigma_bar), and the
weight of the score loss is sigma exp(-sigma_bar) / (1 - exp(-sigma_bar)) = m' / m (docs/losses.md).
"""

# B rows

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

ScheduleName = Literal["cosine", "linear"]
SCHEDULES: tuple[ScheduleName, ...] = ("cosine", "linear")

# floor(M cos(...)) must not lose a token to rounding where the product is a whole number.
_FLOOR_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class MaskSchedule:
    """Mask ratio and its slope over time; `cosine` is MaskGIT's and Show-o's."""

    name: ScheduleName = "cosine"

    def __post_init__(self) -> None:
        if self.name not in SCHEDULES:
            raise ValueError(f"there is no mask schedule {self.name!r}; choose one of {', '.join(SCHEDULES)}")

    def mask_ratio(self, time_B: Tensor) -> Tensor:
        """Share of masked tokens m(t), rising from 0 to 1."""
        return torch.sin(0.5 * math.pi * time_B) if self.name == "cosine" else time_B

    def slope(self, time_B: Tensor) -> Tensor:
        """dm/dt at each time."""
        if self.name == "cosine":
            return 0.5 * math.pi * torch.cos(0.5 * math.pi * time_B)
        return torch.ones_like(time_B)


def masked_after_step(*, step: int, num_steps: int, initially_masked: int, masked_now: int) -> int:
    """Masked tokens that remain after 0-based `step` of `num_steps`, by the cosine schedule.

    At least one token is revealed a step and the last step leaves none; a picture may be finished early.
    """
    if step == num_steps - 1:
        return 0
    by_schedule = math.floor(initially_masked * math.cos(0.5 * math.pi * (step + 1) / num_steps) + _FLOOR_SLACK)
    return max(0, min(masked_now - 1, by_schedule))
