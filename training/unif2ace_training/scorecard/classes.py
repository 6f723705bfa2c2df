"""Figures of classifiers: balanced accuracy, and the area under the curve of scores."""

# n examples, m examples

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.encoders import report
from unif2ace_training.evaluation.scores import Answered

# Classes with fewer examples say nothing about a model.
_LEAST = 3


def balanced_accuracy(answers: Iterable[Answered]) -> dict[str, float]:
    """Mean over the true values of the share of right answers, each value weighing alike; values that occur less
    than three times are left out. `chance` is what any constant answer reaches."""
    by_truth: dict[str, list[bool]] = defaultdict(list)
    for answer in answers:
        by_truth[answer.truth].append(answer.is_right)
    shares = [sum(right) / len(right) for right in by_truth.values() if len(right) >= _LEAST]
    if not shares:
        return {"balanced_accuracy": 0.0, "chance": 0.0, "classes": 0}
    return {"balanced_accuracy": sum(shares) / len(shares), "chance": 1 / len(shares), "classes": len(shares)}


def area_under_curve(scores_n: NDArray[np.floating], is_positive_n: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Probability that a positive example scores higher than a negative one; ties count half."""
    positive = np.asarray(is_positive_n, bool)
    first, second = np.asarray(scores_n)[positive], np.asarray(scores_n)[~positive]
    assert len(first), "no positive examples"
    assert len(second), "no negative examples"
    return report.area_under_curve(first, second)
