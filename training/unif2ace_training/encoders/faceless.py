"""Pictures without a findable face, made from portraits: what the face finder learns to refuse.

Each kind takes a portrait uint8 [W, W, 3] with the boxes of its eyes and its mouth and returns a picture of its size.
"""

# B pictures, W pixels of a side

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from unif2ace_training.portraits.labels import Box

Picture = NDArray[np.uint8]
Boxes = tuple[Box, Box]
Kind = Callable[[Picture, Boxes, np.random.Generator], Picture]

_BACKGROUND_SIDE = (0.1, 0.2)  # of the picture's side; portraits leave that much of their upper corners free
_CROP_SIDE = (0.15, 0.4)
_SHUFFLED_PIECES = (4, 5)


def background(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """An upper corner, enlarged."""
    size = len(portrait)
    side = round(size * rng.uniform(*_BACKGROUND_SIDE))
    left = 0 if rng.random() < 0.5 else size - side
    return _enlarged(portrait[:side, left : left + side], size)


def crop(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """A part that holds the middle of the eyes or of the mouth or neither, but not both, enlarged."""
    size = len(portrait)
    while True:
        side = rng.uniform(*_CROP_SIDE)
        left, top = rng.uniform(0, 1 - side, 2)
        if not all(_holds(left, top, side, _middle(box)) for box in boxes):
            break
    rows, columns = (slice(round(a * size), round((a + side) * size)) for a in (top, left))
    return _enlarged(portrait[rows, columns], size)


def shuffled(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """The portrait cut into squares that are laid in another order."""
    size, pieces = len(portrait), int(rng.choice(_SHUFFLED_PIECES))
    side = -(-size // pieces)
    squares = _enlarged(portrait, side * pieces).reshape(pieces, side, pieces, side, 3).swapaxes(1, 2)
    order = rng.permutation(pieces**2)
    laid = squares.reshape(-1, side, side, 3)[order].reshape(pieces, pieces, side, side, 3)
    return _enlarged(laid.swapaxes(1, 2).reshape(side * pieces, side * pieces, 3), size)


def covered(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """The portrait with something over its face, from above the eyes to below the mouth."""
    size = len(portrait)
    eyes, mouth = boxes
    margin = rng.uniform(0.04, 0.12, 4)
    left, right = min(eyes[0], mouth[0]) - margin[0], max(eyes[2], mouth[2]) + margin[1]
    rows = slice(_pixel(eyes[1] - margin[2], size), _pixel(mouth[3] + margin[3], size))
    columns = slice(_pixel(left, size), _pixel(right, size))
    cover = (flat, noise, background, crop)[rng.integers(4)](portrait, boxes, rng)
    result = portrait.copy()
    result[rows, columns] = cover[rows, columns]
    return result


def noise(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """Random colours, from single pixels to large blurs."""
    size = len(portrait)
    cells = int(rng.choice((size, size // 2, size // 4, 8, 4)))
    spread = rng.uniform(20, 128)
    colours = rng.uniform(0, 255, 3) + rng.normal(0, spread, (cells, cells, 3))
    return _enlarged(np.clip(colours, 0, 255).astype(np.uint8), size)


def flat(portrait: Picture, boxes: Boxes, rng: np.random.Generator) -> Picture:
    """One colour, or a run from one to another."""
    size = len(portrait)
    first, last = rng.uniform(0, 255, (2, 3))
    if rng.random() < 0.5:
        last = first
    shares = np.linspace(0, 1, size)[:, None, None]
    run = np.broadcast_to(first * (1 - shares) + last * shares, (size, size, 3)).astype(np.uint8)
    return run if rng.random() < 0.5 else run.swapaxes(0, 1)


FACELESS: Final[dict[str, Kind]] = {
    "background": background, "crop": crop, "shuffled": shuffled, "covered": covered, "noise": noise, "flat": flat,
}  # fmt: skip


def faceless(portraits: Picture, boxes: Sequence[Boxes], rng: np.random.Generator) -> Picture:
    """One picture of a random kind for each portrait [B, W, W, 3]."""
    kinds = list(FACELESS.values())
    chosen = rng.integers(len(kinds), size=len(portraits))
    return np.stack(
        [kinds[kind](portrait, box, rng) for kind, portrait, box in zip(chosen, portraits, boxes, strict=True)]
    )


def _enlarged(picture: Picture, size: int) -> Picture:
    if picture.shape[:2] == (size, size):
        return picture
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((size, size), Image.Resampling.BILINEAR))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(left: float, top: float, side: float, point: tuple[float, float]) -> bool:
    return left <= point[0] <= left + side and top <= point[1] <= top + side


def _pixel(share: float, size: int) -> int:
    return min(size, max(0, round(share * size)))
