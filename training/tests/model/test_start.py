"""A model with loaded dense weights computes at step 0 what the dense model computed (Show-o's structure)."""

# B rows, S positions, D width

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor, nn

from tests.model.conftest import GenerateInputs, UnderstandInputs
from unif2ace_training.config.schema import TASKS, ModelConfig
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.init import initialise, new_model, start_experts_as_identity
from unif2ace_training.model.moe import TokenMoE


@contextmanager
def dense(model: FaceModel) -> Iterator[None]:
    """Compute as Show-o does: layers with the plain MLP, and nothing that looks at whole pictures."""

    def mlp_only(module: nn.Module, inputs: tuple[Tensor, ...], output: tuple[Tensor, object]):
        assert isinstance(module, TokenMoE)
        return module.shared(inputs[0]), output[1]

    def untouched(_: nn.Module, inputs: tuple[Tensor, ...], output: tuple[Tensor, object]):
        return inputs[0], output[1]

    handles = [layer.moe.register_forward_hook(mlp_only) for layer in model.layers]
    handles += [layer.sequence_moe[task].register_forward_hook(untouched) for layer in model.layers for task in TASKS]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def logits_of_both(model: FaceModel, drawn: GenerateInputs, said: UnderstandInputs) -> list[Tensor]:
    return [model.forward_generate(*drawn).logits_BNK, model.forward_understand(*said).logits_BTV]


def test_loaded_dense_weights_are_unchanged_at_step_0(
    busy_model: Callable[[], FaceModel], generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    model = busy_model()
    with dense(model):
        before = logits_of_both(model, generate_inputs, understand_inputs)
    busy = logits_of_both(model, generate_inputs, understand_inputs)
    assert not any(torch.allclose(one, other, atol=1e-3) for one, other in zip(before, busy, strict=True))
    start_experts_as_identity(model)
    after = logits_of_both(model, generate_inputs, understand_inputs)
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))


def test_a_fresh_model_starts_there_too(
    fresh_model: Callable[[], FaceModel], generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    model = fresh_model()
    now = logits_of_both(model, generate_inputs, understand_inputs)
    with dense(model):
        before = logits_of_both(model, generate_inputs, understand_inputs)
    assert all(torch.equal(one, other) for one, other in zip(now, before, strict=True))


def test_a_fresh_model_predicts_almost_uniformly(
    fresh_model: Callable[[], FaceModel], generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    for logits in logits_of_both(fresh_model(), generate_inputs, understand_inputs):
        probabilities = logits.softmax(dim=-1)
        assert probabilities.max() < 3 / logits.shape[-1]


def test_the_generator_decides_every_weight(config: ModelConfig):
    """Nothing is left as PyTorch's modules fill it from the global generator."""
    one, same, other = (new_model(config, torch.Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert all(torch.equal(left, right) for left, right in zip(one.parameters(), same.parameters(), strict=True))
    differing = {
        name.rsplit(".", 1)[-1]
        for (name, left), right in zip(one.named_parameters(), other.parameters(), strict=True)
        if not torch.equal(left, right)
    }
    assert differing == {"weight", "latents"}


@pytest.mark.parametrize("value", [float("nan"), 3.0])
def test_initialising_forgets_what_was_there(config: ModelConfig, value: float):
    model = new_model(config, torch.Generator().manual_seed(5))
    expected = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)
    initialise(model, torch.Generator().manual_seed(5))
    assert all(torch.equal(tensor, expected[name]) for name, tensor in model.state_dict().items())


def test_every_parameter_learns_once_the_experts_are_awake(
    busy_model: Callable[[], FaceModel], generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    model = busy_model()
    for logits in logits_of_both(model, generate_inputs, understand_inputs):
        logits.square().mean().backward()
    idle = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    assert idle == []
