"""The token-level router: which two of a group's routed experts a token uses, and how much of each."""

# ... rows and positions, D width, E experts

from typing import NamedTuple

import torch
from torch import Tensor, nn


class RoutedTokens(NamedTuple):
    """What a router decided for each token."""

    weights_E: Tensor  # float32 [..., E]: gate probability where the expert was chosen, 0 elsewhere
    chosen_E: Tensor  # bool [..., E]
    probabilities_E: Tensor  # float32 [..., E], all experts: what the balance loss is differentiable through


class TokenRouter(nn.Module):
    """Softmax over the group's experts, top k, not renormalised (UniF2ace section 3.2, after DeepSeekMoE)."""

    def __init__(self, width: int, num_experts: int, top_k: int):
        super().__init__()
        self.top_k = top_k
        self.gate = nn.Linear(width, num_experts, bias=False)

    def forward(self, x: Tensor) -> RoutedTokens:
        probabilities = gate_probabilities(self.gate, x)
        chosen = top_k_mask(probabilities, self.top_k)
        return RoutedTokens(probabilities * chosen, chosen, probabilities)


def gate_probabilities(gate: nn.Linear, x: Tensor) -> Tensor:
    """Softmax of the gate in float32, also under autocast: near-ties decide which expert runs."""
    with torch.autocast(device_type=x.device.type, enabled=False):
        bias = gate.bias.float() if gate.bias is not None else None
        logits = nn.functional.linear(x.float(), gate.weight.float(), bias)
    return logits.softmax(dim=-1)


def top_k_mask(probabilities: Tensor, top_k: int) -> Tensor:
    """True at the k largest entries of the last axis."""
    indices = probabilities.topk(top_k, dim=-1, sorted=False).indices
    return torch.zeros_like(probabilities, dtype=torch.bool).scatter_(-1, indices, True)
