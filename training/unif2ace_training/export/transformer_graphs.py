"""The graphs of the transformer: `prompt`, `noise`, `unmask`, `picture`, `language`, twins of FaceModel's methods."""

# B rows, T tokens, P prompt capacity, S prompt slots, Z noise slots, N codes, J picture prefix, M slot capacity,
# E experts

from dataclasses import dataclass, field

import torch

from unif2ace_training.export.attention_ops import (
    DecodeSlots,
    KeyValueNames,
    attend,
    attend_in_place,
    project,
    score_ceiling,
)
from unif2ace_training.export.graph_builder import GraphBuilder
from unif2ace_training.export.modules_to_ops import Matrices, Positions, Precision, layer_norm, to_numpy
from unif2ace_training.export.sequence_ops import Conditions, embed_noise_level, resample
from unif2ace_training.export.shared_weights import SharedWeights
from unif2ace_training.export.transformer_layers import TransformerLayers
from unif2ace_training.model import omni_mask
from unif2ace_training.model.block import Block
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.resampler import Resampler
from unif2ace_training.model.sequence_moe import SequenceMoE


def prompt_graph(model: FaceModel, weights: SharedWeights, precision: Precision) -> GraphBuilder:
    """Keys and values of text prefixes."""
    graph, config = GraphBuilder("prompt", weights), model.config
    matrices, capacity = Matrices(graph, precision), config.prompt_capacity
    token_ids = graph.input("token_ids", "int64", ["B", capacity])
    lengths = graph.input("lengths", "int64", ["B"])
    is_real = graph.op("Less", graph.constant(range(capacity)), graph.unsqueeze(lengths, 1))
    causal = torch.ones(capacity, capacity, dtype=torch.bool).tril()
    ceiling = score_ceiling(graph, graph.constant(causal.numpy(), "bool"), model)
    is_real_BS1 = graph.unsqueeze(graph.cast(is_real, "float32"), 2)
    positions = Positions(graph=graph, length=capacity, is_real_BS1=is_real_BS1)
    prefix = _PrefixOutputs(matrices, model, positions, ceiling)
    layers = TransformerLayers(
        matrices=matrices, model=model, task="generate", attend=prefix.attend, positions=positions
    )
    layers.write(_embed(graph, model, token_ids), needs_output=False)
    prefix.declare(capacity)
    layers.write_routing()
    return graph


def picture_graph(model: FaceModel, weights: SharedWeights, precision: Precision) -> GraphBuilder:
    """Keys and values of pictures in understanding."""
    graph, config = GraphBuilder("picture", weights), model.config
    matrices, length = Matrices(graph, precision), config.picture_prefix_length
    code_ids = graph.input("code_ids", "int64", ["B", config.image_tokens])
    clip = graph.input("clip", "float32", ["B", config.clip_width])
    face = graph.input("face", "float32", ["B", config.face_width])
    mask = omni_mask.picture_mask(length, torch.device("cpu"))
    ceiling = score_ceiling(graph, graph.constant(mask.numpy(), "bool"), model)
    positions = Positions(graph=graph, length=length)
    prefix = _PrefixOutputs(matrices, model, positions, ceiling)
    layers = TransformerLayers(
        matrices=matrices,
        model=model,
        task="understand",
        attend=prefix.attend,
        positions=positions,
        codes_start=2,
        conditions=Conditions(vectors={"clip": clip, "face": face}),
    )
    layers.write(_embed_block(graph, model, code_ids, ["<|mmu|>", "<|soi|>"]), needs_output=False)
    prefix.declare(length)
    layers.write_routing()
    return graph


