"""SCRFD's faces as InsightFace finds them: the letterboxed picture, boxes and points out of distances, overlaps.

The arithmetic is that of InsightFace's package (model_zoo/scrfd.py and retinaface.py), in float32 where numpy is there,
so that the server (`src/faces/`) and this file agree to the bit. `cv2.resize` is followed to the bit as well (OpenCV's
11-bit linear weights, the same in 4.10, 4.11 and 5.0); tests compare both with the packages.
"""

# h, w pixels of a picture, n candidates, k faces

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # [h, w, 3], RGB
Floats = NDArray[np.float32]

_WEIGHT_BITS = 11
_WEIGHT = np.float32(1 << _WEIGHT_BITS)
_VALUES_OF_POINTS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorSettings:
    """What the manifest says of `face_detector`; the defaults are those of `scrfd_10g_bnkps` in InsightFace."""

    size: int = 640
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (128 / 255, 128 / 255, 128 / 255)
    strides: tuple[int, ...] = (8, 16, 32)
    anchors: int = 2
    score_threshold: float = 0.5
    overlap_threshold: float = 0.4

    def cells(self, stride: int) -> int:
        """Candidates of a stride: anchors times places."""
        return self.anchors * (self.size // stride) ** 2

    def to_dict(self) -> dict[str, Any]:
        """As the manifest holds it."""
        return {
            "size": self.size,
            "mean": list(self.mean),
            "std": list(self.std),
            "fit": "letterbox",
            "strides": list(self.strides),
            "anchors": self.anchors,
            "score_threshold": self.score_threshold,
            "overlap_threshold": self.overlap_threshold,
        }


def read_detector_settings(values: dict[str, Any]) -> DetectorSettings:
    """The inverse of `to_dict`."""
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    known.pop("fit", None)
    return DetectorSettings(**known)


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces of a picture in its own pixels, the surest first."""

    boxes_k4: Floats  # left, top, right, bottom
    scores_k: Floats
    points_k52: Floats  # the viewer's left eye, right eye, nose, left and right corner of the mouth, as (x, y)
    best_score: float  # of all candidates, also where no face is sure enough


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A picture scaled into the upper left of a black square."""

    square: Pixels
    scale: float  # pixels of the square for one of the picture


def letterbox(picture: Pixels, size: int) -> Letterbox:
    """InsightFace's way: the longer side fills the square, the shorter one is cut to whole pixels, at least one."""
    height, width = picture.shape[:2]
    ratio = height / width
    if ratio > 1:
        fitted_height, fitted_width = size, max(1, int(size / ratio))
    else:
        fitted_height, fitted_width = max(1, int(size * ratio)), size
    square = np.zeros((size, size, 3), np.uint8)
    square[:fitted_height, :fitted_width] = resize_linear(picture, fitted_height, fitted_width)
    return Letterbox(square, fitted_height / height)


def resize_linear(picture: Pixels, height: int, width: int) -> Pixels:
    """`cv2.resize` with its default, INTER_LINEAR, on bytes."""
    if picture.shape[:2] == (height, width):
        return picture
    left, right, from_left, from_right = _columns(picture.shape[1], width)
    top, bottom, from_top, from_bottom = _rows(picture.shape[0], height)
    values = picture.astype(np.int64)
    wide = values[:, left] * from_left[:, None] + values[:, right] * from_right[:, None]
    upper, lower = (wide[lines] >> 4 for lines in (top, bottom))
    sums = ((from_top[:, None, None] * upper) >> 16) + ((from_bottom[:, None, None] * lower) >> 16)
    return ((sums + 2) >> 2).astype(np.uint8)


def _places(source: int, target: int) -> tuple[NDArray[np.int64], Floats]:
    """Whole pixel and share of the way to the next one, for each pixel of the target."""
    scale = 1 / (target / source)
    at = ((np.arange(target) + 0.5) * scale - 0.5).astype(np.float32)
    whole = np.floor(at)
    return whole.astype(np.int64), at - whole


def _weights(share: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pair = ((np.float32(1) - share) * _WEIGHT, share * _WEIGHT)
    before, after = (np.rint(weight).astype(np.int64) for weight in pair)
    return before, after


def _columns(source: int, target: int) -> tuple[NDArray[np.int64], ...]:
    whole, share = _places(source, target)
    share = np.where((whole < 0) | (whole >= source - 1), np.float32(0), share)
    whole = np.clip(whole, 0, source - 1)
    return whole, np.minimum(whole + 1, source - 1), *_weights(share)


def _rows(source: int, target: int) -> tuple[NDArray[np.int64], ...]:
    """Unlike a column beyond the edge, a row there is mixed with itself: weights stay, and so does their rounding."""
    whole, share = _places(source, target)
    return np.clip(whole, 0, source - 1), np.clip(whole + 1, 0, source - 1), *_weights(share)


def find_faces(
    scores: list[Floats], boxes: list[Floats], points: list[Floats], scale: float, settings: DetectorSettings
) -> Faces:
    """Faces out of what the detector says of a letterboxed picture.

    Args:
        scores, boxes, points: for each stride [n, 1], [n, 4] and [n, 10], distances in units of the stride.
        scale: of the letterbox.
    """
    found_scores, found_boxes, found_points = [], [], []
    for index, stride in enumerate(settings.strides):
        centres_n2 = _centres(settings, stride)
        sure = np.flatnonzero(scores[index][:, 0] >= settings.score_threshold)
        centres, step = centres_n2[sure], np.float32(stride)
        distances, shifts = boxes[index][sure] * step, points[index][sure] * step
        found_scores.append(scores[index][sure, 0])
        found_boxes.append(np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], axis=1))
        found_points.append(np.tile(centres, 5) + shifts)
    all_scores = np.concatenate(found_scores)
    order = np.argsort(-all_scores, kind="stable")
    boxes_n4, points_n10 = (
        (np.concatenate(found) / np.float32(scale))[order].astype(np.float32, copy=False)
        for found in (found_boxes, found_points)
    )
    kept = _distinct(boxes_n4, settings.overlap_threshold)
    best = max(float(each.max()) for each in scores)
    return Faces(boxes_n4[kept], all_scores[order][kept], points_n10[kept].reshape(-1, 5, 2), best)


