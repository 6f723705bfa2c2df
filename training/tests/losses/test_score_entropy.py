"""The score loss against the sums that define it (UniF2ace section 3.1; docs/losses.md)."""

import math

import pytest
import torch

from tests.losses.conftest import Prediction
from unif2ace_training.diffusion.mask_schedule import SCHEDULES, MaskSchedule, ScheduleName
from unif2ace_training.losses.score_entropy import score_entropy, score_entropy_loss


def constant(a: float) -> float:
    """K(a) = a (log a - 1), 0 at 0."""
    return a * (math.log(a) - 1) if a > 0 else 0.0


def direct_sum(prediction: Prediction) -> float:
    """`sigma sum_i sum_v [ s - r log s + K(r) ]`, mean over pictures, term by term in double precision."""
    total = 0.0
    for row, place in prediction.is_masked_BN.nonzero().tolist():
        ratio, slope = float(prediction.mask_ratio_B[row]), float(prediction.mask_slope_B[row])
        cumulative_noise = -math.log(1 - ratio)
        noise = slope / (1 - ratio)
        odds = math.exp(-cumulative_noise) / (1 - math.exp(-cumulative_noise))
        probabilities = prediction.logits_BNK[row, place].double().softmax(dim=-1).tolist()
        for code, probability in enumerate(probabilities):
            score = odds * probability  # Bayes' link
            truth = odds if code == prediction.targets_BN[row, place] else 0.0
            total += noise * (score - truth * math.log(score) + constant(truth))
    return total / len(prediction.targets_BN)


def test_it_is_the_sum_that_defines_it(prediction: Prediction):
    assert float(score_entropy_loss(*prediction)) == pytest.approx(direct_sum(prediction), rel=1e-5)


def test_it_is_the_weighted_cross_entropy_of_the_closed_form(prediction: Prediction):
    """`sigma e^{-sigma_bar} / (1 - e^{-sigma_bar}) * CE`, which is `m'/m * CE`, summed over masked positions."""
    log_probabilities = prediction.logits_BNK.log_softmax(dim=-1)
    cross_entropy = -log_probabilities.gather(-1, prediction.targets_BN[..., None])[..., 0]
    weight = prediction.mask_slope_B / prediction.mask_ratio_B
    closed_form = (weight[:, None] * cross_entropy * prediction.is_masked_BN).sum() / 4
    torch.testing.assert_close(score_entropy_loss(*prediction), closed_form)


def test_its_gradient_is_that_of_the_closed_form(prediction: Prediction):
    """The sum over v of s is constant under the softmax, so the entropy form teaches what the cross-entropy does."""
    logits = prediction.logits_BNK.clone().requires_grad_()
    score_entropy_loss(logits, *prediction[1:]).backward()
    posterior = prediction.logits_BNK.softmax(dim=-1)
    one_hot = torch.nn.functional.one_hot(prediction.targets_BN, 5)
    weight = (prediction.mask_slope_B / prediction.mask_ratio_B)[:, None, None] / 4
    expected = weight * (posterior - one_hot) * prediction.is_masked_BN[..., None]
    torch.testing.assert_close(logits.grad, expected, rtol=1e-4, atol=1e-6)


def test_a_perfect_prediction_costs_nothing(prediction: Prediction):
    certain = torch.nn.functional.one_hot(prediction.targets_BN, 5) * 60.0
    assert float(score_entropy_loss(certain, *prediction[1:])) == pytest.approx(0.0, abs=1e-5)


def test_the_true_score_is_the_minimum_even_without_normalisation():
    """Score entropy is a Bregman divergence: scores that are not Bayes' link of a distribution cost too."""
    log_truth = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64).log()
    odds = torch.tensor([1.5], dtype=torch.float64)

    def expected(log_scale: float) -> float:
        """Mean over x_0 of the entropy of scores that are exp(log_scale) times the true ones."""
        guess = (log_truth + log_scale).expand(3, 3)
        terms = score_entropy(guess, torch.arange(3), odds.expand(3))
        return float((log_truth.exp() * terms).sum())

    assert expected(0.0) < expected(0.3)
    assert expected(0.0) < expected(-0.3)


def test_the_mask_ratio_is_clamped_where_the_weight_has_its_pole(prediction: Prediction):
    """Below one masked code in N the weight stays at N m'."""
    tiny = prediction._replace(mask_ratio_B=torch.tensor([0.0, 1e-9, 0.01, 1 / 6]))
    clamped = prediction._replace(mask_ratio_B=torch.full((4,), 1 / 6))
    torch.testing.assert_close(score_entropy_loss(*tiny), score_entropy_loss(*clamped))


@pytest.mark.parametrize("name", SCHEDULES)
def test_it_is_finite_at_both_ends_of_time(prediction: Prediction, name: ScheduleName):
    times = torch.tensor([0.0, 1e-7, 1 - 1e-7, 1.0])
    schedule = MaskSchedule(name)
    logits = prediction.logits_BNK.clone().requires_grad_()
    ends = prediction._replace(
        logits_BNK=logits, mask_ratio_B=schedule.mask_ratio(times), mask_slope_B=schedule.slope(times)
    )
    score_entropy_loss(*ends).backward()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_it_is_about_n_times_the_mean_cross_entropy():
    """Under a uniform prediction of 256 codes: hence the paper's "200 times" and its small alpha."""
    pictures, positions, codebook = 4000, 256, 8
    generator = torch.Generator().manual_seed(0)
    schedule = MaskSchedule("cosine")
    times = torch.rand(pictures, generator=generator)
    ratio, slope = schedule.mask_ratio(times), schedule.slope(times)
    is_masked = torch.rand(pictures, positions, generator=generator) < ratio[:, None]
    targets = torch.zeros(pictures, positions, dtype=torch.int64)
    logits = torch.zeros(pictures, positions, codebook)
    score = float(score_entropy_loss(logits, targets, is_masked, ratio, slope))
    assert score / math.log(codebook) == pytest.approx(positions, rel=0.03)
