import pytest
import torch

from tests.losses.conftest import Prediction
from unif2ace_training.losses.d3diff import d3diff_loss
from unif2ace_training.losses.masked_token import masked_token_loss
from unif2ace_training.losses.score_entropy import score_entropy_loss


@pytest.mark.parametrize("alpha", [0.1, 0.01, 0.001])
def test_it_is_the_masked_loss_plus_alpha_times_the_score_loss(prediction: Prediction, alpha: float):
    loss = d3diff_loss(*prediction, alpha=alpha)
    torch.testing.assert_close(loss.masked_token, masked_token_loss(*prediction[:3]))
    torch.testing.assert_close(loss.score, score_entropy_loss(*prediction))
    torch.testing.assert_close(loss.total, loss.masked_token + alpha * loss.score)


def test_either_term_can_be_left_out_for_the_ablation(prediction: Prediction):
    only_mask = d3diff_loss(*prediction, alpha=0.0)
    assert torch.equal(only_mask.total, only_mask.masked_token)
    only_score = d3diff_loss(*prediction, alpha=1.0, masked_token_weight=0.0)
    assert torch.equal(only_score.total, only_score.score)


def test_label_smoothing_leaves_the_score_loss_alone(prediction: Prediction):
    smoothed, plain = (d3diff_loss(*prediction, alpha=0.01, label_smoothing=part) for part in (0.1, 0.0))
    assert torch.equal(smoothed.score, plain.score)
    torch.testing.assert_close(smoothed.masked_token, masked_token_loss(*prediction[:3], label_smoothing=0.1))
    assert smoothed.masked_token != plain.masked_token
