"""A group's routed experts, all computed in three matrix products and masked.

They are narrow (width 48 beside an MLP of 8,192 in the paper's size), so computing all eight costs less than
gathering tokens by expert, and the result of a token never depends on its neighbours (docs/adr/0004).
"""

# ... rows and positions, D width, E experts, h routed width

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RoutedExperts(nn.Module):
    """`sum_e weights_e * down_e(silu(gate_e x) * up_e x)`; the experts' matrices lie side by side, no biases."""

    def __init__(self, width: int, routed_width: int, num_experts: int):
        super().__init__()
        self.num_experts, self.routed_width = num_experts, routed_width
        hidden = num_experts * routed_width
        # Rows 0 .. E*h-1 are the gates expert by expert, the other half the ups.
        self.gate_up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor, weights_E: Tensor) -> Tensor:
        """Mix the experts' outputs of x [..., D] by weights [..., E]; an unchosen expert has weight 0."""
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        hidden = F.silu(gate) * up
        per_expert = hidden.unflatten(-1, (self.num_experts, self.routed_width))
        weighted = per_expert * weights_E[..., None].to(hidden.dtype)
        return self.down(weighted.flatten(-2))

    @torch.no_grad()
    def zero_output(self) -> None:
        """Make every expert output 0, so that a loaded dense model is unchanged at step 0."""
        self.down.weight.zero_()
