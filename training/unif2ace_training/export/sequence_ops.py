"""The sequence-level mixture and its resamplers as ONNX operators, in float32 at every precision."""

# B rows, N code positions, D width, w resampler width

import math
from dataclasses import dataclass, field

import numpy as np

from unif2ace_training.export.graph_builder import MICROSOFT, REGISTER_FLOATS, GraphBuilder
from unif2ace_training.export.modules_to_ops import (
    Matrices,
    choose_top_k,
    feed_forward,
    layer_norm,
    linear,
    to_numpy,
)
from unif2ace_training.model.noise_embedding import noise_frequencies
from unif2ace_training.model.resampler import Resampler, ResamplerLayer
from unif2ace_training.model.sequence_moe import SequenceMoE


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """What the experts that resample are given: vectors to read, or rows that another graph has made of them."""

    # By kind of expert, [B, width].
    vectors: dict[str, str] = field(default_factory=dict)
    # By kind and layer, [B·N, w].
    rows: dict[str, list[str]] = field(default_factory=dict)


def embed_noise_level(graph: GraphBuilder, noise_level: str, width: int) -> str:
    """Twin of `model.noise_embedding.embed_noise_level`: [B] to [B, width], computed in whole registers."""
    frequencies = noise_frequencies(width, "cpu").numpy()
    filled = np.pad(frequencies, (0, -len(frequencies) % REGISTER_FLOATS))
    angles = graph.op("Mul", graph.unsqueeze(noise_level, -1), graph.constant(filled, "float32"))
    parts = (graph.slice(graph.op(function, angles), 1, 0, len(frequencies)) for function in ("Cos", "Sin"))
    return graph.op("Concat", *parts, axis=-1)


def sequence_router(graph: GraphBuilder, value: str, name: str, module: SequenceMoE, rows: int) -> tuple[str, str]:
    """Of pictures [B, rows, D]: renormalised gates [B, 4], 0 where not chosen, and the choice, int64 [B, 1, 4]."""
    # NOTE: ReduceMean sums a single picture in another order than several, so the mean is a product with 1 / N.
    shares = graph.constant(np.full((1, 1, rows), 1 / rows), "float32")
    mean = graph.reshape(graph.op("MatMul", shares, value), [-1, module.gate.in_features])
    logits = linear(graph, mean, f"{name}.gate", module.gate.weight, module.gate.bias)
    probabilities = graph.op("Softmax", logits, axis=-1)
    chosen = choose_top_k(graph, probabilities, module.gate.out_features, module.top_k)
    kept = graph.op("Mul", probabilities, chosen)
    gates = graph.op("Div", kept, graph.op("ReduceSum", kept, graph.constant([-1]), keepdims=1))
    return gates, graph.unsqueeze(graph.cast(chosen, "int64"), 1)


def sequence_moe(
    graph: GraphBuilder, value: str, name: str, module: SequenceMoE, layer: int, rows: int, conditions: Conditions
) -> tuple[str, str]:
    """Output [B, N, D] and the chosen experts, int64 [B, 1, 4] of 0 and 1."""
    gates, chosen = sequence_router(graph, value, name, module, rows)
    output = value
    if "zero" in module.kinds:
        share = _share(graph, gates, module.kinds.index("zero"))
        output = graph.op("Mul", output, graph.op("Sub", graph.constant(1.0, "float32"), share))
    for kind, resampler in module.resamplers.items():
        assert isinstance(resampler, Resampler)
        resampler_name = f"{name}.resamplers.{kind}"
        with graph.scope(kind):
            if kind in conditions.rows:
                made = conditions.rows[kind][layer]
            else:
                made = resample(graph, conditions.vectors[kind], resampler_name, resampler)
            added = _project_out(graph, made, resampler_name, resampler)
        share = _share(graph, gates, [str(k) for k in module.kinds].index(kind))
        output = graph.op("Add", output, graph.op("Mul", share, added))
    return output, chosen


