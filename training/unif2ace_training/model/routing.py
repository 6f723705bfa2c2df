"""The routing decisions of a whole forward pass, layer by layer."""

# B rows, L layers, E routed experts

from dataclasses import dataclass

import torch
from torch import Tensor

from unif2ace_training.config.schema import Task
from unif2ace_training.model.moe import TokenRouting
from unif2ace_training.model.sequence_moe import SequenceRouting


@dataclass(frozen=True, kw_only=True, slots=True)
class Routing:
    """Which experts a pass used; the balance losses and the reports of activated parameters read it."""

    task: Task
    token_counts_BLE: Tensor  # int64: real tokens of the row that chose the expert
    token_probability_sums_BLE: Tensor  # float32: gate probabilities summed over real tokens, differentiable
    tokens_B: Tensor  # int64: real tokens of the row
    sequence_chosen_BL4: Tensor | None  # bool; None in a pass without a picture
    sequence_probabilities_BL4: Tensor | None  # float32, differentiable


def collect_routing(
    task: Task, tokens_B: Tensor, token_routings: list[TokenRouting], sequence_routings: list[SequenceRouting | None]
) -> Routing:
    """Stack the layers' decisions."""
    with_picture = [routing for routing in sequence_routings if routing is not None]
    return Routing(
        task=task,
        token_counts_BLE=torch.stack([routing.counts_BE for routing in token_routings], dim=1),
        token_probability_sums_BLE=torch.stack([routing.probability_sums_BE for routing in token_routings], dim=1),
        tokens_B=tokens_B,
        sequence_chosen_BL4=torch.stack([r.chosen_B4 for r in with_picture], dim=1) if with_picture else None,
        sequence_probabilities_BL4=(
            torch.stack([r.probabilities_B4 for r in with_picture], dim=1) if with_picture else None
        ),
    )
