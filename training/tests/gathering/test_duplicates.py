"""Which pictures count as the same."""

import io
import random

import pytest
from PIL import Image

from unif2ace_training.gathering.duplicates import DuplicateIndex, perceptual_hash


def again(pixels, quality: int) -> Image.Image:
    """The same picture, smaller and saved badly."""
    file = io.BytesIO()
    Image.fromarray(pixels).resize((150, 150)).save(file, "JPEG", quality=quality)
    return Image.open(file)


def test_a_picture_saved_again_is_found_and_others_are_not(portraits):
    index = DuplicateIndex(4)
    for key, pixels in portraits.items():
        value = perceptual_hash(Image.fromarray(pixels))
        assert index.find(value) is None
        index.add(value, key)
    for key, pixels in portraits.items():
        assert index.find(perceptual_hash(again(pixels, 60))) == key


@pytest.mark.parametrize("distance", [0, 1, 4, 7])
def test_bands_find_all_that_comparing_everything_finds(distance):
    rng = random.Random(distance)
    values = [rng.getrandbits(64) for _ in range(200)]
    index = DuplicateIndex(distance)
    for number, value in enumerate(values):
        index.add(value, str(number))
    for number, value in enumerate(values):
        for bits in (distance, distance + 1):
            asked = value
            for bit in rng.sample(range(64), bits):
                asked ^= 1 << bit
            assert index.find(asked) == (str(number) if bits <= distance else None)
