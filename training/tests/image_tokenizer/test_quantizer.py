import torch

from unif2ace_training.image_tokenizer.quantizer import code_ids, entropy_loss, quantize, signs_of


def test_every_code_survives_a_round_trip():
    ids = torch.arange(4096).view(8, 512)
    assert torch.equal(code_ids(signs_of(ids, 12)), ids)


def test_bit_i_is_the_sign_of_feature_i():
    assert code_ids(torch.tensor([0.3, -2.0, 0.1, -0.1])) == 0b0101
    assert code_ids(torch.zeros(3)) == 0


def test_the_gradient_passes_straight_through():
    features = torch.tensor([[0.2, -0.7]], requires_grad=True)
    (quantize(features).signs * torch.tensor([[3.0, 5.0]])).sum().backward()
    assert torch.equal(features.grad, torch.tensor([[3.0, 5.0]]))


def test_sure_and_even_bits_have_the_least_entropy_loss():
    even = torch.tensor([[5.0], [-5.0]])
    one_sided = torch.tensor([[5.0], [5.0]])
    unsure = torch.zeros(2, 1)
    assert entropy_loss(even) < -0.69
    assert abs(entropy_loss(one_sided)) < 1e-3
    assert abs(entropy_loss(unsure)) < 1e-3
