"""Self-attention as ONNX operators: over the pass itself, over gathered prefixes, and in place over decode slots."""

# B rows, S positions, P positions of a prefix, D width, H heads, d head width, r half of the rotated features

import math
from dataclasses import dataclass

import numpy as np
import torch

from unif2ace_training.config.schema import ModelConfig
from unif2ace_training.export.graph_builder import MICROSOFT, GraphBuilder
from unif2ace_training.export.modules_to_ops import Matrices, Positions, layer_norm
from unif2ace_training.model.attention import Attention
from unif2ace_training.model.block import Block
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.rope import rotary_angles

# e^-40 is 4e-18.
_VANISHING = 40


@dataclass(frozen=True, slots=True)
class RotaryTables:
    """Names of cosines and sines of every position, [positions, r]."""

    cos: str
    sin: str


@dataclass(frozen=True, slots=True)
class KeyValueNames:
    """Names of keys (rotated) and values, [B, H, positions, d]."""

    key: str
    value: str


def rotary_tables(graph: GraphBuilder, config: ModelConfig) -> RotaryTables:
    """The tables that all graphs share."""
    positions = torch.arange(config.rotary_positions)[None]
    angles = rotary_angles(positions, config.rotary_width, config.rotary_theta)[0]
    return RotaryTables(
        graph.weight("rotary.cos", angles.cos().numpy()), graph.weight("rotary.sin", angles.sin().numpy())
    )


def project(
    matrices: Matrices,
    value: str,
    name: str,
    module: Attention,
    config: ModelConfig,
    positions: Positions,
    places: str,
) -> tuple[str, KeyValueNames]:
    """Queries, and keys and values of the pass, [B, H, S, d] each.

    Args:
        value: normalised input, [B·S, D].
        places: position numbers for the rotation, int64 [B, S], or [1]: the number of the first.
    """
    graph, heads = matrices.graph, module.num_heads
    qkv = positions.by_row(matrices.linear(value, f"{name}.qkv", module.qkv), 3 * heads, module.head_width)
    by_head = graph.op("Transpose", qkv, perm=[0, 2, 1, 3])
    query, key, values = graph.split(by_head, [heads, heads, heads], axis=1)
    tables = rotary_tables(graph, config)
    query, key = (
        graph.op(
            "RotaryEmbedding",
            part,
            places,
            tables.cos,
            tables.sin,
            domain=MICROSOFT,
            num_heads=heads,
            rotary_embedding_dim=config.rotary_width,
        )
        for part in normalise(graph, query, key, name, module)
    )
    return query, KeyValueNames(key, values)


def normalise(graph: GraphBuilder, query: str, key: str, name: str, module: Attention) -> tuple[str, str]:
    """QK-norm over the last axis, where the model has it."""
    if module.q_norm is None or module.k_norm is None:
        return query, key
    return (
        layer_norm(graph, query, f"{name}.q_norm", module.q_norm),
        layer_norm(graph, key, f"{name}.k_norm", module.k_norm),
    )


def attend(
    matrices: Matrices,
    query: str,
    own: KeyValueNames,
    name: str,
    module: Attention,
    *,
    ceiling: str,
    prefix: KeyValueNames | None = None,
) -> str:
    """Output [B·S, D] of queries over an optional prefix and the pass itself.

    Plain products, whose result for a row does not depend on the others. com.microsoft::MultiHeadAttention with past
    and bias is no faster (an unmasking step of two rows, small preset, one thread: 45.6 against 44.4 ms of CPU).

    Args:
        ceiling: of the scores of the prefix where there is one, else of those of the pass (`score_ceiling`).
    """
    graph = matrices.graph
    scale = 1 / math.sqrt(module.head_width)
    parts = [own] if prefix is None else [prefix, own]
    scores = [graph.op("FusedMatMul", query, part.key, domain=MICROSOFT, transB=1, alpha=scale) for part in parts]
    scores[0] = graph.op("Min", scores[0], ceiling)
    joined = scores[0] if len(scores) == 1 else graph.op("Concat", *scores, axis=-1)
    values = own.value if prefix is None else graph.op("Concat", prefix.value, own.value, axis=2)
    attended = graph.op("MatMul", graph.op("Softmax", joined, axis=-1), values)
    merged = graph.reshape(graph.op("Transpose", attended, perm=[0, 2, 1, 3]), [-1, module.out.in_features])
    return matrices.linear(merged, f"{name}.out", module.out)


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeSlots:
    """Names of what GroupQueryAttention needs besides queries, keys and values."""

    past_lengths: str  # int32 [B], `seqlens_k`
    total_length: str  # int32 [1]
    past: KeyValueNames  # [B, H, M, d]
    present: KeyValueNames


def attend_in_place(
    matrices: Matrices,
    value: str,
    name: str,
    module: Attention,
    config: ModelConfig,
    positions: Positions,
    slots: DecodeSlots,
) -> str:
    """Output [B·T, D]; keys and values of the T tokens go behind the past, whose memory the present may share."""
    graph, heads, width = matrices.graph, module.num_heads, config.width
    qkv = matrices.linear(value, f"{name}.qkv", module.qkv)
    query, key, values = graph.split(qkv, [width, width, width], axis=-1)
    if module.q_norm is not None:
        query, key = (graph.reshape(part, [-1, heads, module.head_width]) for part in (query, key))
        query, key = normalise(graph, query, key, name, module)
    tables = rotary_tables(graph, config)
    inputs = [
        *(positions.by_row(part, width) for part in (query, key, values)),
        slots.past.key,
        slots.past.value,
        slots.past_lengths,
        slots.total_length,
        tables.cos,
        tables.sin,
    ]
    attended, _, _ = graph.ops(
        "GroupQueryAttention",
        *inputs,
        count=3,
        outputs=[f"{name}/attended", slots.present.key, slots.present.value],
        domain=MICROSOFT,
        num_heads=heads,
        kv_num_heads=heads,
        do_rotary=1,
    )
    return matrices.linear(graph.reshape(attended, [-1, width]), f"{name}.out", module.out)


def score_ceiling(graph: GraphBuilder, is_visible: str, model: FaceModel) -> str:
    """Infinity where a bool is true, elsewhere the score of a hidden position; scores are cut down to it.

    A hidden position's weight must vanish beside the others, but not become a number so small (below 1e-38) that the
    processor handles it in microcode: those made Softmax five times as slow. With QK-norm scores are bounded by `b`, so
    the score `-40 - b` has a weight of at most e^-40 of the largest, which no float32 sum notices.
    """
    layers = [block for block in model.layers if isinstance(block, Block)]
    bounds = [_score_bound(block.attention) for block in layers]
    hidden = -_VANISHING - max(bounds)
    return graph.op("Where", is_visible, graph.constant(np.inf, "float32"), graph.constant(hidden, "float32"))


def _score_bound(module: Attention) -> float:
    """No score of this attention is larger, or smaller than its negative; infinity where QK-norm does not bound it."""
    if module.q_norm is None or module.k_norm is None:
        return math.inf
    # A normalised vector is at most sqrt(d) long, and the rotation keeps its length.
    lengths = [
        float(norm.weight.abs().max()) * math.sqrt(module.head_width) + float(norm.bias.norm())
        for norm in (module.q_norm, module.k_norm)
    ]
    return lengths[0] * lengths[1] / math.sqrt(module.head_width)
