import math

import pytest
import torch

from tests.losses.conftest import Prediction
from unif2ace_training.losses.masked_token import masked_token_loss


def test_it_is_the_mean_cross_entropy_of_the_masked_positions(prediction: Prediction):
    terms = [
        -math.log(prediction.logits_BNK[row, place].softmax(dim=-1)[prediction.targets_BN[row, place]])
        for row, place in prediction.is_masked_BN.nonzero().tolist()
    ]
    loss = masked_token_loss(*prediction[:3])
    assert float(loss) == pytest.approx(sum(terms) / len(terms), rel=1e-5)


def test_what_is_not_masked_does_not_matter(prediction: Prediction):
    logits = prediction.logits_BNK.clone().requires_grad_()
    masked_token_loss(logits, *prediction[1:3]).backward()
    assert logits.grad is not None
    assert not logits.grad[~prediction.is_masked_BN].any()
    assert logits.grad[prediction.is_masked_BN].any(dim=-1).all()


def test_a_uniform_prediction_costs_the_logarithm_of_the_codebook(prediction: Prediction):
    loss = masked_token_loss(torch.zeros_like(prediction.logits_BNK), *prediction[1:3])
    assert float(loss) == pytest.approx(math.log(5))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_label_smoothing_spreads_the_target_over_the_codebook(prediction: Prediction, smoothing: float):
    terms = []
    for row, place in prediction.is_masked_BN.nonzero().tolist():
        target = torch.full((5,), smoothing / 5)
        target[prediction.targets_BN[row, place]] += 1 - smoothing
        terms.append(float(-(target * prediction.logits_BNK[row, place].log_softmax(dim=-1)).sum()))
    loss = masked_token_loss(*prediction[:3], label_smoothing=smoothing)
    assert float(loss) == pytest.approx(sum(terms) / len(terms), rel=1e-5)


def test_half_precision_logits_are_summed_in_single(prediction: Prediction):
    logits = prediction.logits_BNK.bfloat16()
    loss = masked_token_loss(logits, *prediction[1:3])
    assert loss.dtype == torch.float32
    assert torch.equal(loss, masked_token_loss(logits.float(), *prediction[1:3]))