def noise_graph(model: FaceModel, weights: SharedWeights, precision: Precision) -> GraphBuilder:
    """What the noise experts of all layers make of noise levels.

    It is the same for every picture at a level and for both rows of a guided one, and a picture of N codes has N levels
    at most, so the server computes each once: in the graph `unmask` it took a fifth of a step (small preset).
    """
    graph, config = GraphBuilder("noise", weights), model.config
    noise_levels = graph.input("noise_levels", "float32", ["B"])
    noise = embed_noise_level(graph, noise_levels, config.resampler_width)
    dims = [config.image_tokens, config.resampler_width]
    by_layer = []
    for index, block in enumerate(model.layers):
        assert isinstance(block, Block)
        module = block.sequence_moe["generate"]
        assert isinstance(module, SequenceMoE)
        resampler = module.resamplers["noise"]
        assert isinstance(resampler, Resampler)
        with graph.scope(f"layers.{index}"):
            rows = resample(graph, noise, f"layers.{index}.sequence_moe.generate.resamplers.noise", resampler)
        by_layer.append(graph.reshape(rows, [-1, 1, *dims]))
    graph.output(graph.op("Concat", *by_layer, axis=1), "noise_rows", "float32", ["B", config.num_layers, *dims])
    return graph


def unmask_graph(model: FaceModel, weights: SharedWeights, precision: Precision) -> GraphBuilder:
    """Logits of one unmasking step over prefixes gathered from slots."""
    graph, config = GraphBuilder("unmask", weights), model.config
    matrices, capacity, codes = Matrices(graph, precision), config.prompt_capacity, config.image_tokens
    code_ids = graph.input("code_ids", "int64", ["B", codes])
    noise_slots = graph.input("noise_slots", "int64", ["B"])
    slots = graph.input("prompt_slots", "int64", ["B"])
    lengths = graph.input("prompt_lengths", "int64", ["B"])
    slot_dims = ["S", config.num_heads, capacity, config.head_width]
    prompts = _key_value_inputs(graph, model, "prompt", slot_dims)
    noise_rows = graph.input("noise_rows", "float32", ["Z", config.num_layers, codes, config.resampler_width])
    lengths_B1, length = graph.unsqueeze(lengths, 1), config.image_block_length
    places = graph.op("Add", lengths_B1, graph.constant(range(length)))
    is_text = graph.op("Less", graph.constant(range(capacity)), lengths_B1)
    ceiling = graph.unsqueeze(score_ceiling(graph, is_text, model), 1, 2)
    positions = Positions(graph=graph, length=length)

    def attend_over_prompt(value: str, name: str, index: int, block: Block, _: bool) -> str:
        query, own = project(matrices, value, name, block.attention, config, positions, places)
        slot = prompts[index]
        prefix = KeyValueNames(*(graph.op("Gather", part, slots, axis=0) for part in (slot.key, slot.value)))
        return attend(matrices, query, own, name, block.attention, ceiling=ceiling, prefix=prefix)

    by_layer = graph.split(graph.op("Gather", noise_rows, noise_slots, axis=0), [1] * config.num_layers, axis=1)
    noise = [graph.reshape(rows, [-1, config.resampler_width]) for rows in by_layer]
    layers = TransformerLayers(
        matrices=matrices,
        model=model,
        task="generate",
        attend=attend_over_prompt,
        positions=positions,
        codes_start=1,
        conditions=Conditions(rows={"noise": noise}),
    )
    hidden = layers.write(_embed_block(graph, model, code_ids, ["<|soi|>"]), needs_output=True)
    at_codes = graph.slice(positions.by_row(hidden, config.width), 1, 1, codes + 1)
    flat = graph.reshape(at_codes, [-1, config.width])
    dims = [codes, config.codebook_size]
    logits = _logits(matrices, model, flat, "image", config.image_offset, dims)
    graph.output(logits, "logits", "float32", ["B", *dims])
    layers.write_routing()
    return graph


