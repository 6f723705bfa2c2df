import math

import pytest
import torch
import torch.nn.functional as F

from unif2ace_training.encoders.losses import contrastive_loss, margin_loss


def test_contrast_is_the_mean_of_both_directions():
    similarities = torch.tensor([[2.0, 0.0], [1.0, 3.0]])
    by_hand = 0.0
    for matrix in (similarities, similarities.T):
        by_hand += sum(-matrix[i].log_softmax(dim=0)[i].item() for i in range(2)) / 2
    assert contrastive_loss(similarities).item() == pytest.approx(by_hand / 2, rel=1e-6)


def test_without_a_margin_it_is_cross_entropy_of_cosines():
    cosines, persons = torch.tensor([[0.9, 0.1, -0.3]]), torch.tensor([0])
    expected = F.cross_entropy(16 * cosines, persons)
    torch.testing.assert_close(margin_loss(cosines, persons, margin=0.0, scale=16.0), expected)


def test_the_margin_widens_the_angle_to_the_own_centre():
    angle, persons = 0.6, torch.tensor([1])
    cosines = torch.tensor([[0.2, math.cos(angle)]])
    widened = torch.tensor([[0.2, math.cos(angle + 0.3)]])
    expected = F.cross_entropy(16 * widened, persons)
    torch.testing.assert_close(margin_loss(cosines, persons, margin=0.3, scale=16.0), expected, rtol=1e-5, atol=1e-6)


def test_a_smaller_angle_is_always_better():
    cosines = torch.linspace(-0.999, 0.999, 200)
    losses = [
        margin_loss(torch.tensor([[c, 0.0]]), torch.tensor([0]), margin=0.3, scale=16.0).item()
        for c in cosines.tolist()
    ]
    assert all(later < earlier for earlier, later in zip(losses, losses[1:], strict=False))
