"""How near drawn pictures come to rendered ones as a set, and whether a classifier can tell them apart."""

# n pictures, m pictures, C features

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import torch
import torch.nn.functional as F

from unif2ace_training.evaluation.distributions import Vectors, frechet_distance, weighted_discrepancy
from unif2ace_training.scorecard.classes import area_under_curve

_FOLDS: Final = 5
_DECAY: Final = 1e-2
_ITERATIONS: Final = 60


def distances(compared: Mapping[str, Vectors], reference_mC: Vectors) -> dict[str, dict[str, float]]:
    """FID and KID of each set of features from the reference; each set has as many as the smallest."""
    count = min(len(vectors) for vectors in compared.values())
    return {
        name: {
            "fid": frechet_distance(vectors[:count], reference_mC),
            "kid": kernel_distance(vectors[:count], reference_mC),
            "count": count,
        }
        for name, vectors in compared.items()
    }


def kernel_distance(first_nC: Vectors, second_mC: Vectors) -> float:
    """KID: the unbiased squared maximum mean discrepancy of the kernel (x·y / C + 1)³ (arXiv 1801.01401)."""
    first, second = (np.asarray(vectors, np.float64) for vectors in (first_nC, second_mC))

    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (a @ b.T / a.shape[1] + 1) ** 3

    return weighted_discrepancy(
        kernel(first, first), kernel(second, second), kernel(first, second), np.ones(len(first)), np.ones(len(second))
    )


def told_apart(first_nC: Vectors, second_mC: Vectors) -> dict[str, Any]:
    """A logistic classifier of which set a picture is from; AUC on the fifths that it was not fitted on.

    0.5 is a coin's toss: the sets cannot be told apart. Neighbours in a set stay in one fifth: they may show the same
    person.
    """
    features = np.concatenate([first_nC, second_mC]).astype(np.float32)
    is_first = np.arange(len(features)) < len(first_nC)
    folds = min(_FOLDS, len(first_nC), len(second_mC))
    fold = np.concatenate([np.arange(len(some)) * folds // len(some) for some in (first_nC, second_mC)])
    areas = []
    for number in range(folds):
        held = fold == number
        scores = _scores(features[~held], is_first[~held], features[held])
        areas.append(area_under_curve(scores, is_first[held]))
    return {"auc": float(np.mean(areas)), "count": [len(first_nC), len(second_mC)]}


def _scores(known: np.ndarray, is_first: np.ndarray, asked: np.ndarray) -> np.ndarray:
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-4
    inputs = torch.from_numpy((known - mean) / spread)
    targets = torch.from_numpy(is_first.astype(np.float32))
    weight = torch.zeros(inputs.shape[1], requires_grad=True)
    bias = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=_ITERATIONS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        logits = inputs @ weight + bias
        loss = F.binary_cross_entropy_with_logits(logits, targets) + _DECAY * weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)  # pyright: ignore[reportArgumentType]
    return ((asked - mean) / spread) @ weight.detach().numpy()
