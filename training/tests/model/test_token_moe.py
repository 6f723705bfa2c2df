"""One shared expert, two of eight routed experts of the task's group (UniF2ace section 3.2)."""

# B rows, S positions, D width, E experts

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.model.conftest import GenerateInputs, UnderstandInputs
from unif2ace_training.config.schema import TASKS, ModelConfig, Task
from unif2ace_training.model.face_model import FaceModel
from unif2ace_training.model.moe import RoutedGroup, TokenMoE
from unif2ace_training.model.router import TokenRouter, top_k_mask


@pytest.fixture
def moe(config: ModelConfig) -> TokenMoE:
    generator = torch.Generator().manual_seed(0)
    moe = TokenMoE(config)
    with torch.no_grad():
        for parameter in moe.parameters():
            parameter.normal_(std=0.3, generator=generator)
    return moe


@pytest.fixture
def x_BSD(config: ModelConfig) -> Tensor:
    return torch.randn(2, 5, config.width, generator=torch.Generator().manual_seed(1))


def group_of(moe: TokenMoE, task: Task) -> RoutedGroup:
    group = moe.groups[task]
    assert isinstance(group, RoutedGroup)
    return group


def direct(moe: TokenMoE, task: Task, x_D: Tensor) -> tuple[Tensor, list[int]]:
    """`shared(x) + sum over the top 2 of p_i expert_i(x)`, expert by expert from slices of their matrices."""
    group = group_of(moe, task)
    gates = F.linear(x_D, group.router.gate.weight).softmax(dim=-1)
    chosen = gates.topk(2).indices.tolist()
    up = F.gelu(F.linear(x_D, moe.shared.up.weight, moe.shared.up.bias), approximate="tanh")
    output = F.linear(up, moe.shared.down.weight, moe.shared.down.bias)
    width, half = group.experts.routed_width, group.experts.gate_up.weight.shape[0] // 2
    for expert in chosen:
        rows = slice(expert * width, (expert + 1) * width)
        gate = F.silu(F.linear(x_D, group.experts.gate_up.weight[:half][rows]))
        hidden = gate * F.linear(x_D, group.experts.gate_up.weight[half:][rows])
        # Not renormalised: the two gate values sum to less than 1.
        output = output + gates[expert] * F.linear(hidden, group.experts.down.weight[:, rows])
    return output, chosen


@pytest.mark.parametrize("task", TASKS)
def test_it_is_the_direct_formula_token_by_token(moe: TokenMoE, x_BSD: Tensor, task: Task):
    output, routing = moe(x_BSD, task, None)
    counts = torch.zeros_like(routing.counts_BE)
    for row in range(2):
        for position in range(5):
            expected, chosen = direct(moe, task, x_BSD[row, position])
            torch.testing.assert_close(output[row, position], expected, rtol=1e-4, atol=1e-4)
            counts[row, chosen] += 1
    assert torch.equal(routing.counts_BE, counts)


def test_the_other_groups_experts_do_not_matter(moe: TokenMoE, x_BSD: Tensor):
    before, _ = moe(x_BSD, "generate", None)
    with torch.no_grad():
        for parameter in group_of(moe, "understand").parameters():
            parameter.fill_(torch.nan)
    assert torch.equal(moe(x_BSD, "generate", None)[0], before)


def test_the_groups_differ_and_share_the_shared_expert(moe: TokenMoE, x_BSD: Tensor):
    drawn, said = moe(x_BSD, "generate", None)[0], moe(x_BSD, "understand", None)[0]
    assert not torch.allclose(drawn, said)
    for task in TASKS:
        group_of(moe, task).experts.zero_output()
        torch.testing.assert_close(moe(x_BSD, task, None)[0], moe.shared(x_BSD))


def test_gates_of_the_unchosen_are_zero_and_the_chosen_are_not_renormalised(x_BSD: Tensor, config: ModelConfig):
    router = TokenRouter(config.width, 8, 2)
    nn.init.normal_(router.gate.weight, std=0.2, generator=torch.Generator().manual_seed(0))
    weights, chosen, probabilities = router(x_BSD)
    assert (chosen.sum(dim=-1) == 2).all()
    assert torch.equal(weights, torch.where(chosen, probabilities, 0.0))
    assert (weights.sum(dim=-1) < 1).all()
    torch.testing.assert_close(probabilities.sum(dim=-1), torch.ones(2, 5))
    assert (probabilities.masked_fill(chosen, 0).amax(dim=-1) <= weights.masked_fill(~chosen, 2).amin(dim=-1)).all()


def test_a_tie_chooses_exactly_two():
    assert top_k_mask(torch.full((3, 8), 0.125), 2).sum(dim=-1).tolist() == [2, 2, 2]


def test_padding_is_not_counted(moe: TokenMoE, x_BSD: Tensor):
    is_real = torch.tensor([[True] * 5, [True, True, False, False, False]])
    _, padded = moe(x_BSD, "generate", is_real)
    _, alone = moe(x_BSD[1:, :2], "generate", None)
    assert torch.equal(padded.counts_BE[1:], alone.counts_BE)
    torch.testing.assert_close(padded.probability_sums_BE[1:], alone.probability_sums_BE)
    assert padded.counts_BE.sum(dim=1).tolist() == [10, 4]


def test_every_real_token_of_a_pass_chooses_two_in_every_layer(
    model: FaceModel, config: ModelConfig, generate_inputs: GenerateInputs, understand_inputs: UnderstandInputs
):
    for routing, text_lengths, picture in (
        (model.forward_generate(*generate_inputs).routing, generate_inputs.text_lengths_B, config.image_block_length),
        (
            model.forward_understand(*understand_inputs).routing,
            understand_inputs.text_lengths_B,
            config.picture_prefix_length,
        ),
    ):
        assert torch.equal(routing.tokens_B, text_lengths + picture)
        per_layer = routing.token_counts_BLE.sum(dim=-1)
        assert torch.equal(per_layer, (2 * routing.tokens_B)[:, None].expand(-1, config.num_layers))
        gates = routing.token_probability_sums_BLE.sum(dim=-1)
        torch.testing.assert_close(gates, routing.tokens_B[:, None].expand(-1, config.num_layers).float())


def test_routers_and_experts_of_the_group_learn(moe: TokenMoE, x_BSD: Tensor):
    moe(x_BSD, "generate", None)[0].square().sum().backward()
    assert all(parameter.grad is not None for parameter in group_of(moe, "generate").parameters())
    assert all(parameter.grad is None for parameter in group_of(moe, "understand").parameters())
    gate = group_of(moe, "generate").router.gate.weight.grad
    assert gate is not None
    assert gate.abs().sum() > 0
