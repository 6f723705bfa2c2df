import numpy as np
import pytest

from unif2ace_training.evaluation.distributions import (
    code_perplexity,
    frechet_distance,
    nearest_equal_codes,
    spread,
)


def test_the_distance_of_gaussians_of_one_shape_is_that_of_their_means(rng: np.random.Generator):
    features = rng.normal(size=(500, 4))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(features, features + [3, 4, 0, 0]) == pytest.approx(25)


def test_the_distance_of_scaled_features_is_known_in_closed_form(rng: np.random.Generator):
    features = rng.normal(size=(400, 3))
    # (1 − s)² tr Σ for the covariances Σ and s² Σ around one mean.
    centred = features - features.mean(axis=0)
    expected = (1 - 2.5) ** 2 * np.trace(np.cov(centred, rowvar=False))
    assert frechet_distance(centred, 2.5 * centred) == pytest.approx(expected)


def test_the_spread_is_the_mean_over_pairs(rng: np.random.Generator):
    vectors = rng.normal(size=(6, 3))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = [1 - unit[i] @ unit[j] for i in range(6) for j in range(i)]
    assert spread(vectors) == pytest.approx(np.mean(pairs))
    assert spread(np.ones((4, 3))) == pytest.approx(0)


def test_perplexity_counts_codes_that_are_equally_common():
    assert code_perplexity(np.array([[0, 1, 2, 3]]), 16) == pytest.approx(4)
    assert code_perplexity(np.array([[5, 5, 5]]), 16) == pytest.approx(1)


def test_a_copy_is_found():
    known = np.array([[1, 2, 3, 4], [5, 6, 7, 8]])
    np.testing.assert_allclose(nearest_equal_codes(np.array([[5, 6, 7, 8], [1, 2, 0, 0]]), known), [1, 0.5])
