"""A face turned, scaled and moved so that its five points lie where ArcFace expects them.

The map is Umeyama's least-squares similarity (IEEE TPAMI 13(4), 1991), which scikit-image's SimilarityTransform
estimates; in the plane it has a closed form without a singular value decomposition. The pixels are those of
`cv2.warpAffine` of OpenCV 4, to the bit: whole numbers, places to 1/32 pixel, black beyond the edges. OpenCV 5
interpolates in float32 instead; ArcFace was trained on OpenCV 4's pixels.
"""

# h, w pixels of a picture

from typing import Final

import numpy as np
from numpy.typing import NDArray

from unif2ace_training.encoders.face_detection import Pixels

Doubles = NDArray[np.float64]

ALIGNED_SIZE: Final = 112
# InsightFace's arcface_dst: eyes, nose, corners of the mouth in the aligned square, as (x, y).
TEMPLATE_52: Final = (
    (38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041),
)  # fmt: skip

_PLACE_BITS, _SHARE_BITS, _WEIGHT_BITS = 10, 5, 15
_SHARES = 1 << _SHARE_BITS


def align_face(picture: Pixels, points_52: NDArray[np.float32]) -> Pixels | None:
    """The aligned face uint8 [112, 112, 3], or None where all five points are one: they say nothing of its place."""
    matrix = similarity(points_52.astype(np.float64), template())
    return None if matrix is None else warp(picture, matrix, ALIGNED_SIZE)


def template() -> Doubles:
    # The package holds it in float32.
    return np.array(TEMPLATE_52, np.float32).astype(np.float64)


def similarity(source_n2: Doubles, target_n2: Doubles) -> Doubles | None:
    """The similarity [2, 3] that brings the source's points nearest to the target's; None where it has no extent."""
    source_mean, target_mean = source_n2.mean(axis=0), target_n2.mean(axis=0)
    (x, y), (u, v) = (source_n2 - source_mean).T, (target_n2 - target_mean).T
    extent = (x * x + y * y).sum()
    along, across = (u * x + v * y).sum(), (v * x - u * y).sum()
    if extent == 0 or (along == 0 and across == 0):
        return None
    turn = np.array([[along, -across], [across, along]]) / extent
    return np.concatenate([turn, (target_mean - turn @ source_mean)[:, None]], axis=1)


def warp(picture: Pixels, matrix_23: Doubles, size: int) -> Pixels:
    """`cv2.warpAffine` of OpenCV 4 with its defaults: bilinear, black beyond the picture."""
    (a, b, c), (d, e, f) = _inverse(matrix_23)
    line, unit = np.arange(size), 1 << _PLACE_BITS
    half = 1 << (_PLACE_BITS - _SHARE_BITS - 1)
    columns_x, columns_y = (np.rint(step * line * unit).astype(np.int64) for step in (a, d))
    rows_x, rows_y = (np.rint((step * line + start) * unit).astype(np.int64) + half for step, start in ((b, c), (e, f)))
    x, y = ((rows[:, None] + columns) >> (_PLACE_BITS - _SHARE_BITS)
            for rows, columns in ((rows_x, columns_x), (rows_y, columns_y)))  # fmt: skip
    (left, right_share), (top, bottom_share) = ((at >> _SHARE_BITS, at & (_SHARES - 1)) for at in (x, y))
    sums = np.full((size, size, 3), 1 << (_WEIGHT_BITS - 1), np.int64)
    for down, row_share in ((0, _SHARES - bottom_share), (1, bottom_share)):
        for across, column_share in ((0, _SHARES - right_share), (1, right_share)):
            weight = (row_share * column_share) << (_WEIGHT_BITS - 2 * _SHARE_BITS)
            sums += weight[..., None] * _pixels_at(picture, top + down, left + across)
    return (sums >> _WEIGHT_BITS).astype(np.uint8)


def _inverse(matrix_23: Doubles) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """From the target's places to the source's, in the order of OpenCV's operations."""
    (a, b, c), (d, e, f) = matrix_23.tolist()
    share = 1 / (a * e - b * d)
    a, b, d, e = e * share, -b * share, -d * share, a * share
    return (a, b, -a * c - b * f), (d, e, -d * c - e * f)


def _pixels_at(picture: Pixels, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    height, width = picture.shape[:2]
    is_inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    values = picture[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    return np.where(is_inside[..., None], values, 0).astype(np.int64)
