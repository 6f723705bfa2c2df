"""Exponential moving average of the weights: what is validated, sampled and exported."""

import copy

import torch

from unif2ace_training.model.face_model import FaceModel


class Ema:
    """A copy of the model that follows it; young averages follow faster, so that the first weights are forgotten."""

    def __init__(self, model: FaceModel, decay: float):
        self._decay = decay
        self.model = copy.deepcopy(model).requires_grad_(False).eval()
        self._pairs = list(zip(self.model.parameters(), model.parameters(), strict=True))

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the model after 0-based `step`."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for average, current in self._pairs:
            average.lerp_(current, 1 - decay)
