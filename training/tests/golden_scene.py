"""Golden pictures of faces, made again as in make_face_golden.py, which cannot be imported without its packages."""

from typing import Any

import numpy as np
from PIL import Image

_PATCH_COLOURS = {8: (255, 0), 16: (0, 255), 32: (255, 255)}


def golden_scene(case: dict[str, Any]) -> Image.Image:
    """The picture of one case."""
    y, x, c = np.ogrid[: case["height"], : case["width"], :3]
    formula = (((c + 1) * x * x + 3 * y * y + 5 * x * y + 17 * c) >> 3 & 255).astype(np.uint8)
    picture = (formula >> 2) + np.uint8(96)
    for stride, left, top, side, blue in case["patches"]:
        picture[top : top + side, left : left + side] = (*_PATCH_COLOURS[stride], blue)
    return Image.fromarray(picture)
