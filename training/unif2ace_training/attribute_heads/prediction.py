"""Attributes of pictures of which nobody has said them: what the heads are sure enough of."""

# B pictures, D vector width, K values of a head

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from unif2ace_training.annotation.pictures import Attributes
from unif2ace_training.attribute_heads.folder import TrainedHeads
from unif2ace_training.attribute_heads.heads import Head, Value


@dataclass(frozen=True, slots=True)
class Said:
    """A value and its calibrated probability."""

    value: Value
    probability: float


def predict(trained: TrainedHeads, vectors_BD: NDArray[np.float32], least_probability: float) -> list[dict[str, Said]]:
    """What may be said of each picture: values that were selected, with that probability at least."""
    probabilities = trained.network.probabilities(torch.from_numpy(vectors_BD))
    said: list[dict[str, Said]] = [{} for _ in range(len(vectors_BD))]
    for head, of_head_BK in zip(trained.heads, probabilities, strict=True):
        highest_B, number_B = of_head_BK.max(dim=1)
        for row, (highest, number) in enumerate(zip(highest_B.tolist(), number_B.tolist(), strict=True)):
            if highest >= least_probability and may_be_said(head, number, trained.selected[head.name]):
                said[row][head.name] = Said(head.values[number], highest)
    return said


def may_be_said(head: Head, number: int, selected: Sequence[Value]) -> bool:
    """Whether a value was selected; of yes and no both are, or neither."""
    return bool(selected) if head.is_yes_or_no else head.values[number] in selected


def attributes_of(said: dict[str, Said]) -> Attributes:
    """The values alone."""
    return {name: one.value for name, one in said.items()}