def _centres(settings: DetectorSettings, stride: int) -> Floats:
    side = settings.size // stride
    rows, columns = np.divmod(np.arange(side * side), side)
    centres = np.stack([columns, rows], axis=1).astype(np.float32) * np.float32(stride)
    return np.repeat(centres, settings.anchors, axis=0)


def _distinct(boxes_n4: Floats, threshold: float) -> NDArray[np.int64]:
    """Greedy: a box goes that overlaps a surer one by more than the threshold; pixels count with both their edges."""
    one, limit = np.float32(1), np.float32(threshold)
    left, top, right, bottom = boxes_n4.T
    areas = (right - left + one) * (bottom - top + one)
    kept, rest = [], np.arange(len(boxes_n4))
    while rest.size > 0:
        best, rest = rest[0], rest[1:]
        kept.append(best)
        width = np.maximum(
            np.float32(0), np.minimum(right[best], right[rest]) - np.maximum(left[best], left[rest]) + one
        )
        height = np.maximum(
            np.float32(0), np.minimum(bottom[best], bottom[rest]) - np.maximum(top[best], top[rest]) + one
        )
        shared = width * height
        rest = rest[shared / (areas[best] + areas[rest] - shared) <= limit]
    return np.array(kept, np.int64)


def choose_face(faces: Faces, height: int, width: int) -> int | None:
    """The face that a picture is about: InsightFace's own choice, the largest with some weight on the middle.

    None where there is no face. Of equals the surer one.
    """
    if len(faces.scores_k) == 0:
        return None
    left, top, right, bottom = faces.boxes_k4.T.astype(np.float64)
    areas = (right - left) * (bottom - top)
    from_middle = ((left + right) / 2 - width // 2) ** 2 + ((top + bottom) / 2 - height // 2) ** 2
    return int(np.argmax(areas - 2 * from_middle))
