"""Which values of which heads are good enough to be said: the paper's accuracies, and better than always saying no."""

# n pictures

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.attribute_heads.heads import Group, Head, Value

Verdict = Literal["selected", "too inaccurate", "no better than always saying the same", "too few pictures"]

# The paper, 2.2: 29 appearances over 93 %, 10 actions over 87 %, 7 emotions over 80 %.
PAPER_ACCURACIES: Final[dict[Group, float]] = {"appearance": 0.93, "action": 0.87, "emotion": 0.80}


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: is it this value? `always` is the accuracy of the better of always saying yes and always no."""

    accuracy: float
    always: float
    pictures_with: int
    pictures: int


def judged(head: Head, value: Value, predicted_n: NDArray[np.int64], truth_n: NDArray[np.int64]) -> Judged:
    """Numbers of values that were predicted, and those that are true, all of them known."""
    number = head.values.index(value)
    is_so, said_so = truth_n == number, predicted_n == number
    count = max(1, len(truth_n))
    share = float(is_so.sum()) / count
    return Judged(float((is_so == said_so).sum()) / count, max(share, 1 - share), int(is_so.sum()), len(truth_n))


def verdict(head: Head, question: Judged, least: Mapping[Group, float], least_pictures: int) -> Verdict:
    """Whether a question is selected; fewer pictures with the value, or without it, say little about its accuracy.

    A rare value is "predicted" with any accuracy by never saying it: the accuracy that the paper asks for has to be
    won over that.
    """
    if min(question.pictures_with, question.pictures - question.pictures_with) < least_pictures:
        return "too few pictures"
    if question.accuracy < least[head.group]:
        return "too inaccurate"
    return "selected" if question.accuracy > question.always else "no better than always saying the same"


def selected_values(
    heads: Sequence[Head],
    predicted_nH: NDArray[np.int64],
    truth_nH: NDArray[np.int64],
    least: Mapping[Group, float],
    least_pictures: int,
) -> dict[str, dict[Value, Verdict]]:
    """What becomes of every question of every head; `truth_nH` is negative where nothing is known."""
    verdicts: dict[str, dict[Value, Verdict]] = {}
    for number, head in enumerate(heads):
        rows = truth_nH[:, number] >= 0
        said, truth = predicted_nH[rows, number], truth_nH[rows, number]
        verdicts[head.name] = {
            value: verdict(head, judged(head, value, said, truth), least, least_pictures) for value in head.questions
        }
    return verdicts
