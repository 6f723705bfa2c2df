import numpy as np
import pytest
import torch

from unif2ace_training.attribute_heads.calibration import calibrate, reliability
from unif2ace_training.attribute_heads.drawing import pool
from unif2ace_training.attribute_heads.examples import UNKNOWN
from unif2ace_training.attribute_heads.heads import Head
from unif2ace_training.attribute_heads.network import AttributeNetwork

HEADS = [
    Head(name="hat", group="appearance", values=("beanie", "cap", "none")),
    Head(name="smile", group="action", values=(False, True)),
]


def drawn(exaggerated: tuple[float, float]) -> tuple[AttributeNetwork, torch.Tensor, torch.Tensor]:
    """A network whose logits are as many times too large, and targets that were drawn by the true ones."""
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(4000, 5, generator=rng)
    parts = zip(logits.split([3, 2], dim=1), strict=False)
    targets = torch.stack([torch.multinomial(one.softmax(1), 1, generator=rng)[:, 0] for (one,) in parts], dim=1)
    network = AttributeNetwork(5, HEADS, hidden=0)
    with torch.no_grad():
        network.layers[0].weight.copy_(torch.diag(torch.tensor([exaggerated[0]] * 3 + [exaggerated[1]] * 2)))
        network.layers[0].bias.zero_()
    return network.eval(), logits, targets


def test_each_head_finds_its_own_temperature():
    network, vectors, targets = drawn((4.0, 0.5))
    targets[::7, 0] = UNKNOWN
    calibrate(network, vectors, targets)
    assert network.temperature_H.tolist() == pytest.approx([4.0, 0.5], rel=0.1)


def test_after_calibration_probabilities_are_shares():
    network, vectors, targets = drawn((4.0, 4.0))

    def error() -> float:
        probabilities = network.probabilities(vectors)[0]
        surest, number = probabilities.max(dim=1)
        return reliability(surest.numpy(), (number == targets[:, 0]).numpy()).error

    before = error()
    calibrate(network, vectors, targets)
    assert before > 0.2
    assert error() < 0.03


def test_reliability_counts_by_hand():
    one = reliability(np.array([0.95, 0.95, 1.0, 0.55]), np.array([True, True, False, False]))
    assert one.counts == [0, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert one.accuracies[9] == pytest.approx(2 / 3)
    assert one.confidences[9] == pytest.approx(2.9 / 3)
    assert one.error == pytest.approx((0.9 + 0.55) / 4)


def test_pooled_heads_are_one():
    confidences, is_right = np.array([0.95, 0.85, 0.92, 0.55]), np.array([True, False, False, True])
    apart = [reliability(confidences[:1], is_right[:1]), reliability(confidences[1:], is_right[1:])]
    together, pooled = reliability(confidences, is_right), pool(apart)
    assert pooled.counts == together.counts
    np.testing.assert_allclose(pooled.confidences, together.confidences)
    np.testing.assert_allclose(pooled.accuracies, together.accuracies)
