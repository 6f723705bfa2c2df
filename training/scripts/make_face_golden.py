"""Write `test/fixtures/golden/faces.json`: what InsightFace, OpenCV, scikit-image, Pillow and transformers compute.

    pip install --target REFERENCE --no-deps insightface==2.1 "opencv-python-headless==4.11.0.86" scikit-image==0.26.0 \
        lazy_loader imageio tifffile networkx requests pillow==12.0.0
    PYTHONPATH=REFERENCE python scripts/make_face_golden.py ../test/fixtures

The server's `src/faces/` and `src/image/`, and training's `encoders/`, are tested against the file; a test runs this
script's functions again where the packages are installed. Pictures are a formula, so that the file holds none of them.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from insightface.model_zoo.scrfd import SCRFD
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from skimage.transform import SimilarityTransform
from transformers import CLIPImageProcessorPil

from unif2ace_training.common.artifacts import write_text
from unif2ace_training.encoders.face_alignment import TEMPLATE_52
from unif2ace_training.export.published_layouts import DETECTOR_FILE, FACE_FILE

Pixels = NDArray[np.uint8]
# Every so many bytes are in the file, so that a difference can be looked at.
SAMPLE_STEP = 9973
_CLIP_SIZE = 336
_SMALL_DETECTOR = 64
# (height, width)
_SIZES = ((480, 640), (300, 200), (641, 640), (1280, 1280), (90, 70), (777, 1111), (37, 500), (700, 3))
_PATCH_COLOURS = {8: (255, 0), 16: (0, 255), 32: (255, 255)}


def formula(height: int, width: int) -> Pixels:
    """The picture of a size; `test/support/formula-picture.ts` is its twin."""
    y, x, c = np.ogrid[:height, :width, :3]
    return (((c + 1) * x * x + 3 * y * y + 5 * x * y + 17 * c) >> 3 & 255).astype(np.uint8)


def scene(height: int, width: int, patches: list[list[int]]) -> Pixels:
    """A quarter of the formula's contrast around grey, with patches [stride, left, top, side, blue] that the small
    detector finds; twin: `test/support/formula-picture.ts`."""
    picture = (formula(height, width) >> 2) + np.uint8(96)
    for stride, left, top, side, blue in patches:
        picture[top : top + side, left : left + side] = (*_PATCH_COLOURS[stride], blue)
    return picture


def summary(pixels: Pixels) -> dict[str, Any]:
    """The bytes' digest, and some of them."""
    content = np.ascontiguousarray(pixels).tobytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "sample": list(content[::SAMPLE_STEP])}


def linear() -> list[dict[str, Any]]:
    """`cv2.resize` to the size that InsightFace letterboxes to."""
    cases = []
    for height, width in _SIZES:
        ratio = height / width
        rows, columns = (640, max(1, int(640 / ratio))) if ratio > 1 else (max(1, int(640 * ratio)), 640)
        resized = cv2.resize(formula(height, width), (columns, rows))
        cases.append({"height": height, "width": width, "to": [rows, columns], **summary(resized)})
    return cases


def alignments() -> list[dict[str, Any]]:
    """Points, the similarity of scikit-image in float64, and the pixels of `cv2.warpAffine` under it."""
    generator = np.random.default_rng(11)
    template = np.array(TEMPLATE_52, np.float32)
    cases = []
    for index, (height, width) in enumerate((*_SIZES[:6], (100, 100), (500, 500), (50, 80))):
        points = (template * generator.uniform(0.3, 4) + generator.normal(0, 3, (5, 2))).astype(np.float32)
        if index % 3 == 1:
            turn = generator.uniform(-2, 2)
            points = points @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
        if index % 4 == 3:
            points[:, 0] = width - points[:, 0]  # mirrored: no similarity fits well
        points = points - points.mean(axis=0) + np.array([width / 2, height / 2], np.float32)
        fitted = SimilarityTransform.from_estimate(points.astype(np.float64), template.astype(np.float64))
        matrix = fitted.params[:2]
        aligned = cv2.warpAffine(formula(height, width), matrix, (112, 112), borderValue=0.0)
        cases.append({"height": height, "width": width, "points": points.tolist(), "matrix": matrix.tolist(),
                      **summary(aligned)})  # fmt: skip
    return cases


def clip_squares() -> list[dict[str, Any]]:
    """What CLIP's image processor makes of pictures: bytes before the last step, and the floats of some of them."""
    size = {"shortest_edge": _CLIP_SIZE}
    crop = {"height": _CLIP_SIZE, "width": _CLIP_SIZE}
    whole = CLIPImageProcessorPil(size=size, crop_size=crop)
    cut = CLIPImageProcessorPil(size=size, crop_size=crop, do_rescale=False, do_normalize=False)
    cases = []
    for height, width in _SIZES[:7]:
        picture = Image.fromarray(formula(height, width))
        planes = np.asarray(cut(images=picture, return_tensors="np")["pixel_values"])[0]
        values = np.asarray(whole(images=picture, return_tensors="np")["pixel_values"])[0]
        cases.append({
            "height": height, "width": width, **summary(planes.transpose(1, 2, 0).astype(np.uint8)),
            "values": values.reshape(-1)[::SAMPLE_STEP].astype(float).tolist(),
        })  # fmt: skip
    return cases


