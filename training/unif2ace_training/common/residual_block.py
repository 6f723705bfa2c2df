"""The convolutional block that the image tokenizer and the encoders are made of."""

import torch.nn.functional as F
from torch import Tensor, nn

NORM_GROUPS = 8


class ResidualBlock(nn.Module):
    """x + expand(mix(reduce(x))): half the channels do most of the work. GroupNorm: no row depends on others."""

    def __init__(self, channels: int):
        super().__init__()
        middle = channels // 2
        self.norm = nn.GroupNorm(NORM_GROUPS, channels)
        self.reduce = nn.Conv2d(channels, middle, 1)
        self.mix = nn.Conv2d(middle, middle, 3, padding=1)
        self.expand = nn.Conv2d(middle, channels, 1)
        nn.init.zeros_(self.expand.weight)

    def forward(self, x: Tensor) -> Tensor:
        h = F.silu(self.reduce(F.silu(self.norm(x))))
        return x + self.expand(F.silu(self.mix(h)))


def residual_blocks(channels: int, count: int) -> nn.Sequential:
    """`count` blocks, one after the other."""
    return nn.Sequential(*(ResidualBlock(channels) for _ in range(count)))
