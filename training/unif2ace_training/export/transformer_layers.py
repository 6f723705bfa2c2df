"""The layers of one graph: attention, the two mixtures, and what their routers decided."""

# B rows, S positions, D width, E experts

from collections.abc import Callable
from dataclasses import dataclass, field

from unif2ace_training.config.schema import Task
from unif2ace_training.export.modules_to_ops import Matrices, Positions, layer_norm, token_moe, token_router
from unif2ace_training.export.sequence_ops import Conditions, sequence_moe, sequence_router
from unif2ace_training.model.block import Block
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.moe import RoutedGroup
from unif2ace_training.model.sequence_moe import SequenceMoE

# Attention of one layer: normalised input, name and index of the layer, its block; None where nothing reads the output.
Attend = Callable[[str, str, int, Block, bool], str | None]


@dataclass(kw_only=True, slots=True)
class TransformerLayers:
    """Writes the layers of one graph and collects what they decided."""

    matrices: Matrices
    model: FaceModel
    task: Task
    attend: Attend
    positions: Positions
    # Where the picture's codes begin among the positions; None in a graph without a picture.
    codes_start: int | None = None
    conditions: Conditions | None = None
    token_counts: list[str] = field(default_factory=list)
    sequence_choices: list[str] = field(default_factory=list)

    def write(self, value: str, *, needs_output: bool) -> str:
        """All layers; where only keys, values and routing are wanted, the last one leaves the rest out."""
        graph = self.matrices.graph
        last = len(self.model.layers) - 1
        for index, block in enumerate(self.model.layers):
            assert isinstance(block, Block)
            with graph.scope(f"layers.{index}"):
                value = self._layer(value, index, block, needs_output=needs_output or index < last)
        return value

    def write_routing(self) -> None:
        """Declare the routing outputs."""
        graph, config = self.matrices.graph, self.model.config
        layers = config.num_layers
        counts = graph.op("Concat", *self.token_counts, axis=1)
        graph.output(counts, "token_experts", "int64", ["B", layers, config.num_routed_experts])
        if self.sequence_choices:
            chosen = graph.op("Concat", *self.sequence_choices, axis=1)
            graph.output(chosen, "sequence_experts", "int64", ["B", layers, config.num_sequence_experts])

    def _layer(self, value: str, index: int, block: Block, *, needs_output: bool) -> str:
        graph, name = self.matrices.graph, f"layers.{index}"
        normalised = layer_norm(graph, value, f"{name}.norm", block.norm)
        attended = self.attend(normalised, f"{name}.attention", index, block, needs_output)
        if not needs_output and self.codes_start is None:
            group = block.moe.groups[self.task]
            assert isinstance(group, RoutedGroup)
            router = f"{name}.moe.groups.{self.task}.router"
            self.token_counts.append(token_router(graph, normalised, router, group, self.positions)[1])
            return value
        mixed, counts = token_moe(self.matrices, normalised, f"{name}.moe", block.moe, self.task, self.positions)
        self.token_counts.append(counts)
        if self.codes_start is not None:
            mixed = self._sequence_level(mixed, index, block, needs_output=needs_output)
        if attended is None:
            return value
        return graph.op("Add", graph.op("Add", value, attended), mixed)

    def _sequence_level(self, mixed: str, index: int, block: Block, *, needs_output: bool) -> str:
        graph, config, module = self.matrices.graph, self.model.config, block.sequence_moe[self.task]
        name = f"layers.{index}.sequence_moe.{self.task}"
        assert isinstance(module, SequenceMoE)
        assert self.codes_start is not None
        assert self.conditions is not None
        rows = config.image_tokens
        by_row = self.positions.by_row(mixed, config.width)
        before, codes, after = graph.split(by_row, [self.codes_start, rows, 1], axis=1)
        if not needs_output:
            self.sequence_choices.append(sequence_router(graph, codes, name, module, rows)[1])
            return mixed
        codes, chosen = sequence_moe(graph, codes, name, module, index, rows, self.conditions)
        self.sequence_choices.append(chosen)
        return graph.reshape(graph.op("Concat", before, codes, after, axis=1), [-1, config.width])
