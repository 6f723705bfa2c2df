"""What heads are worth on persons that they were neither trained, calibrated nor selected on."""

# n pictures, D vector width, H heads, K values of a head

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from unif2ace_training.attribute_heads.calibration import Reliability, reliability
from unif2ace_training.attribute_heads.heads import Head, Value
from unif2ace_training.attribute_heads.network import AttributeNetwork
from unif2ace_training.attribute_heads.prediction import may_be_said
from unif2ace_training.attribute_heads.selection import Judged, judged

# Probabilities from which the report counts what would be said.
SAID_FROM: Final = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """Figures of one head. `before` and `after` are of calibration; rows of `confusion` are the truth."""

    pictures: int
    accuracy: float
    commonest: float  # accuracy of always saying the commonest value
    likelihood: dict[str, float]  # mean negative logarithm, nats
    reliability: dict[str, Reliability]
    confusion: list[list[int]]
    questions: dict[Value, Judged]
    said: dict[str, dict[str, float]]  # by least probability: share of the pictures, and share of those that is right


def judge(
    network: AttributeNetwork,
    heads: Sequence[Head],
    selected: dict[str, list[Value]],
    vectors_nD: Tensor,
    targets_nH: Tensor,
) -> dict[str, HeadFigures]:
    """Figures by head; a head of which no picture knows the truth has none."""
    with torch.inference_mode():
        logits = network.logits(vectors_nD)
    figures: dict[str, HeadFigures] = {}
    for number, (head, of_head) in enumerate(zip(heads, logits, strict=True)):
        rows = targets_nH[:, number] >= 0
        if bool(rows.any()):
            scaled = {"before": of_head[rows], "after": of_head[rows] / network.temperature_H[number]}
            figures[head.name] = _figures(head, selected[head.name], scaled, targets_nH[rows, number])
    return figures


def _figures(head: Head, selected: Sequence[Value], logits: dict[str, Tensor], truth: Tensor) -> HeadFigures:
    truth_n = truth.numpy()
    probabilities = {name: some.softmax(dim=1).numpy() for name, some in logits.items()}
    predicted_n = probabilities["after"].argmax(axis=1)
    is_right_n = predicted_n == truth_n
    size = len(head.values)
    confusion = np.bincount(truth_n * size + predicted_n, minlength=size**2).reshape(size, size)
    return HeadFigures(
        pictures=len(truth_n),
        accuracy=float(is_right_n.mean()),
        commonest=float(confusion.sum(axis=1).max() / len(truth_n)),
        likelihood={name: float(F.cross_entropy(some, truth)) for name, some in logits.items()},
        reliability={name: reliability(some.max(axis=1), is_right_n) for name, some in probabilities.items()},
        confusion=confusion.tolist(),
        questions={value: judged(head, value, predicted_n, truth_n) for value in head.questions},
        said=_said(head, selected, probabilities["after"].max(axis=1), predicted_n, is_right_n),
    )


def _said(
    head: Head,
    selected: Sequence[Value],
    confidences_n: NDArray[np.floating],
    predicted_n: NDArray[np.int64],
    is_right_n: NDArray[np.bool_],
) -> dict[str, dict[str, float]]:
    may_n = np.array([may_be_said(head, number, selected) for number in range(len(head.values))])[predicted_n]
    counts: dict[str, dict[str, float]] = {}
    for least in SAID_FROM:
        is_said_n = may_n & (confidences_n >= least)
        right = float(is_right_n[is_said_n].mean()) if is_said_n.any() else 0.0
        counts[str(least)] = {"share": float(is_said_n.mean()), "right": right}
    return counts


def figures_to_dict(figures: HeadFigures) -> dict[str, Any]:
    """Plain JSON values; values that are yes or no become words."""
    plain = asdict(figures)
    plain["questions"] = {str(value): one for value, one in plain["questions"].items()}
    for name, one in figures.reliability.items():
        plain["reliability"][name]["error"] = one.error
    return plain
