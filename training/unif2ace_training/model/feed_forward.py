"""Phi-1.5's MLP: two matrices with biases around GELU(tanh). Here it is the shared expert of both groups."""

import torch.nn.functional as F
from torch import Tensor, nn


class FeedForward(nn.Module):
    """`down(gelu_tanh(up(x)))`, [..., width] to [..., width]."""

    def __init__(self, width: int, hidden_width: int):
        super().__init__()
        self.up = nn.Linear(width, hidden_width)
        self.down = nn.Linear(hidden_width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x), approximate="tanh"))
