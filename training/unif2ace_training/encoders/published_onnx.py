"""Encoders that others published, as ONNX files, in the server's layout: SCRFD, ArcFace and CLIP.

Only names and shapes change, and embeddings are given the length √width that all encoders here have: their direction
is InsightFace's `normed_embedding`. What a file must look like is in docs/model-folder.md;
`export/published_layouts.py` writes small ones.
"""

# n candidates of a detector

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from unif2ace_training.encoders.face_alignment import ALIGNED_SIZE
from unif2ace_training.encoders.face_detection import DetectorSettings
from unif2ace_training.encoders.whole_pictures import DETECTOR_VALUES

# Faces are cut out of pictures of at most this side: FFHQ and MM-CelebA-HQ are 1,024 pixels wide.
SOURCE_SIDE: Final = 1280
_CLIP_MEAN: Final = [0.48145466, 0.4578275, 0.40821073]
_CLIP_STD: Final = [0.26862954, 0.26130258, 0.27577711]
_HALF: Final = [0.5, 0.5, 0.5]
_VALUES: Final = (1, 4, 10)  # of a candidate: score, edges, points
_LOG_ERRORS: Final = 3


@dataclass(frozen=True, slots=True)
class OnePictureGraph:
    """A graph in the server's layout, from `pixels` float32 [1, 3, side, side] to float32 outputs of these sizes."""

    model: onnx.ModelProto
    side: int
    outputs: dict[str, tuple[int, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedEncoder:
    """A graph that takes one picture, and what the manifest says of it."""

    graph: OnePictureGraph
    preprocessing: dict[str, Any]
    parameters: int
    embedding_width: int


def read_clip(path: Path) -> PublishedEncoder:
    """CLIP's picture tower with its projection: one input [?, 3, side, side] or of any side (336 then), and an output
    `image_embeds` [?, width], or only one output. Raises ValueError where it is not that."""
    model = _loaded(path)
    side = _side(path, model, default=336)
    names = [output.name for output in model.graph.output]
    output = "image_embeds" if "image_embeds" in names else names[0]
    if output != "image_embeds" and len(names) > 1:
        raise ValueError(f"{path} has the outputs {', '.join(names)}; of several one must be image_embeds")
    preprocessing = {"size": side, "mean": _CLIP_MEAN, "std": _CLIP_STD, "fit": "clip"}
    return _embedding(path, model, output, side, preprocessing)


def read_arcface(path: Path) -> PublishedEncoder:
    """ArcFace: one input [?, 3, 112, 112], one output [?, width]. Raises ValueError where it is not that."""
    model = _loaded(path)
    side = _side(path, model, default=ALIGNED_SIZE)
    if side != ALIGNED_SIZE or len(model.graph.output) != 1:
        raise ValueError(f"{path} takes {side} pixels and has {len(model.graph.output)} outputs; ArcFace takes "
                         f"{ALIGNED_SIZE} and has one")  # fmt: skip
    preprocessing = {"size": side, "mean": _HALF, "std": _HALF, "fit": "aligned_face", "source_side": SOURCE_SIDE}
    return _embedding(path, model, model.graph.output[0].name, side, preprocessing)


def read_scrfd(path: Path) -> PublishedEncoder:
    """SCRFD with points: one input, nine outputs, scores, boxes and points at strides 8, 16 and 32.

    Raises:
        ValueError: the outputs have other shapes.
    """
    model, settings = _loaded(path), DetectorSettings()
    _fix_input(model, settings.size)
    found = _run(path, model, [output.name for output in model.graph.output], settings.size)
    wanted = [(settings.cells(stride), width) for width in _VALUES for stride in settings.strides]
    shapes = [array.shape for array in found]
    if [tuple(shape[-2:]) for shape in shapes] != wanted or any(math.prod(shape[:-2]) != 1 for shape in shapes):
        raise ValueError(f"{path} gives {shapes} for one picture of {settings.size} pixels; SCRFD with points gives "
                         f"{wanted}")  # fmt: skip
    names = [f"{kind}_{stride}" for kind in DETECTOR_VALUES for stride in settings.strides]
    old_names = [output.name for output in model.graph.output]
    for output, old_shape, name, dims in zip(old_names, shapes, names, wanted, strict=True):
        if len(old_shape) == 2:
            model.graph.node.append(helper.make_node("Identity", [output], [name]))
            continue
        model.graph.initializer.append(numpy_helper.from_array(np.array(dims), f"{name}.shape"))
        model.graph.node.append(helper.make_node("Reshape", [output, f"{name}.shape"], [name]))
    return PublishedEncoder(
        graph=_finished(path, model, settings.size, dict(zip(names, wanted, strict=True))),
        preprocessing=settings.to_dict(),
        parameters=_parameters(model),
        embedding_width=0,
    )


def _embedding(
    path: Path, model: onnx.ModelProto, output: str, side: int, preprocessing: dict[str, Any]
) -> PublishedEncoder:
    _fix_input(model, side)
    (found,) = _run(path, model, [output], side)
    shape = found.shape
    if len(shape) != 2 or shape[0] != 1:
        raise ValueError(f"{path} gives {list(shape)} as {output}; an embedding is [1, width]")
    width = shape[1]
    model.graph.initializer.append(numpy_helper.from_array(np.array(math.sqrt(width), np.float32), "embedding.length"))
    model.graph.node.extend([
        helper.make_node("LpNormalization", [output], ["embedding.unit"], axis=-1, p=2),
        helper.make_node("Mul", ["embedding.unit", "embedding.length"], ["embedding"]),
    ])  # fmt: skip
    parameters = _parameters(model)
    return PublishedEncoder(
        graph=_finished(path, model, side, {"embedding": (1, width)}), preprocessing=preprocessing,
        parameters=parameters, embedding_width=width,
    )  # fmt: skip


def _loaded(path: Path) -> onnx.ModelProto:
    """The file with nothing but pixels as input: older ones list their weights among the inputs."""
    try:
        model = onnx.load(str(path))
    except (OSError, DecodeError) as error:
        raise ValueError(f"{path} cannot be read as an ONNX file: {error}") from error
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1 or inputs[0].type.tensor_type.elem_type != TensorProto.FLOAT:
        raise ValueError(f"{path} has the inputs {[value.name for value in inputs]}; one of float32 is wanted, pixels")
    del model.graph.input[:]
    model.graph.input.append(inputs[0])
    return model


def _side(path: Path, model: onnx.ModelProto, default: int) -> int:
    dims = model.graph.input[0].type.tensor_type.shape.dim
    if len(dims) != 4 or dims[1].dim_value not in (0, 3) or dims[2].dim_value != dims[3].dim_value:
        raise ValueError(f"{path} takes no pictures [rows, 3, side, side]")
    return dims[2].dim_value or default


def _fix_input(model: onnx.ModelProto, side: int) -> None:
    """Name it `pixels`, of one picture."""
    old = model.graph.input[0].name
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = "pixels"
    del model.graph.input[:]
    model.graph.input.append(helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, side, side]))
    # Shapes inside were noted for any number of pictures.
    del model.graph.value_info[:]


def _session(path: Path, model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _LOG_ERRORS
    try:
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions have no common base of their own
        raise ValueError(f"ONNX Runtime cannot load {path}: {error}") from error


def _run(path: Path, model: onnx.ModelProto, outputs: list[str], side: int) -> list[NDArray[np.float32]]:
    """What the graph gives for a black picture."""
    session = _session(path, model)
    try:
        found = session.run(outputs, {"pixels": np.zeros((1, 3, side, side), np.float32)})
    except Exception as error:  # as above
        raise ValueError(f"{path} cannot read a picture of {side} pixels: {error}") from error
    return [np.asarray(array) for array in found]


def _finished(path: Path, model: onnx.ModelProto, side: int, outputs: dict[str, tuple[int, ...]]) -> OnePictureGraph:
    del model.graph.output[:]
    for name, dims in outputs.items():
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))
    _session(path, model)
    return OnePictureGraph(model, side, outputs)


def _parameters(model: onnx.ModelProto) -> int:
    """Numbers in the file that are weights: floats, without those that stand alone."""
    floats = (TensorProto.FLOAT, TensorProto.FLOAT16)
    return sum(
        math.prod(tensor.dims) for tensor in model.graph.initializer if tensor.data_type in floats and tensor.dims
    )
