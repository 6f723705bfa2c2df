"""A linear classifier over features: what can be read from an embedding, or from a picture that was drawn."""

# n pictures, C features, K classes

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

# Strength of the pull of the weights towards 0, and iterations of L-BFGS.
_DECAY = 1e-3
_ITERATIONS = 100

Features = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class LinearProbe:
    """Multinomial logistic regression over standardised features."""

    classes: tuple[str, ...]
    mean_C: NDArray[np.float32]
    spread_C: NDArray[np.float32]
    weight_KC: NDArray[np.float32]
    bias_K: NDArray[np.float32]

    def predict(self, features_nC: Features) -> list[str]:
        """The likeliest class of each row."""
        logits_nK = ((features_nC - self.mean_C) / self.spread_C) @ self.weight_KC.T + self.bias_K
        return [self.classes[index] for index in logits_nK.argmax(axis=1)]

    def accuracy(self, features_nC: Features, truth: Sequence[str]) -> float:
        """Share of rows whose class is right."""
        return float(np.mean([one == other for one, other in zip(self.predict(features_nC), truth, strict=True)]))


def fit_probe(features_nC: Features, truth: Sequence[str]) -> LinearProbe:
    """The probe with the least cross-entropy plus a little decay; deterministic.

    Raises:
        ValueError: there are no rows.
    """
    if not truth:
        raise ValueError("there are no pictures to fit a probe on")
    classes = tuple(sorted(set(truth)))
    features = np.asarray(features_nC, np.float32)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-4
    inputs = torch.from_numpy((features - mean) / spread)
    targets = torch.tensor([classes.index(value) for value in truth])
    weight = torch.zeros(len(classes), inputs.shape[1], requires_grad=True)
    bias = torch.zeros(len(classes), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(F.linear(inputs, weight, bias), targets) + _DECAY * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)  # pyright: ignore[reportArgumentType]
    return LinearProbe(classes, mean, spread, weight.detach().numpy(), bias.detach().numpy())


def majority_share(train_truth: Sequence[str], test_truth: Sequence[str]) -> float:
    """Accuracy of always giving the commonest class of the training rows."""
    commonest = Counter(train_truth).most_common(1)[0][0]
    return float(np.mean([value == commonest for value in test_truth]))
