"""Bootstrap intervals: how far a figure would move if other pictures and questions had been drawn."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.common.seeding import numpy_generator

CONFIDENCE: Final = 0.95
Vectors = NDArray[np.float64]
# Two sets of vectors to a distance, given how often each vector counts.
Distance = Callable[[NDArray[np.int64], NDArray[np.int64]], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A figure over `count` pictures or answers, with its 95 % interval; not a number where there is none."""

    value: float
    low: float
    high: float
    count: int


def mean_figure(values: Sequence[float], resamples: int, seed: int = 0) -> Figure:
    """The mean with its bias-corrected and accelerated interval; none for fewer than two values.

    Raises:
        ValueError: there is no value, or SciPy is not installed.
    """
    if not values:
        raise ValueError("there is no value to take the mean of")
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return Figure(value=mean, low=math.nan, high=math.nan, count=len(values))
    if min(values) == max(values):
        return Figure(value=mean, low=mean, high=mean, count=len(values))
    found = _scipy_stats().bootstrap(
        (np.asarray(values, np.float64),), np.mean, confidence_level=CONFIDENCE, n_resamples=resamples, method="BCa",
        rng=numpy_generator(seed, "bootstrap", "mean"), batch=max(1, 10_000_000 // len(values)),
    )  # fmt: skip
    low, high = found.confidence_interval
    return Figure(value=mean, low=float(low), high=float(high), count=len(values))


def difference_figure(values: Sequence[float], others: Sequence[float], resamples: int) -> Figure:
    """The mean of the differences of values that belong together, such as two models' scores of the same prompts."""
    return mean_figure([value - other for value, other in zip(values, others, strict=True)], resamples)


def distance_figure(value: float, counts: tuple[int, int], distance: Distance, resamples: int, seed: int = 0) -> Figure:
    """A distance of two sets with the interval of its spread at these counts.

    Sets drawn with replacement are further apart than the sets that they are drawn from. The spread of their distances
    is taken, not their level: percentiles of (distance - mean of the distances), around the value.
    """
    rng = numpy_generator(seed, "bootstrap", "distance")
    drawn = [distance(*(_multiplicities(count, rng) for count in counts)) for _ in range(resamples)]
    if not drawn:
        return Figure(value=value, low=math.nan, high=math.nan, count=counts[0])
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(np.asarray(drawn) - np.mean(drawn), [tail, 100 - tail])
    return Figure(value=value, low=value + float(low), high=value + float(high), count=counts[0])


def _multiplicities(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.bincount(rng.integers(count, size=count), minlength=count)


def _scipy_stats() -> Any:
    try:
        import scipy.stats
    except ImportError as error:
        raise ValueError("intervals of means are SciPy's; install it with pip install -e '.[compare]'") from error
    return scipy.stats
