# B rows, L layers, E experts

import pytest
import torch
from torch import Tensor

from unif2ace_training.losses.router_balance import sequence_balance_loss, token_balance_loss
from unif2ace_training.model.routing import Routing

ROWS, LAYERS, EXPERTS = 2, 3, 8
TOKENS = torch.tensor([12, 20])


def routing(token_counts: Tensor, probability_sums: Tensor, chosen: Tensor | None, probabilities: Tensor | None):
    return Routing(
        task="generate",
        token_counts_BLE=token_counts,
        token_probability_sums_BLE=probability_sums,
        tokens_B=TOKENS,
        sequence_chosen_BL4=chosen,
        sequence_probabilities_BL4=probabilities,
    )


def uniform() -> Routing:
    """Every expert is chosen by a quarter of the tokens (top 2 of 8) and has a gate of 1/8; sequence level alike."""
    per_expert = (TOKENS * 2 // EXPERTS)[:, None, None].expand(ROWS, LAYERS, EXPERTS)
    chosen = torch.zeros(ROWS, LAYERS, 4, dtype=torch.bool)
    chosen[0, :, :2] = chosen[1, :, 2:] = True
    return routing(
        per_expert,
        (TOKENS / EXPERTS)[:, None, None].expand(ROWS, LAYERS, EXPERTS),
        chosen,
        torch.full((ROWS, LAYERS, 4), 0.25),
    )


def test_both_are_1_when_all_experts_share_the_work():
    assert float(token_balance_loss(uniform())) == pytest.approx(1.0)
    assert float(sequence_balance_loss(uniform())) == pytest.approx(1.0)


def test_the_token_loss_is_the_sum_of_frequency_times_mean_gate():
    generator = torch.Generator().manual_seed(0)
    counts = torch.zeros(ROWS, LAYERS, EXPERTS, dtype=torch.int64)
    sums = torch.zeros(ROWS, LAYERS, EXPERTS)
    layer_losses = []
    for layer in range(LAYERS):
        frequency, mean_gate = [0.0] * EXPERTS, [0.0] * EXPERTS
        for row, tokens in enumerate(TOKENS.tolist()):
            for gates in torch.randn(tokens, EXPERTS, generator=generator).softmax(dim=-1):
                for expert in gates.topk(2).indices.tolist():
                    counts[row, layer, expert] += 1
                    frequency[expert] += EXPERTS / (2 * 32)
                sums[row, layer] += gates
                mean_gate = [mean + gate / 32 for mean, gate in zip(mean_gate, gates.tolist(), strict=True)]
        layer_losses.append(sum(f * p for f, p in zip(frequency, mean_gate, strict=True)))
    loss = token_balance_loss(routing(counts, sums, None, None))
    assert float(loss) == pytest.approx(sum(layer_losses) / LAYERS, rel=1e-5)


def test_the_sequence_loss_grows_to_2_when_two_of_four_do_everything():
    chosen = torch.zeros(ROWS, LAYERS, 4, dtype=torch.bool)
    chosen[..., :2] = True
    probabilities = torch.tensor([0.5, 0.5, 0.0, 0.0]).expand(ROWS, LAYERS, 4)
    everything_to_two = routing(uniform().token_counts_BLE, uniform().token_probability_sums_BLE, chosen, probabilities)
    assert float(sequence_balance_loss(everything_to_two)) == pytest.approx(2.0)


def test_a_pass_without_a_picture_has_no_sequence_loss():
    text = routing(uniform().token_counts_BLE, uniform().token_probability_sums_BLE, None, None)
    assert float(sequence_balance_loss(text)) == 0.0


def test_gradients_flow_to_the_gates_and_pull_down_the_busiest():
    counts = uniform().token_counts_BLE.clone()
    counts[..., 0] += 10
    sums = uniform().token_probability_sums_BLE.clone().requires_grad_()
    token_balance_loss(routing(counts, sums, None, None)).backward()
    assert sums.grad is not None
    assert (sums.grad[..., 0:1] > sums.grad[..., 1:]).all()
