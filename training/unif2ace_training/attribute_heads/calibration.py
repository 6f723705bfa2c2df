"""Probabilities that mean what they say: a temperature for each head (Guo et al., arXiv:1706.04599)."""

# n pictures, D vector width, H heads, K values of a head

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from unif2ace_training.attribute_heads.network import AttributeNetwork, heads_loss

BINS = 10
_ITERATIONS = 100


def calibrate(network: AttributeNetwork, vectors_nD: Tensor, targets_nH: Tensor) -> None:
    """Set the temperatures under which these targets are likeliest.

    Each head's loss is convex in 1 / temperature, and no other head's changes with it.
    """
    with torch.inference_mode():
        logits = network.logits(vectors_nD)
    logits = [one.clone() for one in logits]
    logarithm_H = torch.zeros(len(logits), requires_grad=True)
    optimizer = torch.optim.LBFGS([logarithm_H], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        cooled = [one * (-logarithm).exp() for one, logarithm in zip(logits, logarithm_H, strict=True)]
        loss = heads_loss(cooled, targets_nH)
        loss.backward()
        return loss

    optimizer.step(closure)  # pyright: ignore[reportArgumentType]
    network.temperature_H.copy_(logarithm_H.detach().exp())


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of predictions by how sure they are: how many, how sure on average, and how many of them are right."""

    counts: list[int]
    confidences: list[float]
    accuracies: list[float]

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of the two, by pictures."""
        total = max(1, sum(self.counts))
        rows = zip(self.counts, self.confidences, self.accuracies, strict=True)
        return sum(count * abs(confidence - accuracy) for count, confidence, accuracy in rows) / total


def reliability(confidences_n: NDArray[np.floating], is_right_n: NDArray[np.bool_]) -> Reliability:
    """Ten bins of equal width; empty ones have zeros."""
    bins_n = np.minimum((confidences_n * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins_n, minlength=BINS)
    sums = (np.bincount(bins_n, weights=values, minlength=BINS) for values in (confidences_n, is_right_n))
    confidences, accuracies = (values / np.maximum(counts, 1) for values in sums)
    return Reliability(counts.tolist(), confidences.tolist(), accuracies.tolist())
