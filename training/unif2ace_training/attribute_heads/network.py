"""One network for all heads: vectors, standardised, through a hidden layer that the heads share."""

# B pictures, D vector width, V values of all heads together, K values of one head, H heads

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unif2ace_training.attribute_heads.examples import UNKNOWN
from unif2ace_training.attribute_heads.heads import Head


class AttributeNetwork(nn.Module):
    """Vectors [B, D] to logits [B, V]; `hidden` 0 makes the heads linear."""

    mean_D: Tensor
    spread_D: Tensor
    temperature_H: Tensor

    def __init__(self, width: int, heads: Sequence[Head], hidden: int, dropout: float = 0.0):
        super().__init__()
        self.sizes = [len(head.values) for head in heads]
        self.register_buffer("mean_D", torch.zeros(width))
        self.register_buffer("spread_D", torch.ones(width))
        # What logits are divided by before they are probabilities; see calibration.py.
        self.register_buffer("temperature_H", torch.ones(len(self.sizes)))
        first = [nn.Linear(width, hidden), nn.SiLU(), nn.Dropout(dropout)] if hidden else []
        self.layers = nn.Sequential(*first, nn.Linear(hidden or width, sum(self.sizes)))

    def forward(self, vectors_BD: Tensor) -> Tensor:
        return self.layers((vectors_BD - self.mean_D) / self.spread_D)

    def logits(self, vectors_BD: Tensor) -> list[Tensor]:
        """Logits [B, K] of each head."""
        return list(self(vectors_BD).split(self.sizes, dim=1))

    @torch.inference_mode()
    def probabilities(self, vectors_BD: Tensor) -> list[Tensor]:
        """Calibrated probabilities [B, K] of each head."""
        logits = self.logits(vectors_BD)
        return [(one / by).softmax(dim=1) for one, by in zip(logits, self.temperature_H, strict=True)]


def heads_loss(logits: Sequence[Tensor], targets_BH: Tensor) -> Tensor:
    """Cross-entropy in nats, the mean over the heads of which some target is known."""
    losses = [
        F.cross_entropy(one, targets_BH[:, head], ignore_index=UNKNOWN)
        for head, one in enumerate(logits)
        if bool((targets_BH[:, head] != UNKNOWN).any())
    ]
    return torch.stack(losses).mean()