def resample(graph: GraphBuilder, condition: str, name: str, module: Resampler) -> str:
    """Rows [B·N, w] from a vector [B, width], all but the projection to the model's width."""
    _, width = module.latents.shape
    projected = linear(graph, condition, f"{name}.project_in", module.project_in.weight, module.project_in.bias)
    context = graph.unsqueeze(projected, 1)
    latents = graph.weight(f"{name}.latents", to_numpy(module.latents)[None])
    # Broadcasting against a zero of the batch's size repeats the latents for each row.
    value = graph.op("Add", latents, graph.op("Mul", context, graph.constant(0.0, "float32")))
    for index, layer in enumerate(module.layers):
        assert isinstance(layer, ResamplerLayer)
        value = _resampler_layer(graph, value, context, f"{name}.layers.{index}", layer)
    return graph.reshape(layer_norm(graph, value, f"{name}.norm", module.norm), [-1, width])


def _project_out(graph: GraphBuilder, made: str, name: str, module: Resampler) -> str:
    """Rows [B·N, w] as [B, N, D]."""
    rows, _ = module.latents.shape
    out = linear(graph, made, f"{name}.project_out", module.project_out.weight, module.project_out.bias)
    return graph.reshape(out, [-1, rows, module.project_out.out_features])


def _resampler_layer(graph: GraphBuilder, latents: str, context: str, name: str, layer: ResamplerLayer) -> str:
    """`Z + MHA(Z, [e; Z])`, then `Z + FFN(Z)`, [B, N, w]."""
    rows, width = layer.rows, layer.query.in_features
    joined = graph.op("Concat", context, latents, axis=1)
    normalised = layer_norm(graph, joined, f"{name}.attention_norm", layer.attention_norm)
    merged = _attend(graph, normalised, name, layer)
    attended = linear(graph, merged, f"{name}.out", layer.out.weight, layer.out.bias)
    latents = graph.op("Add", latents, graph.reshape(attended, [-1, rows, width]))
    normalised = layer_norm(graph, latents, f"{name}.feed_forward_norm", layer.feed_forward_norm)
    flat = graph.reshape(normalised, [-1, width])
    changed = feed_forward(Matrices(graph, "fp32"), flat, f"{name}.feed_forward", layer.feed_forward)
    return graph.op("Add", latents, graph.reshape(changed, [-1, rows, width]))


def _attend(graph: GraphBuilder, normalised: str, name: str, layer: ResamplerLayer) -> str:
    """What the latents gather from the context and each other, [B·N, w]."""
    rows, width = layer.rows, layer.query.in_features
    heads, head_width = layer.num_heads, width // layer.num_heads
    flat = graph.reshape(normalised, [-1, width])
    queries = graph.reshape(graph.slice(normalised, 1, 1, rows + 1), [-1, width])
    query = linear(graph, queries, f"{name}.query", layer.query.weight, layer.query.bias)
    key_value = linear(graph, flat, f"{name}.key_value", layer.key_value.weight, layer.key_value.bias)
    key, value = graph.split(key_value, [width, width], axis=-1)
    query, key, value = (
        graph.op("Transpose", graph.reshape(part, [-1, positions, heads, head_width]), perm=[0, 2, 1, 3])
        for part, positions in ((query, rows), (key, rows + 1), (value, rows + 1))
    )
    scores = graph.op("FusedMatMul", query, key, domain=MICROSOFT, transB=1, alpha=1 / math.sqrt(head_width))
    attended = graph.op("MatMul", graph.op("Softmax", scores, axis=-1), value)
    return graph.reshape(graph.op("Transpose", attended, perm=[0, 2, 1, 3]), [-1, width])


def _share(graph: GraphBuilder, gates: str, index: int) -> str:
    """One expert's gate as [B, 1, 1]."""
    return graph.unsqueeze(graph.slice(gates, 1, index, index + 1), -1)
