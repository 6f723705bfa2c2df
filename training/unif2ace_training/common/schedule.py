"""Learning rates of the codecs' short runs, and which of their weights Muon takes."""

import math
from collections.abc import Collection

from torch import Tensor, nn


def schedule(step: int, steps: int, warmup_share: float) -> float:
    """Factor of the learning rates at 0-based `step`: a linear rise, then half a cosine down to 0."""
    warmup = max(1, round(steps * warmup_share))
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def split_for_muon(model: nn.Module, outer: Collection[str]) -> tuple[list[Tensor], list[Tensor]]:
    """Hidden matrices and convolutions for Muon; vectors and what lies in a part called `outer` for AdamW."""
    matrices, others = [], []
    for name, parameter in model.named_parameters():
        is_hidden = parameter.ndim in (2, 4) and not any(part in outer for part in name.split("."))
        (matrices if is_hidden else others).append(parameter)
    return matrices, others
