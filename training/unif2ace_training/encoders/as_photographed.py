"""Rendered pictures as a camera and the web would have left them: so that photographs are not far off.

Exposure and contrast, a cast of colour, blur or a lower resolution, grain, and JPEG, each for some pictures only. What
a picture shows does not change; labels of its light's colour may, so strengths are those of ordinary photographs.
"""

# B pictures, W pixels of a side

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

# How many of the changed pictures get each change.
_CAST_SHARE, _BLUR_SHARE, _SMALLER_SHARE, _GRAIN_SHARE, _JPEG_SHARE = 0.6, 0.3, 0.3, 0.6, 0.6
_STOPS, _CONTRAST, _CAST = 0.7, 0.25, 0.10  # of exposure up or down; of the tone curve's power; of a colour's gain
_BLUR, _SMALLEST = 0.008, 0.45  # the widest blur in shares of the side; the smallest size on the way
_GRAIN = (1.5, 9.0)  # standard deviation in steps of 256
_QUALITY = (35, 90)


def as_photographed(
    pictures_BWW3: NDArray[np.uint8], rng: np.random.Generator, share: float = 1.0
) -> NDArray[np.uint8]:
    """Pictures of the same shape, this share of them changed; the others are returned as they are."""
    is_changed = rng.random(len(pictures_BWW3)) < share
    streams = rng.spawn(len(pictures_BWW3))
    changed = pictures_BWW3.copy()
    for row in np.flatnonzero(is_changed):
        changed[row] = _one(pictures_BWW3[row], streams[row])
    return changed


def _one(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    size = picture.shape[0]
    image = Image.fromarray(_developed(picture, rng))
    if rng.random() < _BLUR_SHARE:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.25, 1) * _BLUR * size))
    if rng.random() < _SMALLER_SHARE:
        smaller = round(size * rng.uniform(_SMALLEST, 0.9))
        image = image.resize((smaller, smaller), Image.Resampling.BILINEAR)
        image = image.resize((size, size), Image.Resampling.BICUBIC)
    pixels = np.asarray(image)
    if rng.random() < _GRAIN_SHARE:
        grain = rng.normal(0, rng.uniform(*_GRAIN), (size, size, 1)) + rng.normal(0, 1.5, picture.shape)
        pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    if rng.random() < _JPEG_SHARE:
        pixels = _through_jpeg(pixels, int(rng.integers(*_QUALITY)))
    return pixels


def _developed(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Exposure and a cast in linear light, then another tone curve."""
    gain = np.full(3, 2.0 ** rng.uniform(-_STOPS, _STOPS))
    if rng.random() < _CAST_SHARE:
        gain = gain * (1 + rng.uniform(-_CAST, _CAST, 3))
    curve = np.exp(rng.uniform(-_CONTRAST, _CONTRAST))
    levels = np.arange(256) / 255
    table = np.clip(levels[:, None] ** 2.2 * gain, 0, 1) ** (curve / 2.2)
    tables = (table * 255 + 0.5).astype(np.uint8)
    return np.stack([tables[picture[..., channel], channel] for channel in range(3)], axis=-1)


def _through_jpeg(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file).convert("RGB"))
