"""How many parameters a model has and how many one pass uses (UniF2ace appendix B; docs/parameters.md).

The manifest's `parameters` are `ParameterCounts.to_dict()`; the server multiplies them with the routing that happened.
"""

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import nn

from unif2ace_training.config.schema import SEQUENCE_EXPERTS, TASKS, ModelConfig, Task
from unif2ace_training.model.block import Block
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.moe import RoutedGroup
from unif2ace_training.model.sequence_moe import SequenceMoE


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterCounts:
    """Parameters by component. All layers are alike, so what is said of one layer holds for each."""

    total: int
    # The table of token embeddings: looked up, never multiplied. Part of `total` and of `dense`.
    embedding_tables: int
    # Always on in a pass of the task's group: embeddings, attention, norms, head, shared experts, the group's routers.
    dense: dict[Task, int]
    shared_expert_per_layer: int
    routed_expert: int
    # Both groups, all layers.
    routed_experts_total: int
    # Each sequence-level expert of one layer, by its index in `SEQUENCE_EXPERTS`; copy and zero have none.
    sequence_expert: dict[Task, list[int]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values under the manifest's names."""
        return asdict(self)

    def activated(self, config: ModelConfig, task: Task, sequence_experts: list[set[int]]) -> int:
        """Parameters that one token of a pass uses, the paper's figure: dense ones, k routed experts a layer, and the
        sequence-level experts that the picture chose.

        Args:
            config: the sizes that were counted.
            task: whose group works.
            sequence_experts: for each layer the chosen indices; empty sets for a pass of text alone.
        """
        routed = config.num_layers * config.top_k_experts * self.routed_expert
        sequence = sum(self.sequence_expert[task][index] for chosen in sequence_experts for index in chosen)
        return self.dense[task] + routed + sequence

    def activated_range(self, config: ModelConfig, task: Task) -> tuple[int, int]:
        """Least and most that `activated` can be for a picture: every layer takes the smallest or largest experts."""
        by_size = sorted(range(config.num_sequence_experts), key=self.sequence_expert[task].__getitem__)
        smallest, largest = by_size[: config.top_k_sequence_experts], by_size[-config.top_k_sequence_experts :]
        least = self.activated(config, task, [set(smallest)] * config.num_layers)
        most = self.activated(config, task, [set(largest)] * config.num_layers)
        return least, most


def count_parameters(model: FaceModel) -> ParameterCounts:
    """Count a model's parameters; it may live on the meta device."""
    layer = model.layers[0]
    assert isinstance(layer, Block)
    groups = {task: layer.moe.groups[task] for task in TASKS}
    num_layers, num_experts = model.config.num_layers, model.config.num_routed_experts
    routed_of_layer = sum(_routed(group) for group in groups.values())
    sequence_expert: dict[Task, list[int]] = {task: _sequence_experts(layer, task) for task in TASKS}
    total = _size(model)
    sequence_total = num_layers * sum(map(sum, sequence_expert.values()))
    always_on_or_router = total - num_layers * routed_of_layer - sequence_total
    return ParameterCounts(
        total=total,
        embedding_tables=_size(model.embedding),
        dense={task: always_on_or_router - num_layers * _routers(layer, _other(task)) for task in TASKS},
        shared_expert_per_layer=_size(layer.moe.shared),
        routed_expert=routed_of_layer // (len(TASKS) * num_experts),
        routed_experts_total=num_layers * routed_of_layer,
        sequence_expert=sequence_expert,
    )


def count_config(config: ModelConfig) -> ParameterCounts:
    """Count the parameters that a model of these sizes would have, without allocating them."""
    with torch.device("meta"):
        return count_parameters(FaceModel(config))


def _other(task: Task) -> Task:
    return "understand" if task == "generate" else "generate"


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _routed(group: nn.Module) -> int:
    assert isinstance(group, RoutedGroup)
    return _size(group.experts)


def _routers(layer: Block, task: Task) -> int:
    """The token-level and the sequence-level router of a group."""
    group, sequence = layer.moe.groups[task], layer.sequence_moe[task]
    assert isinstance(group, RoutedGroup)
    assert isinstance(sequence, SequenceMoE)
    return _size(group.router) + _size(sequence.gate)


def _sequence_experts(layer: Block, task: Task) -> list[int]:
    sequence = layer.sequence_moe[task]
    assert isinstance(sequence, SequenceMoE)
    return [_size(sequence.resamplers[kind]) if kind in sequence.resamplers else 0 for kind in SEQUENCE_EXPERTS[task]]
