"""Exponential moving average of the weights: what is validated, sampled and exported."""

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

_Model = TypeVar("_Model", bound=nn.Module)


class Ema(Generic[_Model]):
    """A copy of the model that follows it; young averages follow faster, so that the first weights are forgotten."""

    def __init__(self, model: _Model, decay: float):
        self._decay = decay
        self.model = copy.deepcopy(model).requires_grad_(False).eval()
        self._followed = model

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the model after 0-based `step`."""
        decay = min(self._decay, (1 + step) / (10 + step))
        # Asked for anew, because sharding puts other parameters in their place.
        for average, current in zip(self.model.parameters(), self._followed.parameters(), strict=True):
            average.lerp_(current, 1 - decay)
