"""Small graphs in the layouts of the published encoders: SCRFD, ArcFace and CLIP, as their ONNX files have them.

They stand for the layouts only. The detector finds patches of a colour, and turns its points by the patch's blue; the
encoders average and mix. Names and shapes are those that InsightFace's log lines, its scrfd2onnx.py and Triton
configurations in public repositories show: `input.1` [1, 3, ?, ?] to nine outputs for 640 pixels, `input.1`
[None, 3, 112, 112] to `1333`, and `pixel_values` to `image_embeds` of optimum's CLIPVisionModelWithProjection.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from unif2ace_training.encoders.face_alignment import TEMPLATE_52
from unif2ace_training.encoders.face_detection import DetectorSettings

DETECTOR_FILE, FACE_FILE, CLIP_FILE = "scrfd.onnx", "arcface.onnx", "clip_vision.onnx"
# Of scrfd_10g_bnkps: scores, boxes and points at strides 8, 16 and 32.
SCRFD_OUTPUTS: Final = (("448", "471", "494"), ("451", "474", "497"), ("454", "477", "500"))
ARCFACE_OUTPUT: Final = "1333"
_OPSET, _IR = 11, 6
Colours = tuple[float, float, float]
# Weights of red, green and blue, and the bias: stride 8 sees red, 16 green, 32 yellow patches on grey.
PATCHES: Final = {8: ((8.0, -8.0, 0.0), -8.0), 16: ((-8.0, 8.0, 0.0), -8.0), 32: ((8.0, 8.0, 0.0), -10.0)}
# The same for portraits: only stride 32 sees, and what is redder than blue, as skin is.
SKIN: Final = {8: ((0.0, 0.0, 0.0), -20.0), 16: ((0.0, 0.0, 0.0), -20.0), 32: ((12.0, 0.0, -12.0), -5.0)}
_SECOND_ANCHOR_LOGIT: Final = -0.5
_REACH: Final = (6.0, 7.0, 6.0, 7.0)  # of a box from its centre, in strides
_POINTS_REACH: Final = 5.0
_SEED: Final = 5


def write_published_layouts(folder: Path, clip_width: int, face_width: int) -> None:
    """The three files; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in (
        (DETECTOR_FILE, scrfd_layout()),
        (FACE_FILE, arcface_layout(face_width)),
        (CLIP_FILE, _pooled("pixel_values", ["batch_size", 3, 336, 336], "image_embeds", 48, clip_width)),
    ):
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(folder / name))


def arcface_layout(width: int) -> onnx.ModelProto:
    """Embeddings [None, width] of aligned faces."""
    return _pooled("input.1", ["None", 3, 112, 112], ARCFACE_OUTPUT, 16, width)


def scrfd_layout(seen: Mapping[int, tuple[Colours, float]] = PATCHES) -> onnx.ModelProto:
    """Nine outputs, rows of all anchors of all places, as scrfd2onnx.py left them: no dimension of pictures.

    Args:
        seen: by stride the weights of red, green and blue, and the bias, of a face's logit.
    """
    settings = DetectorSettings()
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []
    outputs: list[onnx.ValueInfoProto] = []
    for index, stride in enumerate(settings.strides):
        pooled = f"pooled_{stride}"
        window = [stride, stride]
        nodes.append(helper.make_node("AveragePool", ["input.1"], [pooled], kernel_shape=window, strides=window))
        for kind, (weight, bias) in enumerate(_heads(*seen[stride])):
            name, width = SCRFD_OUTPUTS[kind][index], len(bias) // settings.anchors
            weights += [_tensor(f"{name}.weight", weight[:, :, None, None]), _tensor(f"{name}.bias", bias),
                        numpy_helper.from_array(np.array([-1, width]), f"{name}.shape")]  # fmt: skip
            nodes += [
                helper.make_node("Conv", [pooled, f"{name}.weight", f"{name}.bias"], [f"{name}.map"]),
                helper.make_node("Transpose", [f"{name}.map"], [f"{name}.rows"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}.rows", f"{name}.shape"], [f"{name}.flat" if kind == 0 else name]),
            ]
            if kind == 0:
                nodes.append(helper.make_node("Sigmoid", [f"{name}.flat"], [name]))
    for kind, width in enumerate((1, 4, 10)):
        for name, stride in zip(SCRFD_OUTPUTS[kind], settings.strides, strict=True):
            outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [settings.cells(stride), width]))
    pixels = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, "?", "?"])
    return _model(helper.make_graph(nodes, "scrfd", [pixels], outputs, weights))


def _heads(colours: Colours, logit: float) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Weights [2 anchors × values, 3] and biases of scores, boxes and points."""
    upright = (np.array(TEMPLATE_52) / 56 - 1) * _POINTS_REACH
    turned = np.stack([-upright[:, 1], upright[:, 0]], axis=1)
    points = np.zeros((10, 3))
    points[:, 2] = turned.reshape(-1)
    biases = (np.array([logit, logit + _SECOND_ANCHOR_LOGIT]), np.array(_REACH * 2), np.tile(upright.reshape(-1), 2))
    weights = (np.array([colours, colours]), np.zeros((8, 3)), np.concatenate([points, points]))
    return [(w.astype(np.float32), b.astype(np.float32)) for w, b in zip(weights, biases, strict=True)]


def _pooled(name: str, dims: list[Any], output: str, window: int, width: int) -> onnx.ModelProto:
    """Averages of windows, mixed linearly."""
    values = 3 * (dims[-1] // window) ** 2
    matrix = np.random.default_rng(_SEED).normal(0, values**-0.5, (width, values))
    nodes = [
        helper.make_node("AveragePool", [name], ["pooled"], kernel_shape=[window, window], strides=[window, window]),
        helper.make_node("Flatten", ["pooled"], ["features"], axis=1),
        helper.make_node("Gemm", ["features", "weight", "bias"], [output], transB=1),
    ]
    weights = [_tensor("weight", matrix), _tensor("bias", np.linspace(-0.1, 0.1, width))]
    pixels = helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)
    embedding = helper.make_tensor_value_info(output, TensorProto.FLOAT, [dims[0], width])
    return _model(helper.make_graph(nodes, "encoder", [pixels], [embedding], weights))


def _tensor(name: str, values: NDArray[Any]) -> onnx.TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(values, dtype=np.float32), name)


def _model(graph: onnx.GraphProto) -> onnx.ModelProto:
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
