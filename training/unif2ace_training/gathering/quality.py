"""How good a picture of a face is: sharp, frontal, with open eyes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.gathering.faces import Face, Pixels

# The face is compared at one size, so that a larger face is not a sharper one.
_COMPARED_SIDE = 128
# The patch of an eye, as shares of the distance between the eyes.
_EYE_HALF_WIDTH, _EYE_HALF_HEIGHT = 0.22, 0.16


def sharpness(pixels: Pixels, face: Face) -> float:
    """Variance of the Laplacian of the face's greys at 128 pixels a side; blurred faces are near 0."""
    grey = Image.fromarray(pixels).convert("L").crop(tuple(round(edge) for edge in face.box))  # pyright: ignore[reportArgumentType]
    if 0 in grey.size:
        return 0.0
    values = np.asarray(grey.resize((_COMPARED_SIDE, _COMPARED_SIDE), Image.Resampling.BILINEAR), dtype=np.float64)
    around = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
    return float((around - 4 * values[1:-1, 1:-1]).var())


def eye_openness(pixels: Pixels, face: Face) -> float:
    """Contrast of the less contrasted eye: white, iris and pupil of an open one against the skin of a closed lid."""
    grey = np.asarray(Image.fromarray(pixels).convert("L"), dtype=np.float64)
    distance = float(np.hypot(face.right_eye[0] - face.left_eye[0], face.right_eye[1] - face.left_eye[1]))
    return min(_contrast(_patch(grey, eye, distance)) for eye in (face.left_eye, face.right_eye))


def _patch(grey: NDArray[np.float64], eye: tuple[float, float], distance: float) -> NDArray[np.float64]:
    (x, y), width, height = eye, _EYE_HALF_WIDTH * distance, _EYE_HALF_HEIGHT * distance
    return grey[max(0, int(y - height)) : int(y + height) + 1, max(0, int(x - width)) : int(x + width) + 1]


def _contrast(patch: NDArray[np.float64]) -> float:
    if not patch.size:
        return 0.0
    dark, bright = np.percentile(patch, [5, 95])
    return float((bright - dark) / (patch.mean() + 1))
