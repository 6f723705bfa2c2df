"""The graphs as files: five over shared weights, three that sample, four or five that carry their own weights."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import onnx
import torch

from unif2ace_training.common.artifacts import atomic_path
from unif2ace_training.encoders.clip_vit import ClipVit
from unif2ace_training.encoders.network import ClipGraph, FaceGraph
from unif2ace_training.encoders.published_onnx import OnePictureGraph, PublishedEncoder
from unif2ace_training.export.graph_builder import GraphBuilder, TensorSpec
from unif2ace_training.export.module_graphs import ModuleGraph, trace
from unif2ace_training.export.modules_to_ops import Precision
from unif2ace_training.export.sample_image_graph import sample_image_graph
from unif2ace_training.export.sample_text_graph import pick_text_graph, sample_text_graph
from unif2ace_training.export.shared_weights import SharedWeights
from unif2ace_training.export.trained_parts import TrainedParts
from unif2ace_training.export.transformer_graphs import (
    language_graph,
    noise_graph,
    picture_graph,
    prompt_graph,
    unmask_graph,
)
from unif2ace_training.image_tokenizer.network import PictureDecoder, PictureEncoder
from unif2ace_training.model.face_model import FaceModel

# In the order of the manifest.
GRAPH_NAMES: Final = (
    "prompt", "noise", "unmask", "picture", "language", "sample_image", "sample_text", "pick_text",
    "picture_encoder", "picture_decoder", "clip", "face",
)  # fmt: skip
# Behind them where faces are searched for.
DETECTOR: Final = "face_detector"
_TRANSFORMER: Final = {
    "prompt": prompt_graph,
    "noise": noise_graph,
    "unmask": unmask_graph,
    "picture": picture_graph,
    "language": language_graph,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphFile:
    """What the manifest says about a graph."""

    file: str
    inputs: list[TensorSpec]
    outputs: list[TensorSpec]
    weights: list[str]

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "inputs": [spec.to_dict() for spec in self.inputs],
            "outputs": [spec.to_dict() for spec in self.outputs],
            "weights": self.weights,
        }


def write_graphs(
    folder: Path, parts: TrainedParts, precision: Precision, on_written: Callable[[str], None] | None = None
) -> dict[str, GraphFile]:
    """Write `weights.safetensors` and every graph, each checked by ONNX's own checker."""
    written = write_transformer(folder, parts.model, precision, on_written)
    for name, graph in module_graphs(parts).items():
        written[name] = _write(folder, graph.model, GraphFile(
            file=f"{name}.onnx", inputs=graph.inputs, outputs=graph.outputs, weights=[]
        ), on_written)  # fmt: skip
    return {name: written[name] for name in (*GRAPH_NAMES, DETECTOR) if name in written}


def write_transformer(
    folder: Path, model: FaceModel, precision: Precision, on_written: Callable[[str], None] | None = None
) -> dict[str, GraphFile]:
    """Write `weights.safetensors`, the graphs over it, and those that sample."""
    builders, weights = transformer_builders(model, precision)
    places = weights.write(folder)
    config = model.config
    builders |= {
        "sample_image": sample_image_graph(config.image_tokens, config.codebook_size),
        "sample_text": sample_text_graph(config.text_vocabulary),
        "pick_text": pick_text_graph(config.text_vocabulary),
    }
    return {
        name: _write(folder, builder.build(places), GraphFile(
            file=f"{name}.onnx", inputs=builder.inputs, outputs=builder.outputs, weights=builder.used_weights
        ), on_written)
        for name, builder in builders.items()
    }  # fmt: skip


def _write(
    folder: Path, model: onnx.ModelProto, graph: GraphFile, on_written: Callable[[str], None] | None
) -> GraphFile:
    with atomic_path(folder / graph.file) as partial:
        onnx.save(model, str(partial))
        onnx.checker.check_model(str(partial), full_check=not graph.weights)
    if on_written is not None:
        on_written(graph.file)
    return graph


def transformer_builders(model: FaceModel, precision: Precision) -> tuple[dict[str, GraphBuilder], SharedWeights]:
    """The graphs of the transformer over one set of weights."""
    weights = SharedWeights()
    with torch.no_grad():
        builders = {name: build(model, weights, precision) for name, build in _TRANSFORMER.items()}
    return builders, weights


def module_graphs(parts: TrainedParts) -> dict[str, ModuleGraph]:
    """Codec and encoders, traced."""
    config = parts.model.config
    codes = torch.arange(config.image_tokens) % config.codebook_size
    encoder, decoder = PictureEncoder(parts.image_tokenizer), PictureDecoder(parts.image_tokenizer)
    return {
        "picture_encoder": trace(encoder, _pixels(config.image_size), "pixels", ["code_ids"]),
        "picture_decoder": trace(decoder, codes, "code_ids", ["pixels"]),
        "clip": _clip_graph(parts),
        "face": _face_graph(parts),
        **({} if parts.face_detector is None else {DETECTOR: _published(parts.face_detector.graph)}),
    }


def _clip_graph(parts: TrainedParts) -> ModuleGraph:
    if isinstance(parts.clip, PublishedEncoder):
        return _published(parts.clip.graph)
    rows = 1 if isinstance(parts.clip, ClipVit) else None
    return trace(ClipGraph(parts.clip), _pixels(parts.clip.config.image_size), "pixels", ["embedding"], rows=rows)


def _face_graph(parts: TrainedParts) -> ModuleGraph:
    if isinstance(parts.face, PublishedEncoder):
        return _published(parts.face.graph)
    outputs = ["embedding", "score", "found"]
    return trace(FaceGraph(parts.face), _pixels(parts.face.config.image_size), "pixels", outputs)


def _published(graph: OnePictureGraph) -> ModuleGraph:
    outputs = [TensorSpec(name, "float32", dims) for name, dims in graph.outputs.items()]
    return ModuleGraph(graph.model, [TensorSpec("pixels", "float32", (1, 3, graph.side, graph.side))], outputs)


def _pixels(size: int) -> torch.Tensor:
    return torch.linspace(-1, 1, 3 * size * size).view(3, size, size)
