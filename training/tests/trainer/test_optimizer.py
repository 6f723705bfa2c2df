import pytest
import torch

from unif2ace_training.common.muon import Muon, orthogonalised
from unif2ace_training.common.seeding import torch_generator
from unif2ace_training.config.presets import debug
from unif2ace_training.model.init import new_model
from unif2ace_training.trainer.optimizer import Optimizers, split_parameters
from unif2ace_training.trainer.settings import OptimizerSettings


def random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch_generator(0, "test", *shape))


@pytest.mark.parametrize("shape", [(16, 16), (16, 48), (48, 16)])
def test_orthogonalised_matrices_have_singular_values_near_one(shape: tuple[int, int]):
    values = torch.linalg.svdvals(orthogonalised(random(3, *shape)))
    assert values.min() > 0.4
    assert values.max() < 1.3


def test_muon_treats_equal_shapes_together_as_it_treats_each_alone():
    weights = [random(8, 12), random(8, 12) + 1, random(12, 8)]
    together = [weight.clone().requires_grad_() for weight in weights]
    alone = [weight.clone().requires_grad_() for weight in weights]
    optimizers = [Muon(together, lr=0.1), *(Muon([weight], lr=0.1) for weight in alone)]
    for _ in range(3):
        for weight in [*together, *alone]:
            weight.grad = weight.detach().cos()
        for optimizer in optimizers:
            optimizer.step()
    for left, right in zip(together, alone, strict=True):
        torch.testing.assert_close(left, right)


def test_muon_agrees_with_torch_s():
    ours, theirs = (torch.nn.Parameter(random(24, 8)) for _ in range(2))
    optimizers = [Muon([ours], lr=0.02, weight_decay=0.1), torch.optim.Muon([theirs], lr=0.02, weight_decay=0.1)]
    start = ours.detach().clone()
    for step in range(3):
        for parameter in (ours, theirs):
            parameter.grad = torch.sin(3 * start + step)
        for optimizer in optimizers:
            optimizer.step()
    # torch's orthogonalises in bfloat16.
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0.02 * (ours - start).abs().max().item() + 1e-3)


def test_muon_refuses_vectors():
    with pytest.raises(ValueError, match="vectors such as .3,. belong to another optimizer"):
        Muon([torch.zeros(3)], lr=0.1)


def test_every_parameter_is_trained_by_one_optimiser():
    model = new_model(debug(), torch_generator(0, "init"))
    matrices, tables, vectors = split_parameters(model)
    split = [id(parameter) for parameter in matrices + tables + vectors]
    assert sorted(split) == sorted(id(parameter) for parameter in model.parameters())
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    by_muon = " ".join(names[id(parameter)] for parameter in matrices)
    assert "qkv.weight" in by_muon
    assert "experts.down.weight" in by_muon
    for not_hidden in ("embedding", "head", "gate.", "bias", "norm"):
        assert not_hidden not in by_muon


def test_gradients_are_clipped_before_the_step_and_forgotten_after_it():
    model = new_model(debug(), torch_generator(0, "init"))
    optimizers = Optimizers(model, OptimizerSettings(name="muon", lr=1e-3, max_gradient_norm=1.0), torch.float32)
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    before = model.head.bias.detach().clone()
    norm = optimizers.step(lr_factor=0.5)
    assert norm == pytest.approx(sum(parameter.numel() for parameter in model.parameters()) ** 0.5, rel=1e-3)
    assert all(parameter.grad is None for parameter in model.parameters())
    # AdamW's first step is the learning rate, whatever the gradient's size.
    torch.testing.assert_close(before - model.head.bias, torch.full_like(before, 0.5e-3), rtol=1e-3, atol=0)