def language_graph(model: FaceModel, weights: SharedWeights, precision: Precision) -> GraphBuilder:
    """Logits of text, its keys and values written into decode slots."""
    graph, config = GraphBuilder("language", weights), model.config
    matrices = Matrices(graph, precision)
    token_ids = graph.input("token_ids", "int64", ["B", "T"])
    past_lengths = graph.input("past_lengths", "int32", ["B"])
    total_length = graph.input("total_length", "int32", [1])
    slot_dims = ["B", config.num_heads, config.slot_capacity, config.head_width]
    past = _key_value_inputs(graph, model, "past", slot_dims)
    present = [KeyValueNames(f"present_key_{index}", f"present_value_{index}") for index in range(config.num_layers)]

    positions = Positions(graph=graph, length=graph.op("Shape", token_ids))

    def attend_in_slot(value: str, name: str, index: int, block: Block, _: bool) -> str:
        slots = DecodeSlots(
            past_lengths=past_lengths, total_length=total_length, past=past[index], present=present[index]
        )
        return attend_in_place(matrices, value, name, block.attention, config, positions, slots)

    layers = TransformerLayers(
        matrices=matrices, model=model, task="understand", attend=attend_in_slot, positions=positions
    )
    hidden = layers.write(_embed(graph, model, token_ids), needs_output=True)
    for names in present:
        graph.output_as_is(names.key, "float32", slot_dims)
        graph.output_as_is(names.value, "float32", slot_dims)
    flat = _logits(matrices, model, hidden, "text", 0, [config.text_vocabulary])
    logits = positions.by_row(flat, config.text_vocabulary)
    graph.output(logits, "logits", "float32", ["B", "T", config.text_vocabulary])
    layers.write_routing()
    return graph


@dataclass(slots=True)
class _PrefixOutputs:
    """Attention of a pass that sees only itself, and whose keys and values are the graph's outputs."""

    matrices: Matrices
    model: FaceModel
    positions: Positions
    ceiling: str
    key_values: list[KeyValueNames] = field(default_factory=list)

    def attend(self, value: str, name: str, _: int, block: Block, needs_output: bool) -> str | None:
        graph, config = self.matrices.graph, self.model.config
        places = graph.constant([0])
        query, own = project(self.matrices, value, name, block.attention, config, self.positions, places)
        self.key_values.append(own)
        return attend(self.matrices, query, own, name, block.attention, ceiling=self.ceiling) if needs_output else None

    def declare(self, length: int) -> None:
        config = self.model.config
        dims = ["B", config.num_heads, length, config.head_width]
        for index, names in enumerate(self.key_values):
            self.matrices.graph.output(names.key, f"key_{index}", "float32", dims)
            self.matrices.graph.output(names.value, f"value_{index}", "float32", dims)


def _key_value_inputs(graph: GraphBuilder, model: FaceModel, name: str, dims: list[str | int]) -> list[KeyValueNames]:
    return [
        KeyValueNames(*(graph.input(f"{name}_{part}_{index}", "float32", dims) for part in ("key", "value")))
        for index in range(model.config.num_layers)
    ]


def _embed(graph: GraphBuilder, model: FaceModel, joint_ids: str) -> str:
    """Embeddings of ids [B, S], [B·S, D]."""
    embedding = model.embedding.weight
    table = graph.weight_of("embedding.weight", embedding, lambda: to_numpy(embedding))
    return graph.op("Gather", table, graph.reshape(joint_ids, [-1]), axis=0)


def _embed_block(graph: GraphBuilder, model: FaceModel, code_ids: str, before: list[str]) -> str:
    """Embeddings of `before`, codes and `[eoi]`; a special's column gets its height from the codes' first."""
    first = graph.slice(code_ids, 1, 0, 1)
    zeros = graph.op("Sub", first, first)
    columns = [graph.op("Add", zeros, graph.constant(model.config.special_id(token))) for token in [*before, "<|eoi|>"]]
    codes = graph.op("Add", code_ids, graph.constant(model.config.image_offset))
    return _embed(graph, model, graph.op("Concat", *columns[:-1], codes, columns[-1], axis=1))


def _logits(matrices: Matrices, model: FaceModel, hidden: str, name: str, start: int, dims: list[int]) -> str:
    """Logits [-1, *dims] over a stretch of the joint vocabulary, `dims[-1]` wide.

    The bias comes last: a graph's output that was only reshaped is copied, and these are its largest by far.
    """
    graph = matrices.graph
    normalised = layer_norm(graph, hidden, "norm", model.norm)
    rows = slice(start, start + dims[-1])
    product = matrices.apply(normalised, f"head.{name}", model.head.weight[rows], None)
    bias = graph.weight(f"head.{name}.bias", to_numpy(model.head.bias[rows]))
    return graph.op("Add", graph.reshape(product, [-1, *dims]), bias)
