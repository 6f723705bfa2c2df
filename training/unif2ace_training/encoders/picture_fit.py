"""How a picture of any size is brought to what an encoder takes, beside `cover`: CLIP's way, and the face's source.

Pillow resizes, across first and then down, as it did up to version 12; version 13 goes down first where that is less
work, which moves bytes by up to 6. The server has Pillow's arithmetic of its own (`src/image/resize-bicubic.ts`).
"""

# h, w pixels of a picture

import numpy as np
from PIL import Image

from unif2ace_training.encoders.face_detection import Pixels


def clip_square(picture: Image.Image, size: int) -> Pixels:
    """CLIP's: the shorter side to `size`, bicubic with Pillow's antialiasing, and the middle cut out."""
    width, height = picture.size
    shorter, longer = min(width, height), max(width, height)
    other = size * longer // shorter
    wide, tall = (size, other) if width <= height else (other, size)
    resized = resize_bicubic(picture, wide, tall)
    left, top = (wide - size) // 2, (tall - size) // 2
    return np.asarray(resized.crop((left, top, left + size, top + size)))


def within_side(picture: Image.Image, side: int) -> Pixels:
    """The picture as it is where no side is longer, and else scaled down so far."""
    longer = max(picture.size)
    if longer <= side:
        return np.asarray(picture)
    width, height = (max(1, (2 * length * side + longer) // (2 * longer)) for length in picture.size)
    return np.asarray(resize_bicubic(picture, width, height))


def resize_bicubic(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Antialiased, in one pass across and one down, so that every version of Pillow gives the same bytes."""
    for size in ((width, picture.height), (width, height)):
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.BICUBIC)
    return picture
