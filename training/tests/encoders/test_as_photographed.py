import numpy as np
import pytest

from unif2ace_training.encoders.as_photographed import as_photographed


@pytest.fixture
def pictures() -> np.ndarray:
    """Soft gradients with a dark disc, forty times."""
    y, x = np.mgrid[0:48, 0:48]
    disc = np.where((x - 24) ** 2 + (y - 20) ** 2 < 100, 40, 0)
    one = np.stack([90 + 2 * x - disc, 140 + y - disc, 110 + x - y - disc], axis=-1)
    return np.repeat(np.clip(one, 0, 255).astype(np.uint8)[None], 40, axis=0)


def changed_by(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.abs(before.astype(int) - after).mean(axis=(1, 2, 3))


def test_the_same_seed_makes_the_same_pictures(pictures):
    first, second, other = (as_photographed(pictures, np.random.default_rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_share_of_none_changes_nothing_and_of_all_everything(pictures):
    np.testing.assert_array_equal(as_photographed(pictures, np.random.default_rng(0), 0.0), pictures)
    assert changed_by(pictures, as_photographed(pictures, np.random.default_rng(0))).min() > 0.2


def test_a_picture_changes_in_the_same_way_whatever_its_neighbours_are(pictures):
    together = as_photographed(pictures, np.random.default_rng(5))
    others = pictures.copy()
    others[1:] = 7
    np.testing.assert_array_equal(as_photographed(others, np.random.default_rng(5))[0], together[0])


def test_what_is_shown_stays_where_it_is(pictures):
    for picture in as_photographed(pictures, np.random.default_rng(1)):
        luminance = picture.mean(axis=-1)
        assert luminance[14:26, 20:28].mean() < luminance[14:26, 38:46].mean() - 8


def test_pictures_become_brighter_and_darker_and_keep_their_mean(pictures):
    means = as_photographed(pictures, np.random.default_rng(2)).mean(axis=(1, 2, 3))
    assert means.min() < pictures.mean() - 15
    assert means.max() > pictures.mean() + 15
    assert abs(means.mean() - pictures.mean()) < 12


def test_grain_comes_to_some_pictures_only(pictures):
    flat = np.full_like(pictures, 128)
    roughness = np.abs(np.diff(as_photographed(flat, np.random.default_rng(6)).astype(int), axis=2)).mean(
        axis=(1, 2, 3)
    )
    assert roughness.min() == 0
    assert roughness.max() > 4
