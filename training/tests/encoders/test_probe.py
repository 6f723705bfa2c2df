import numpy as np
import pytest

from unif2ace_training.encoders.probe import fit_probe, majority_share
from unif2ace_training.encoders.report import area_under_curve


def test_a_probe_reads_what_is_linear():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 6)).astype(np.float32)
    truth = ["high" if row[0] + row[1] > 0 else "low" for row in features]
    probe = fit_probe(features[:200], truth[:200])
    assert probe.accuracy(features[200:], truth[200:]) > 0.9


def test_a_probe_needs_pictures():
    with pytest.raises(ValueError, match="no pictures"):
        fit_probe(np.zeros((0, 3)), [])


def test_the_majority_is_that_of_the_training_rows():
    assert majority_share(["a", "a", "b"], ["a", "b", "b", "b"]) == 0.25


def test_the_area_counts_pairs_in_the_right_order():
    assert area_under_curve(np.array([2.0, 1.0]), np.array([0.0, 1.0])) == pytest.approx((2 + 1.5) / 4)
