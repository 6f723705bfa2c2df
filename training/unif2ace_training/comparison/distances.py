"""FID and KID of two sets of features, by torch-fidelity, with intervals."""

# n, m pictures; C features

from dataclasses import replace
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from unif2ace_training.comparison.intervals import Figure, distance_figure
from unif2ace_training.evaluation.distributions import Vectors, frechet_distance, weighted_discrepancy

# torch-fidelity's own, which are those of the KID paper.
_SUBSET_PICTURES: Final = 1000
_SUBSETS: Final = 100
_SEED: Final = 2020


def fid(drawn_nC: Vectors, real_mC: Vectors, resamples: int) -> Figure:
    """Fréchet distance of Gaussians fitted to both. Biased upwards for few pictures: compare figures of equal counts.

    Raises:
        ValueError: a set has fewer than two pictures, or torch-fidelity is not installed.
    """
    drawn, real = _checked(drawn_nC, real_mC)
    fidelity = torch_fidelity("metric_fid")
    statistics = [fidelity.fid_features_to_statistics(torch.from_numpy(features)) for features in (drawn, real)]
    value = fidelity.fid_statistics_to_metric(*statistics, verbose=False)[fidelity.KEY_METRIC_FID]

    def distance(counts_n: NDArray[np.int64], counts_m: NDArray[np.int64]) -> float:
        return frechet_distance(drawn.repeat(counts_n, axis=0), real.repeat(counts_m, axis=0))

    figure = distance_figure(max(0.0, value), (len(drawn), len(real)), distance, resamples)
    return replace(figure, low=max(0.0, figure.low)) if figure.low < 0 else figure


def kid(drawn_nC: Vectors, real_mC: Vectors, resamples: int) -> Figure:
    """Unbiased squared maximum mean discrepancy under (x·y / C + 1)³: 0 in the mean for sets of one kind.

    The value is torch-fidelity's, a mean over subsets of at most 1,000 pictures; the interval is that of all pictures.

    Raises:
        ValueError: a set has fewer than two pictures, or torch-fidelity is not installed.
    """
    drawn, real = _checked(drawn_nC, real_mC)
    fidelity = torch_fidelity("metric_kid")
    size = min(_SUBSET_PICTURES, len(drawn), len(real))
    is_whole = size == len(drawn) == len(real)  # then all subsets are the same one
    value = fidelity.kid_features_to_metric(
        torch.from_numpy(drawn), torch.from_numpy(real), kid_subsets=1 if is_whole else _SUBSETS,
        kid_subset_size=size, rng_seed=_SEED, verbose=False,
    )[fidelity.KEY_METRIC_KID_MEAN]  # fmt: skip
    first_nn, second_mm, between_nm = (
        fidelity.kernel_poly(*pair) for pair in ((drawn, drawn), (real, real), (drawn, real))
    )

    def distance(counts_n: NDArray[np.int64], counts_m: NDArray[np.int64]) -> float:
        return weighted_discrepancy(first_nn, second_mm, between_nm, counts_n, counts_m)

    return distance_figure(value, (len(drawn), len(real)), distance, resamples)


def torch_fidelity(module: str) -> Any:
    """A module of torch-fidelity.

    Raises:
        ValueError: it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"torch_fidelity.{module}")
    except ImportError as error:
        raise ValueError(
            f"FID and KID are torch-fidelity's ({error}); install it with pip install -e '.[compare]'"
        ) from error


def _checked(drawn_nC: Vectors, real_mC: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if min(len(drawn_nC), len(real_mC)) < 2:
        raise ValueError(f"{len(drawn_nC)} pictures and {len(real_mC)} to compare with; a spread needs two at least")
    return np.asarray(drawn_nC, np.float64), np.asarray(real_mC, np.float64)