def reductions() -> list[dict[str, Any]]:
    """Pillow's bicubic reduction of a whole picture."""
    sizes = (((480, 640), (240, 320)), ((1000, 333), (300, 100)), ((37, 500), (7, 100)), ((3, 900), (1, 300)))
    return [
        {"height": height, "width": width, "to": [rows, columns], **summary(_bicubic(height, width, columns, rows))}
        for (height, width), (rows, columns) in sizes
    ]


def _bicubic(height: int, width: int, columns: int, rows: int) -> Pixels:
    picture = Image.fromarray(formula(height, width))
    return np.asarray(picture.resize((columns, rows), Image.Resampling.BICUBIC))


def detections() -> list[dict[str, Any]]:
    """Random outputs of a detector of 64 pixels, and the faces that InsightFace makes of them."""
    cases = []
    for seed, (height, width) in enumerate(((64, 64), (100, 180), (500, 300), (64, 64))):
        generator = np.random.default_rng(seed)
        cells = [2 * (_SMALL_DETECTOR // stride) ** 2 for stride in (8, 16, 32)]
        sure = 0.1 if seed == 3 else 0.75
        scores = [generator.uniform(0, sure if seed == 3 else 1, (count, 1)) ** 2 for count in cells]
        boxes = [generator.uniform(0.3, 3, (count, 4)) for count in cells]
        points = [generator.normal(0, 1.5, (count, 10)) for count in cells]
        outputs = [array.astype(np.float32).round(4) for array in (*scores, *boxes, *points)]
        detector = SCRFD(model_file=None, session=_constant_session(outputs))
        picture = formula(height, width)
        found, places = detector.detect(picture[..., ::-1], input_size=(_SMALL_DETECTOR, _SMALL_DETECTOR))
        chosen, _ = detector.detect(picture[..., ::-1], input_size=(_SMALL_DETECTOR, _SMALL_DETECTOR), max_num=1)
        index = [row.tolist() for row in found].index(chosen[0].tolist()) if len(chosen) else None
        cases.append({
            "height": height, "width": width, "outputs": [array.reshape(-1).tolist() for array in outputs],
            "boxes": found[:, :4].tolist(), "scores": found[:, 4].tolist(), "points": places.tolist(), "chosen": index,
        })  # fmt: skip
    return cases


SCENES: list[tuple[str, int, int, list[list[int]]]] = [
    ("one face", 480, 640, [[16, 300, 200, 30, 128]]),
    ("one face, turned", 480, 640, [[16, 300, 200, 30, 230]]),
    ("several faces", 700, 900, [[8, 150, 160, 18, 128], [32, 480, 330, 70, 90], [16, 700, 150, 40, 128]]),
    ("two alike: the middle one counts", 640, 640, [[16, 90, 300, 30, 128], [16, 300, 300, 30, 128]]),
    ("small", 80, 90, [[32, 40, 36, 9, 128]]),
    ("nobody", 480, 640, []),
    ("a face at the edge", 400, 400, [[16, 2, 180, 20, 128]]),
]


def embeddings(layouts: Path) -> list[dict[str, Any]]:
    """InsightFace's own detection, alignment and normed embedding with the small graphs in the published layouts."""
    detector = SCRFD(model_file=str(layouts / DETECTOR_FILE))
    detector.prepare(-1, input_size=(640, 640))
    encoder = ArcFaceONNX(model_file=str(layouts / FACE_FILE))
    cases = []
    for name, height, width, patches in SCENES:
        bgr = np.ascontiguousarray(scene(height, width, patches)[..., ::-1])
        found, _ = detector.detect(bgr)
        best, points = detector.detect(bgr, max_num=1)
        case: dict[str, Any] = {"name": name, "height": height, "width": width, "patches": patches, "count": len(found)}
        if len(best):
            face = _Face(points[0])
            embedding = encoder.get(bgr, face)
            case |= {"score": float(best[0, 4]), "points": points[0].tolist(),
                     "normed_embedding": (embedding / np.linalg.norm(embedding)).astype(float).tolist()}  # fmt: skip
        cases.append(case)
    return cases


class _Face:
    """What ArcFaceONNX.get reads and writes."""

    def __init__(self, points: NDArray[np.float32]):
        self.kps = points
        self.embedding: NDArray[np.float32] | None = None


def _constant_session(outputs: list[NDArray[np.float32]]) -> onnxruntime.InferenceSession:
    """A graph that says the same of every picture of 64 pixels."""
    names = [f"out_{index}" for index in range(len(outputs))]
    values = [numpy_helper.from_array(array, f"value_{name}") for name, array in zip(names, outputs, strict=True)]
    nodes = [helper.make_node("Identity", [f"value_{name}"], [name]) for name in names]
    size = [1, 3, _SMALL_DETECTOR, _SMALL_DETECTOR]
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape)
             for name, array in zip(names, outputs, strict=True)]  # fmt: skip
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, size)
    model = helper.make_model(helper.make_graph(nodes, "constant", [pixels], infos, values),
                              opset_imports=[helper.make_opsetid("", 11)], ir_version=6)  # fmt: skip
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def golden_faces(layouts: Path) -> dict[str, Any]:
    """The whole file."""
    return {
        "linear": linear(),
        "alignments": alignments(),
        "clip_squares": clip_squares(),
        "reductions": reductions(),
        "detections": detections(),
        "embeddings": embeddings(layouts),
    }


def main(fixtures: Path) -> None:
    """Write golden/faces.json below `fixtures`, out of encoders/ there."""
    write_text(fixtures / "golden" / "faces.json", json.dumps(golden_faces(fixtures / "encoders")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
