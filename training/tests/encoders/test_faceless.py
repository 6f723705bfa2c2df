import numpy as np
import pytest

from unif2ace_training.encoders.augmentation import mirrored_where, moved, tinted
from unif2ace_training.encoders.faceless import FACELESS, crop, faceless, shuffled
from unif2ace_training.encoders.preprocessing import Preprocessing
from unif2ace_training.portraits.dataset import PortraitSet

EYES, MOUTH = (0.3, 0.4, 0.7, 0.5), (0.4, 0.65, 0.6, 0.75)


@pytest.mark.parametrize("kind", FACELESS)
def test_every_kind_makes_another_picture_of_the_same_size(kind: str, portraits: PortraitSet):
    portrait, rng = portraits.pictures[0], np.random.default_rng(0)
    before = portrait.copy()
    made = FACELESS[kind](portrait, (EYES, MOUTH), rng)
    assert made.shape == portrait.shape
    assert made.dtype == np.uint8
    assert not np.array_equal(made, portrait)
    np.testing.assert_array_equal(portrait, before)


def test_a_crop_never_holds_both_the_eyes_and_the_mouth():
    marked = np.zeros((100, 100, 3), np.uint8)
    marked[45, 50] = marked[44, 50] = (255, 0, 0)  # the middle of the eyes
    marked[70, 50] = marked[69, 50] = (0, 255, 0)  # the middle of the mouth
    rng = np.random.default_rng(0)
    for _ in range(200):
        made = crop(marked, (EYES, MOUTH), rng).astype(int)
        assert not ((made[..., 0] > 60).any() and (made[..., 1] > 60).any())


def test_shuffling_keeps_the_colours(portraits: PortraitSet):
    rng = np.random.default_rng(3)
    laid = shuffled(portraits.pictures[0], (EYES, MOUTH), rng)
    assert abs(laid.mean() - portraits.pictures[0].mean()) < 4


def test_the_covered_face_shows_neither_eyes_nor_mouth():
    rng = np.random.default_rng(0)
    portrait = rng.integers(0, 256, (40, 40, 3), np.uint8)
    face = slice(16, 30), slice(12, 28)
    for _ in range(20):
        made = FACELESS["covered"](portrait, (EYES, MOUTH), rng)
        assert (made[face] != portrait[face]).any(axis=-1).mean() > 0.99
        np.testing.assert_array_equal(made[:8], portrait[:8])


def test_one_faceless_picture_for_each_portrait_and_the_seed_decides(portraits: PortraitSet):
    boxes = [(EYES, MOUTH)] * 8
    one, same = (faceless(portraits.pictures[:8], boxes, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(one, same)
    assert one.shape == (8, 32, 32, 3)


def test_mirroring_turns_only_the_chosen(portraits: PortraitSet):
    pictures = portraits.pictures[:2]
    turned = mirrored_where(pictures, np.array([True, False]))
    np.testing.assert_array_equal(turned[0], pictures[0, :, ::-1])
    np.testing.assert_array_equal(turned[1], pictures[1])


def test_moving_by_nothing_and_tinting_with_strength_0_change_little(portraits: PortraitSet):
    pixels = Preprocessing(size=32).apply(portraits.pictures[:4])
    rng = np.random.default_rng(0)
    np.testing.assert_allclose(moved(pixels, rng, shift=0.0, zoom=0.0).numpy(), pixels.numpy(), atol=1e-4)
    assert (moved(pixels, rng, shift=0.2, zoom=0.0) - pixels).abs().max() > 0.5
    grey_or_same = tinted(pixels, rng, 0.0)
    for before, after in zip(pixels, grey_or_same, strict=True):
        unchanged = np.allclose(before, after, atol=1e-6)
        grey = np.allclose(after[0], after[1], atol=1e-6)
        assert unchanged or grey


def test_preprocessing_is_bytes_less_mean_over_spread():
    pixels = Preprocessing(size=1, mean=(0.5, 0.0, 0.2), std=(0.5, 1.0, 0.4)).apply(
        np.array([[[[255, 51, 0]]]], np.uint8)
    )
    np.testing.assert_allclose(pixels[0, :, 0, 0].numpy(), [1.0, 0.2, -0.5], atol=1e-6)
