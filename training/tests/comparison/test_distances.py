"""FID, KID and their intervals where the truth is known."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from unif2ace_training.comparison.distances import fid, kid, torch_fidelity
from unif2ace_training.comparison.features import InceptionFeatures, features_of_files
from unif2ace_training.comparison.intervals import distance_figure, mean_figure
from unif2ace_training.evaluation.distributions import frechet_distance, weighted_discrepancy


def gaussian_distance(shift: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Of Gaussians with independent coordinates: |shift|² + Σ (σ - τ)²."""
    return float(shift @ shift + np.square(first - second).sum())


def test_the_distance_of_two_gaussians_is_the_closed_form():
    rng = np.random.default_rng(0)
    shift, first, second = np.array([1.0, 0, -2]), np.array([1.0, 2, 0.5]), np.array([1.5, 1, 0.5])
    drawn, real = rng.normal(size=(40_000, 3)) * first + shift, rng.normal(size=(40_000, 3)) * second
    expected = gaussian_distance(shift, first, second)
    assert fid(drawn, real, 0).value == pytest.approx(expected, rel=0.02)
    assert fid(drawn, drawn, 0).value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("pictures", [5, 40])
def test_both_ways_to_the_distance_agree(pictures: int):
    # The value is torch-fidelity's, the spread this project's: they measure the same, with fewer pictures than features
    # and with more.
    rng = np.random.default_rng(1)
    drawn, real = rng.normal(size=(pictures, 8)), rng.normal(size=(pictures + 1, 8)) + 1
    assert fid(drawn, real, 0).value == pytest.approx(frechet_distance(drawn, real), rel=1e-6)


def test_the_discrepancy_is_zero_in_the_mean_for_sets_of_one_kind_and_not_for_others():
    rng = np.random.default_rng(2)
    same = [kid(rng.normal(size=(50, 4)), rng.normal(size=(50, 4)), 0).value for _ in range(200)]
    error = np.std(same) / np.sqrt(len(same))
    assert abs(np.mean(same)) < 3 * error
    assert min(same) < 0 < max(same)  # unbiased, so also below 0
    apart = kid(rng.normal(size=(50, 4)) + 1, rng.normal(size=(50, 4)), 0).value
    assert apart > 10 * np.std(same)


def test_the_discrepancy_of_constant_sets_is_the_kernels_own():
    # k(0, 0) = 1, k(x, x) = (|x|² / C + 1)³ = 8 for |x|² = C, k(0, x) = 1: 1 + 8 - 2.
    assert kid(np.ones((6, 4)), np.zeros((6, 4)), 0).value == pytest.approx(7)


def test_counts_weigh_as_copies_do():
    rng = np.random.default_rng(3)
    drawn, real = rng.normal(size=(6, 3)), rng.normal(size=(5, 3))
    counts_n, counts_m = np.array([2, 0, 1, 1, 1, 1]), np.array([0, 2, 1, 1, 1])
    kernel = torch_fidelity("metric_kid").kernel_poly
    copied, others = drawn.repeat(counts_n, axis=0), real.repeat(counts_m, axis=0)
    ones_n, ones_m = np.ones(6, int), np.ones(5, int)
    by_counts = weighted_discrepancy(kernel(drawn, drawn), kernel(real, real), kernel(drawn, real), counts_n, counts_m)
    by_copies = weighted_discrepancy(
        kernel(copied, copied), kernel(others, others), kernel(copied, others), ones_n, ones_m
    )
    assert by_counts == pytest.approx(by_copies)
    # And for equal counts it is torch-fidelity's own figure.
    ones = np.ones(5, int)
    assert weighted_discrepancy(
        kernel(real, real), kernel(drawn[:5], drawn[:5]), kernel(real, drawn[:5]), ones, ones
    ) == pytest.approx(kid(real, drawn[:5], 0).value)


def test_intervals_of_means_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(4)
    # A skewed distribution with mean 1: of 200 intervals of 95 % about 190 hold it; below 178 chance is ruled out.
    figures = [mean_figure(list(rng.exponential(size=60)), 400, seed) for seed in range(200)]
    held = sum(one.low <= 1 <= one.high for one in figures)
    assert 178 <= held < 200
    assert all(one.low < one.value < one.high for one in figures)


def test_intervals_of_distances_hold_the_figure_at_these_counts():
    rng = np.random.default_rng(5)
    counts = (60, 60)

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=(counts[0], 3)) + 1, rng.normal(size=(counts[1], 3))

    # What the distance is at these counts on average: above 3, for few pictures bias it upwards.
    expected = np.mean([fid(*drawn(), 0).value for _ in range(400)])
    assert expected > 3
    held = sum(one.low <= expected <= one.high for one in (fid(*drawn(), 100) for _ in range(100)))
    assert 85 <= held < 100


def test_there_is_no_interval_where_nothing_was_drawn_again():
    assert np.isnan(mean_figure([2.0], 100).low)
    assert mean_figure([2.0, 2.0, 2.0], 100).high == 2
    assert np.isnan(distance_figure(1.0, (5, 5), lambda *_: 1.0, 0).low)
    with pytest.raises(ValueError, match="no value"):
        mean_figure([], 100)
    with pytest.raises(ValueError, match="two at least"):
        fid(np.zeros((1, 3)), np.zeros((9, 3)), 10)


def test_inception_takes_weights_by_path_and_pictures_of_any_size(tmp_path: Path):
    with pytest.raises(ValueError, match="does not exist"):
        InceptionFeatures(tmp_path / "weights.pth", "cpu")
    (tmp_path / "weights.pth").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="no weights of Inception"):
        InceptionFeatures(tmp_path / "weights.pth", "cpu")
    write_untrained_inception(tmp_path / "weights.pth")
    paths = []
    for number, side in enumerate((32, 48, 32)):
        pixels = np.random.default_rng(number).integers(256, size=(side, side, 3), dtype=np.uint8)
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(pixels).save(paths[-1])
    source = InceptionFeatures(tmp_path / "weights.pth", "cpu")
    together = features_of_files(source, paths, "test")
    assert together.shape == (3, 2048)
    alone = [features_of_files(source, [path], "test")[0] for path in paths]
    size = np.abs(together).max()
    np.testing.assert_allclose(together, alone, atol=1e-4 * size)
    assert np.abs(together[0] - together[2]).max() > 1e-2 * size


def write_untrained_inception(path: Path) -> None:
    """A file in the layout of the published weights, with a network's first ones."""

    class Untrained(torch_fidelity("feature_extractor_inceptionv3").FeatureExtractorInceptionV3):
        def load_state_dict(self, *_, **__):
            return None

    torch.manual_seed(0)
    torch.save({}, path)
    weights = Untrained("inception", ["2048"], feature_extractor_weights_path=str(path)).state_dict()
    # PyTorch's first weights let the picture fade away over so many layers; these keep its size.
    torch.save({name: value * 6**0.5 if value.dim() == 4 else value for name, value in weights.items()}, path)
